// Fully connected layer on a tile of rows: out = x·W + b. Twin: ../reference/dense.ts.
import { FROM_BIAS, FROM_ZERO, product, STORE } from './product';
import { accumulateBias, accumulateGradient } from './product-gradient';

/** out[rows, units] = x[rows, features]·W + b; the activation is a pass of its own (math.ts). */
export function denseForward(
  rows: i32,
  x: usize,
  xStride: i32,
  features: i32,
  kernel: usize,
  bias: usize,
  panels: i32,
  out: usize,
): void {
  // prettier-ignore
  product(FROM_BIAS, STORE, rows, panels, out, <usize>panels << 5, bias,
    0, 0, 0, 0, 1, x, 0, <usize>xStride, features, kernel, 0, 0, 0, 0, 0, 0, 0);
}

/** kernelGradient += xᵀ·d, biasGradient += column sums of d; dx = d·Wᵀ where `dx` is not 0. */
export function denseBackward(
  rows: i32,
  x: usize,
  xStride: i32,
  features: i32,
  d: usize,
  units: i32,
  panels: i32,
  kernelGradient: usize,
  biasGradient: usize,
  transposedKernel: usize,
  dx: usize,
  dxStride: i32,
): void {
  const stride = <usize>panels << 5;
  accumulateGradient(rows, x, <usize>xStride, features, d, stride, panels, kernelGradient);
  accumulateBias(rows, d, stride, panels, biasGradient);
  if (dx)
    // prettier-ignore
    product(FROM_ZERO, STORE, rows, (features + 7) >> 3, dx, <usize>dxStride, 0,
      0, 0, 0, 0, 1, d, 0, stride, units, transposedKernel, 0, 0, 0, 0, 0, 0, 0);
}
