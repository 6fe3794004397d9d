// What a model answers of the last step of its horizon, window by window, as it is drawn: levels, of quantiles in order and
// moved as conformal ones are. Normalised.
import { setImmediate } from 'node:timers/promises';
import type { SampleSet } from '../../dataset/sample-set.js';
import { checkInterrupt } from '../../dataset/turns.js';
import type { Model } from '../../engine/engine.js';
import type { OutputErrors } from '../../study/trial/output-errors.js';
import { PREDICTION_BATCH } from '../../task/predictor.js';
import { arrangeQuantiles } from '../../task/quantiles.js';

export interface DrawnModel {
  readonly model: Pick<Model, 'predict' | 'outputUnits'>;
  /** Of its last step alone. */
  readonly samples: SampleSet;
  readonly quantiles: readonly number[] | undefined;
  readonly outputs: Pick<OutputErrors, 'offsets'> | undefined;
  /** Where in an answer the forecast of the last step stands. */
  readonly place: number;
}

export interface DrawnAnswers {
  readonly truth: Float32Array;
  readonly prediction: Float32Array;
  /** The outermost quantiles; the forecast itself of a model of none. */
  readonly low: Float32Array;
  readonly high: Float32Array;
}

/** Gives way after each batch. Throws INTERRUPTED. */
export async function drawAnswers(
  { model, samples, quantiles, outputs, place }: DrawnModel,
  signal?: AbortSignal,
): Promise<DrawnAnswers> {
  const { count } = samples;
  const { outputUnits } = model;
  const drawn: DrawnAnswers = {
    truth: new Float32Array(count),
    prediction: new Float32Array(count),
    low: new Float32Array(count),
    high: new Float32Array(count),
  };
  const each = quantiles?.length ?? 1;
  const middle = place % each;
  // Of all that is answered the quantiles of that column's last step.
  const begin = place - middle;
  const offsets = outputs?.offsets?.slice(begin, begin + each);
  const answers = new Float32Array(PREDICTION_BATCH * outputUnits);
  const last = new Float32Array(PREDICTION_BATCH * each);
  const indices = new Uint32Array(PREDICTION_BATCH);
  for (let start = 0; start < count; start += PREDICTION_BATCH) {
    const size = Math.min(PREDICTION_BATCH, count - start);
    for (let row = 0; row < size; row++) indices[row] = start + row;
    const batch = indices.subarray(0, size);
    model.predict(samples, batch, answers);
    for (let row = 0; row < size; row++) {
      const at = row * outputUnits + begin;
      last.set(answers.subarray(at, at + each), row * each);
    }
    samples.restore?.(batch, 0, size, last, 0, each);
    for (let row = 0; row < size; row++) {
      if (quantiles !== undefined) arrangeQuantiles(last, row * each, 1, each, offsets);
      drawn.prediction[start + row] = last[row * each + middle]!;
      drawn.low[start + row] = last[row * each]!;
      drawn.high[start + row] = last[(row + 1) * each - 1]!;
    }
    samples.gatherTargets(batch, 0, size, drawn.truth, start);
    samples.restore?.(batch, 0, size, drawn.truth, start);
    await setImmediate();
    checkInterrupt(signal);
  }
  return drawn;
}
