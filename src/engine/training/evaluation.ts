// A model judged on one split: every sample once, in order. Knows no split by name: the caller opens it.
import type { SampleSet } from '../../dataset/sample-set.js';
import type { Loss } from '../../model/loss.js';
import type { TrainConfig } from '../../study/trial/trial.js';
import type { Evaluation } from '../../task/evaluation.js';
import { arrangeQuantiles, middleOf } from '../../task/quantiles.js';
import { taskOf } from '../../task/registry.js';
import type { Model } from '../engine.js';
import { sampleLossOf } from '../sample-loss.js';
import { ClassScores, StepScores } from './output-scores.js';
import { TagScores } from './tag-scores.js';

/** Larger batches gain nothing: the wasm engine works in tiles of 16. */
const BATCH = 128;
/** A prediction above it says 1. */
const THRESHOLD = 0.5;

/** What a prediction is held against. */
export interface Judged {
  readonly loss: Loss;
  readonly quantiles?: readonly number[] | undefined;
  /** Whether the samples say how wide bands are to be. */
  readonly conformal?: boolean | undefined;
  /** What other samples have said of that: added to each output. */
  readonly offsets?: readonly number[] | undefined;
  /** Errors are told as so many times what the samples have, of several columns one a column. */
  readonly errorScale?: number | readonly number[] | undefined;
  /** How many columns the targets are of. */
  readonly columns?: number | undefined;
  /** Whether a prediction is the probability of the second of two classes. */
  readonly isBinary?: boolean;
  /** Whether a prediction is the probability of each of several labels. */
  readonly areLabels?: boolean;
  /** By default they are: of many steps they take memory. */
  readonly keepsPredictions?: boolean;
}

/** As a trial's own validation samples are judged. */
export function judgedBy({ task, training }: Pick<TrainConfig, 'task' | 'training'>): Judged {
  const { quantiles, conformal, errorScale, columns, activation, areLabels } = taskOf(task).answer(task);
  const isBinary = activation === 'sigmoid' && !areLabels;
  return {
    loss: training.loss,
    quantiles,
    conformal,
    errorScale,
    columns,
    isBinary,
    ...(areLabels ? { areLabels, keepsPredictions: false } : {}),
  };
}

/** The evaluation one batch at a time, so that the caller can stop or let others run in between. */
export function* evaluateInBatches(
  model: Model,
  samples: SampleSet,
  {
    loss,
    quantiles,
    conformal = false,
    offsets,
    errorScale = 1,
    columns = 1,
    isBinary = false,
    areLabels = false,
    keepsPredictions = true,
  }: Judged = { loss: 'mae' },
): Generator<{ done: number }, Evaluation, void> {
  const { outputUnits: units } = model;
  const { targetUnits: steps = 1 } = samples;
  const sampleLoss = sampleLossOf({ loss, quantiles }, units, samples);
  const absoluteErrors = new Float32Array(samples.count);
  const squaredErrors = new Float64Array(samples.count);
  const losses = new Float64Array(samples.count);
  const answers = new Float32Array(keepsPredictions ? samples.count * steps : 0);
  const hits = new Float32Array(samples.count);
  const indices = new Uint32Array(BATCH);
  const predictions = new Float32Array(BATCH * units);
  const targets = new Float32Array(BATCH * steps);
  const classes = loss === 'sparseCategoricalCrossentropy' ? new ClassScores(units) : null;
  const pair = isBinary ? new ClassScores(2) : null;
  const tags = areLabels ? new TagScores(units) : null;
  const scores = new StepScores(steps, quantiles, samples.count, conformal, columns);
  const each = quantiles?.length ?? 1;
  const middle = quantiles === undefined ? 0 : middleOf(quantiles);
  let absolute = 0;
  let square = 0;
  let lossSum = 0;
  for (let start = 0; start < samples.count; start += BATCH) {
    const size = Math.min(BATCH, samples.count - start);
    for (let row = 0; row < size; row++) indices[row] = start + row;
    model.predict(samples, indices.subarray(0, size), predictions);
    samples.gatherTargets(indices, 0, size, targets, 0);
    samples.restore?.(indices, 0, size, predictions, 0, units / steps);
    samples.restore?.(indices, 0, size, targets, 0);
    if (errorScale !== 1) {
      scaleErrors(predictions, units, errorScale);
      scaleErrors(targets, steps, errorScale);
    }
    for (let row = 0; row < size; row++) {
      const at = row * units;
      if (quantiles !== undefined) arrangeQuantiles(predictions, at, steps, each, offsets);
      const sampleLossValue = sampleLoss.sum(predictions, at, targets, row * steps) / sampleLoss.terms;
      lossSum += sampleLossValue;
      losses[start + row] = sampleLossValue;
      if (classes !== null) {
        const target = targets[row]!;
        const missing = 1 - predictions[at + target]!;
        absolute += missing;
        square += missing * missing;
        absoluteErrors[start + row] = missing;
        squaredErrors[start + row] = missing * missing;
        hits[start + row] = classes.add(predictions, at, target) ? 1 : 0;
        continue;
      }
      let ofSteps = 0;
      let squareOfSteps = 0;
      for (let step = 0; step < steps; step++) {
        const answer = predictions[at + step * each + middle]!;
        if (keepsPredictions) answers[(start + row) * steps + step] = answer;
        const error = Math.abs(answer - targets[row * steps + step]!);
        scores.addError(step, error);
        ofSteps += error;
        squareOfSteps += error * error;
      }
      scores.addSample(predictions, at, targets, row * steps);
      absolute += ofSteps / steps;
      square += squareOfSteps / steps;
      absoluteErrors[start + row] = ofSteps / steps;
      squaredErrors[start + row] = squareOfSteps / steps;
      const isHit =
        tags?.add(predictions, at, targets, row * steps) ?? isRight(predictions[at]!, targets[row * steps]!);
      hits[start + row] = isHit ? 1 : 0;
      pair?.addProbability(predictions[at]!, targets[row * steps]!);
    }
    yield { done: start + size };
  }
  const mean = (sum: number): number => sum / samples.count;
  const told = classes ?? pair;
  const ofSteps = tags === null ? scores.describe() : { labels: tags.describe() };
  const outputs = told === null ? ofSteps : { classes: told.describe() };
  return {
    mae: mean(absolute),
    mse: mean(square),
    loss: mean(lossSum),
    penalty: model.penalty(),
    losses,
    absoluteErrors,
    // Of one value the squares of its error as it is kept, in float32.
    ...(steps > 1 ? { squaredErrors } : {}),
    predictions: answers,
    hits,
    ...(samples.kept === undefined ? {} : { kept: samples.kept }),
    ...(classes === null ? {} : { places: Uint16Array.from(classes.places) }),
    ...(told === null ? {} : { answers: told.counts() }),
    ...(outputs === undefined ? {} : { outputs }),
  };
}

/** In place: `each` values a sample, of several scales those of one column after the other's. */
function scaleErrors(values: Float32Array, each: number, scale: number | readonly number[]): void {
  const scales = typeof scale === 'number' ? [scale] : scale;
  for (const at of values.keys()) values[at]! *= scales[Math.floor(((at % each) * scales.length) / each)]!;
}

/** NaN is on neither side. */
function isRight(prediction: number, target: number): boolean {
  return !Number.isNaN(prediction) && prediction > THRESHOLD === target > THRESHOLD;
}
