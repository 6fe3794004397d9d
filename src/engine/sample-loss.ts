// The loss of one sample over all that a model answers, and its slopes: one value a target, one a target and quantile, or one
// probability a class. In double precision on float32 values, outputs in order. Every engine takes it from here, or distances
// from a kernel with the same bits (wasm/loss.ts).
import type { SampleSet } from '../dataset/sample-set.js';
import { SweepError } from '../errors.js';
import type { ModelDefinition } from './engine.js';
import { CLIP, logarithm, lossFunction } from './loss-functions.js';

export interface SampleLoss {
  /** Values of a prediction, and of a target. */
  readonly units: number;
  readonly targets: number;
  /** The sum over a sample's terms divided by this is its loss. */
  readonly terms: number;
  /** The sum over its terms. `outputs` from `at`, `targets` from `targetAt`. */
  sum(outputs: Float32Array, at: number, targets: ArrayLike<number>, targetAt: number): number;
  /** Writes dSum/dOutput · `scale` for each output to `slopes` from `slopeAt`, which may be where the outputs end. */
  slopes(
    outputs: Float32Array,
    at: number,
    targets: ArrayLike<number>,
    targetAt: number,
    scale: number,
    slopes: Float32Array,
    slopeAt: number,
  ): void;
}

/**
 * `targetUnits`: values of a target. Where a target is one value and there are no quantiles, every output is held against
 * it. Throws MODEL_SHAPE where the outputs are not as many as the loss takes.
 */
export function sampleLossOf(
  { loss, quantiles }: Pick<ModelDefinition, 'loss' | 'quantiles'>,
  units: number,
  { targetUnits: targets = 1 }: Pick<SampleSet, 'targetUnits'>,
): SampleLoss {
  if (loss === 'sparseCategoricalCrossentropy') return crossEntropy(units, targets);
  if (loss === 'pinball') {
    const shares = requireQuantiles(quantiles);
    requireUnits(units, targets * shares.length);
    return pinball(shares, targets);
  }
  // One value that every output is held against, or one for each.
  const next = targets === 1 ? 0 : 1;
  if (next === 1) requireUnits(units, targets);
  const { value, slope } = lossFunction(loss);
  return {
    units,
    targets,
    terms: units,
    sum(outputs, at, truth, targetAt) {
      let sum = 0;
      for (let unit = 0; unit < units; unit++) {
        const prediction = outputs[at + unit]!;
        const target = truth[targetAt + unit * next]!;
        sum += value(Math.fround(prediction - target), prediction, target);
      }
      return sum;
    },
    slopes(outputs, at, truth, targetAt, scale, slopes, slopeAt) {
      for (let unit = 0; unit < units; unit++) {
        const prediction = outputs[at + unit]!;
        const target = truth[targetAt + unit * next]!;
        slopes[slopeAt + unit] = slope(Math.fround(prediction - target), prediction, target) * scale;
      }
    },
  };
}

/**
 * The same with the weight of the target's class, as Keras' class_weight: batches are still divided by their samples. Of labels
 * of which a sample may have several the term of each that it has, as PyTorch's pos_weight.
 */
export function trainingLossOf(
  definition: Pick<ModelDefinition, 'loss' | 'quantiles' | 'classWeights'>,
  units: number,
  samples: Pick<SampleSet, 'targetUnits'>,
): SampleLoss {
  const loss = sampleLossOf(definition, units, samples);
  const { classWeights } = definition;
  if (classWeights === undefined) return loss;
  // One value that tells two classes apart has two weights, and of many classes each is an output.
  if (definition.loss !== 'sparseCategoricalCrossentropy' && classWeights.length === units)
    return weighLabels(loss, classWeights, sampleLossOf(definition, 1, {}));
  const weightOf = (target: number): number => classWeights[target] ?? 1;
  return {
    ...loss,
    sum: (outputs, at, targets, targetAt) =>
      weightOf(targets[targetAt]!) * loss.sum(outputs, at, targets, targetAt),
    slopes: (outputs, at, targets, targetAt, scale, slopes, slopeAt) =>
      loss.slopes(outputs, at, targets, targetAt, scale * weightOf(targets[targetAt]!), slopes, slopeAt),
  };
}

