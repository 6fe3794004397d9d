// Convolution over time as a product over shifted rows: in a time-major tile the rows of tap k lie `aNext` bytes from
// those of tap k − 1, so that the taps are the segments of one register-blocked product; no tap is a segment of no depth.
// Twin: ../reference/conv1d.ts.
import { FROM_BIAS, FROM_ZERO, product, STORE } from './product';

/** out[rows, 8·panels] = bias + Σ over taps x_k·W_k; kernels of two taps are `bNext` bytes apart. */
export function convForward(
  rows: i32,
  taps: i32,
  a: usize,
  aNext: usize,
  aStride: usize,
  depth: i32,
  b: usize,
  bNext: usize,
  bias: usize,
  panels: i32,
  out: usize,
  outStride: usize,
): void {
  // prettier-ignore
  product(FROM_BIAS, STORE, rows, panels, out, outStride, bias,
    0, 0, 0, 0, max(taps, 1), a, aNext, aStride, taps ? depth : 0, b, bNext, 0, 0, 0, 0, 0, 0);
}

/** out[rows, 8·panels] = Σ over taps d_k·W_kᵀ, the gradient of x; all 0 for no tap. */
export function convInputGradient(
  rows: i32,
  taps: i32,
  a: usize,
  aNext: usize,
  aStride: usize,
  depth: i32,
  b: usize,
  bNext: usize,
  panels: i32,
  out: usize,
  outStride: usize,
): void {
  // prettier-ignore
  product(FROM_ZERO, STORE, rows, panels, out, outStride, 0,
    0, 0, 0, 0, max(taps, 1), a, aNext, aStride, taps ? depth : 0, b, bNext, 0, 0, 0, 0, 0, 0);
}
