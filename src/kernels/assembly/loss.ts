// Losses of a tile by the distance of predictions from targets, and their slopes: in double precision on errors rounded to
// float32, outputs in order, row after row. Twin: ../../engine/loss-functions.ts.
const MAE = 0;
const MSE = 1;
// 2: huber, with its corner at 1.

// @ts-ignore: decorator
@inline function sign(error: f64): f64 {
  // What is neither keeps its value: ±0, and NaN.
  return error > 0 ? 1 : error < 0 ? -1 : error;
}

/**
 * Writes slopes · scale to `gradients`, which lie as the predictions do: `[rows]`, `stride` bytes apart, the first `units` of
 * each; and at `sum` the sum of the rows' sums as a float64. Targets: `[rows][units]`, or with `isOne` one a row.
 */
export function distanceLoss(
  code: i32,
  rows: i32,
  units: i32,
  predictions: usize,
  stride: i32,
  targets: usize,
  isOne: i32,
  scale: f64,
  gradients: usize,
  sum: usize,
): void {
  const next: usize = isOne ? 0 : 4;
  let total: f64 = 0;
  for (let row = 0; row < rows; row++) {
    const bytes = <usize>units << 2;
    let target = targets;
    let ofRow: f64 = 0;
    for (let at: usize = 0; at < bytes; at += 4) {
      const error = <f64>(f32.load(predictions + at) - f32.load(target));
      const size = abs(error);
      let value: f64;
      let slope: f64;
      if (code == MAE) {
        value = size;
        slope = sign(error);
      } else if (code == MSE) {
        value = error * error;
        slope = 2 * error;
      } else if (size <= 1) {
        value = 0.5 * error * error;
        slope = error;
      } else {
        value = size - 0.5;
        slope = sign(error);
      }
      ofRow += value;
      f32.store(gradients + at, <f32>(slope * scale));
      target += next;
    }
    total += ofRow;
    predictions += stride;
    gradients += stride;
    targets += isOne ? 4 : bytes;
  }
  f64.store(sum, total);
}