/** `one`: the loss of one label. */
function weighLabels(loss: SampleLoss, weights: readonly number[], one: SampleLoss): SampleLoss {
  const { units } = loss;
  return {
    ...loss,
    sum(outputs, at, truth, targetAt) {
      let sum = 0;
      for (let unit = 0; unit < units; unit++) {
        const weight = truth[targetAt + unit] === 1 ? weights[unit]! : 1;
        sum += weight * one.sum(outputs, at + unit, truth, targetAt + unit);
      }
      return sum;
    },
    slopes(outputs, at, truth, targetAt, scale, slopes, slopeAt) {
      for (let unit = 0; unit < units; unit++) {
        const weight = truth[targetAt + unit] === 1 ? weights[unit]! : 1;
        one.slopes(outputs, at + unit, truth, targetAt + unit, scale * weight, slopes, slopeAt + unit);
      }
    },
  };
}

/** Koenker and Bassett (1978): τ·e where the truth lies e above the prediction, (1 − τ)·e where it lies e below. */
export function pinballLoss(quantile: number, prediction: number, target: number): number {
  const error = Math.fround(prediction - target);
  return error < 0 ? -quantile * error : (1 - quantile) * error;
}

function pinball(quantiles: readonly number[], targets: number): SampleLoss {
  const count = quantiles.length;
  const units = targets * count;
  return {
    units,
    targets,
    terms: units,
    sum(outputs, at, truth, targetAt) {
      let sum = 0;
      for (let unit = 0; unit < units; unit++)
        sum += pinballLoss(
          quantiles[unit % count]!,
          outputs[at + unit]!,
          truth[targetAt + Math.floor(unit / count)]!,
        );
      return sum;
    },
    slopes(outputs, at, truth, targetAt, scale, slopes, slopeAt) {
      for (let unit = 0; unit < units; unit++) {
        const error = Math.fround(outputs[at + unit]! - truth[targetAt + Math.floor(unit / count)]!);
        const quantile = quantiles[unit % count]!;
        // At 0 there is none, as of mae; NaN stays visible.
        const slope = error < 0 ? -quantile : error > 0 ? 1 - quantile : error;
        slopes[slopeAt + unit] = slope * scale;
      }
    },
  };
}

/** −ln p of the target's class, as Keras' sparse_categorical_crossentropy of probabilities. */
function crossEntropy(units: number, targets: number): SampleLoss {
  if (targets !== 1)
    throw new SweepError('MODEL_SHAPE', `a sample is of one class, not of ${targets}`, { path: 'model' });
  return {
    units,
    targets,
    terms: 1,
    sum(outputs, at, truth, targetAt) {
      const probability = outputs[at + truth[targetAt]!]!;
      return -logarithm(Math.min(Math.max(probability, CLIP), 1 - CLIP));
    },
    slopes(outputs, at, truth, targetAt, scale, slopes, slopeAt) {
      const own = truth[targetAt]!;
      const probability = outputs[at + own]!;
      slopes.fill(0, slopeAt, slopeAt + units);
      // What is too near to 0 has the slope at the edge, so that a sample which is quite wrong is learnt from too.
      slopes[slopeAt + own] = -scale / Math.max(probability, CLIP);
    },
  };
}

function requireUnits(units: number, taken: number): void {
  if (units === taken) return;
  throw new SweepError('MODEL_SHAPE', `the model answers with ${units} values, the loss takes ${taken}`, {
    path: 'model',
  });
}

function requireQuantiles(quantiles: readonly number[] | undefined): readonly number[] {
  if (quantiles !== undefined && quantiles.length > 0) return quantiles;
  throw new SweepError('MODEL_SHAPE', 'the pinball loss is of quantiles, and the task names none', {
    path: 'training.loss',
  });
}
