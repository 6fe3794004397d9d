// Losses of one prediction and their slopes, in double precision on float32 values. No logarithm of the host's: its last
// bit may differ from machine to machine.
import type { NamedLoss } from '../model/loss.js';

/** Keras' epsilon: predictions are cut to [ε, 1 − ε] before their logarithm is taken. */
export const CLIP = 1e-7;
/** Where huber turns from a parabola to a line. */
const HUBER_DELTA = 1;

/** The loss of one prediction; `error` is prediction − target, rounded to float32. */
export interface LossFunction {
  value(error: number, prediction: number, target: number): number;
  /** dLoss/dPrediction. */
  slope(error: number, prediction: number, target: number): number;
}

const LOSS_FUNCTIONS: { readonly [Name in NamedLoss]: LossFunction } = {
  mae: {
    value: (error) => Math.abs(error),
    // Keras' gradient of |e| at 0 is 0; NaN stays visible.
    slope: (error) => Math.sign(error),
  },
  mse: {
    value: (error) => error * error,
    slope: (error) => 2 * error,
  },
  huber: {
    value(error) {
      const size = Math.abs(error);
      return size <= HUBER_DELTA ? 0.5 * error * error : HUBER_DELTA * (size - 0.5 * HUBER_DELTA);
    },
    slope: (error) => (Math.abs(error) <= HUBER_DELTA ? error : HUBER_DELTA * Math.sign(error)),
  },
  binaryCrossentropy: {
    value(_error, prediction, target) {
      const p = Math.min(Math.max(prediction, CLIP), 1 - CLIP);
      return -(target * logarithm(p) + (1 - target) * logarithm(1 - p));
    },
    slope(_error, prediction, target) {
      // What is cut off has no slope, as in Keras.
      if (prediction < CLIP || prediction > 1 - CLIP) return 0;
      return (prediction - target) / (prediction * (1 - prediction));
    },
  },
};

/** For loops, which look it up once. */
export function lossFunction(loss: NamedLoss): LossFunction {
  return LOSS_FUNCTIONS[loss];
}

export function lossOf(loss: NamedLoss, prediction: number, target: number): number {
  return LOSS_FUNCTIONS[loss].value(Math.fround(prediction - target), prediction, target);
}

/** dLoss/dPrediction. */
export function lossSlope(loss: NamedLoss, prediction: number, target: number): number {
  return LOSS_FUNCTIONS[loss].slope(Math.fround(prediction - target), prediction, target);
}

/** Natural logarithm of a value in (0, 1], within 4e-16 of it or of 1: x = m·2ᵉ, ln m = 2·artanh((m − 1)/(m + 1)). */
export function logarithm(x: number): number {
  if (!(x > 0 && x <= 1)) return Number.NaN;
  let m = x;
  let exponent = 0;
  while (m < Math.SQRT1_2) {
    m *= 2;
    exponent--;
  }
  const s = (m - 1) / (m + 1);
  const square = s * s;
  // |s| ≤ 0.172: the first term left out, s²⁵/25, is below 1e-20.
  let sum = 0;
  for (let power = 23; power >= 1; power -= 2) sum = sum * square + 1 / power;
  return exponent * Math.LN2 + 2 * s * sum;
}
