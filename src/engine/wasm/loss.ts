// Loss of a tile and its gradient, in double precision sums of float32 values, row after row.
import type { Loss } from '../../model/loss.js';
import { lossOf, lossSlope } from '../loss-functions.js';

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
      const value = floats[prediction + at] as number;
      sum += lossOf(loss, value, target);
      floats[gradient + at] = lossSlope(loss, value, target) * scale;
    }
  }
  return sum;
}
