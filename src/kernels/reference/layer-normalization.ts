// Scalar twin of assembly/layer-normalization.ts in double precision, forward only: rows of x [R, U].

export function layerNormalize(
  x: Float64Array,
  gamma: Float64Array,
  beta: Float64Array,
  epsilon: number,
): Float64Array {
  const units = gamma.length;
  const out = new Float64Array(x.length);
  for (let start = 0; start < x.length; start += units) {
    const row = x.subarray(start, start + units);
    const mean = row.reduce((sum, value) => sum + value, 0) / units;
    const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / units;
    row.forEach((value, u) => {
      const normalized = (value - mean) / Math.sqrt(variance + epsilon);
      out[start + u] = normalized * (gamma[u] as number) + (beta[u] as number);
    });
  }
  return out;
}
