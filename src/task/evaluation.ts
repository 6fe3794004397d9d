// A model judged on one split: what the engine measures of it, whatever the task makes of that.
import type { Loss } from '../model/loss.js';
import type { AnswerCounts } from '../statistics/macro-f1.js';
import { shareInterval } from '../statistics/share-interval.js';
import type { OutputErrors } from '../study/trial/output-errors.js';

export interface Evaluation {
  readonly mae: number;
  readonly mse: number;
  /** Mean of the loss asked for, the penalty left out. */
  readonly loss: number;
  /** The penalty of the weights that were evaluated (Keras' `loss` and `val_loss` have it, its metrics have not). */
  readonly penalty: number;
  /** `[samples]`, the loss of each without the penalty, in time order: for the bootstrap. */
  readonly losses: Float64Array;
  /** `[samples]`, in time order: for the bootstrap. Of several targets the mean over them. */
  readonly absoluteErrors: Float32Array;
  /** `[samples]`, the mean over the targets of a sample; absent: the squares of `absoluteErrors`. */
  readonly squaredErrors?: Float64Array;
  /** `[samples, targets]`, levels as the dataset has them, in time order; of quantiles the ones nearest to a half.
   * Empty: they were not kept. */
  readonly predictions: Float32Array;
  /** `[samples]`, 1 where prediction and target are on the same side of 0.5 (Keras' binary_accuracy), for classifiers. */
  readonly hits: Float32Array;
  /** `[samples]`, the place of a sample's own class among the likeliest, from 0, or NO_ANSWER; of several classes. */
  readonly places?: Uint16Array;
  /** `[samples]`, as the SampleSet has it. */
  readonly kept?: Uint32Array;
  readonly answers?: AnswerCounts;
  /** Absent where a prediction is one value. */
  readonly outputs?: OutputErrors;
}

/** The place of a class whose sample got no answer: past all classes. */
export const NO_ANSWER = 0xffff;

/** In double precision: the square of a large float32 is past all float32. */
export function squaresOf({
  absoluteErrors,
  squaredErrors,
}: Pick<Evaluation, 'absoluteErrors' | 'squaredErrors'>): Float64Array {
  return squaredErrors ?? Float64Array.from(absoluteErrors, (error) => error * error);
}

/** Share of samples on the right side of 0.5, and its 95 % interval: samples of reviews are independent. */
export function accuracyOf({ hits }: Pick<Evaluation, 'hits'>): {
  accuracy: number;
  interval: [number, number];
} {
  let right = 0;
  for (const hit of hits) right += hit;
  return { accuracy: right / hits.length, interval: shareInterval(right, hits.length) };
}

/** `[samples]`, 1 where the sample's class is among the k likeliest; null: there are two classes, or none. */
export function hitsAmong({ places }: Evaluation, k: number): Float32Array | null {
  return places === undefined ? null : Float32Array.from(places, (place) => (place < k ? 1 : 0));
}

/** Without a penalty the metric itself where the loss is one, so that both are the same number to the last bit. */
export function validationLossOf({ mae, mse, loss: mean, penalty }: Evaluation, loss: Loss): number {
  if (loss === 'mae') return mae + penalty;
  return (loss === 'mse' ? mse : mean) + penalty;
}
