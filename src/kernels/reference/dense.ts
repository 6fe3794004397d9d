// Scalar twin of assembly/dense.ts in double precision and Keras layout: kernel [F, U], rows of x [R, F].

export function denseForward(
  x: Float64Array,
  kernel: Float64Array,
  bias: Float64Array,
  rows: number,
  features: number,
  units: number,
): Float64Array {
  const out = new Float64Array(rows * units);
  for (let r = 0; r < rows; r++)
    for (let u = 0; u < units; u++) {
      let sum = bias[u] as number;
      for (let k = 0; k < features; k++)
        sum += (x[r * features + k] as number) * (kernel[k * units + u] as number);
      out[r * units + u] = sum;
    }
  return out;
}

export function denseBackward(
  x: Float64Array,
  kernel: Float64Array,
  d: Float64Array,
  rows: number,
  features: number,
  units: number,
): { dKernel: Float64Array; dBias: Float64Array; dx: Float64Array } {
  const dKernel = new Float64Array(features * units);
  const dBias = new Float64Array(units);
  const dx = new Float64Array(rows * features);
  for (let r = 0; r < rows; r++)
    for (let u = 0; u < units; u++) {
      const gradient = d[r * units + u] as number;
      dBias[u] = (dBias[u] as number) + gradient;
      for (let k = 0; k < features; k++) {
        dKernel[k * units + u] =
          (dKernel[k * units + u] as number) + (x[r * features + k] as number) * gradient;
        dx[r * features + k] =
          (dx[r * features + k] as number) + (kernel[k * units + u] as number) * gradient;
      }
    }
  return { dKernel, dBias, dx };
}
