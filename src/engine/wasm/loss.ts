// Loss of a tile and its gradient, in double precision sums of float32 values, row after row.
import type { Loss } from '../../study/layer-spec.js';

/**
 * Adds up the loss of `rows` predictions against targets and writes dLoss/dPrediction · scale.
 * Predictions and gradients are `[rows][strideValues]`, the first `units` of a row count; targets `[rows]`.
 */
export function tileLoss(
  loss: Loss,
  floats: Float32Array,
  prediction: number,
  gradient: number,
  strideValues: number,
  units: number,
  targets: Float32Array,
  rows: number,
  scale: number,
): number {
  let sum = 0;
  for (let row = 0; row < rows; row++) {
    const target = targets[row] as number;
    for (let unit = 0; unit < units; unit++) {
      const at = row * strideValues + unit;
      const error = Math.fround((floats[prediction + at] as number) - target);
      if (loss === 'mae') {
        sum += Math.abs(error);
        // Keras' gradient of |e| at 0 is 0; NaN must stay visible.
        floats[gradient + at] = Number.isNaN(error) ? Number.NaN : Math.sign(error) * scale;
      } else {
        sum += error * error;
        floats[gradient + at] = 2 * error * scale;
      }
    }
  }
  return sum;
}
