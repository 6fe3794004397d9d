// Scalar twin of assembly/softmax.ts in double precision: rows of x [R, U].

export function softmax(x: Float64Array, units: number): Float64Array {
  const out = new Float64Array(x.length);
  for (let start = 0; start < x.length; start += units) {
    const row = x.subarray(start, start + units);
    const largest = Math.max(...row);
    const sum = row.reduce((total, value) => total + Math.exp(value - largest), 0);
    row.forEach((value, unit) => {
      out[start + unit] = Math.exp(value - largest) / sum;
    });
  }
  return out;
}

/** dx from the outputs y and their gradients d. */
export function softmaxGradient(y: Float64Array, d: Float64Array, units: number): Float64Array {
  const dx = new Float64Array(y.length);
  for (let start = 0; start < y.length; start += units) {
    let sum = 0;
    for (let unit = 0; unit < units; unit++) sum += y[start + unit]! * d[start + unit]!;
    for (let unit = 0; unit < units; unit++) dx[start + unit] = y[start + unit]! * (d[start + unit]! - sum);
  }
  return dx;
}
