// Loss of a tile and its gradient, in double precision sums of float32 values, row after row.
import type { SampleLoss } from '../sample-loss.js';

/**
 * Adds up the terms of the loss over `rows` predictions against targets and writes their slopes · scale.
 * Predictions and gradients are `[rows][strideValues]`, the first `units` of a row count; targets `[rows][targets]`.
 */
export function tileLoss(
  loss: SampleLoss,
  floats: Float32Array,
  prediction: number,
  gradient: number,
  strideValues: number,
  targets: Float32Array,
  rows: number,
  scale: number,
): number {
  let sum = 0;
  for (let row = 0; row < rows; row++) {
    const at = row * strideValues;
    const target = row * loss.targets;
    sum += loss.sum(floats, prediction + at, targets, target);
    loss.slopes(floats, prediction + at, targets, target, scale, floats, gradient + at);
  }
  return sum;
}
