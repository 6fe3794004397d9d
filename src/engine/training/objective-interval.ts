// How sure an objective is: its 95 % interval over the validation samples of one evaluation. A share has Wilson's interval,
// a mean over samples a bootstrap; the penalty in a validation loss is the same for every sample and moves both ends.
import { blockBootstrapMean, defaultBlockLength } from '../../statistics/bootstrap.js';
import type { MetricName, TaskSpec, TrainConfig } from '../../study/trial.js';
import { accuracyOf, type Evaluation } from './evaluation.js';

/** Reviews do not overlap: each is a block of its own. */
const BLOCK_OF_REVIEWS = 1;

/** Null for a metric that is no mean over validation samples, such as `trainLoss`, taken while the weights move. */
export function intervalOf(
  evaluation: Evaluation,
  metric: MetricName,
  { task, training, seed }: TrainConfig,
): [number, number] | null {
  const interval = (values: ArrayLike<number>): [number, number] => {
    const blockLength = blockLengthOf(values.length, task, training.validationStride);
    const [low, high] = blockBootstrapMean(values, { blockLength, seed }).interval;
    return [low, high];
  };
  switch (metric) {
    case 'validationAccuracy':
      return accuracyOf(evaluation).interval;
    case 'validationLoss': {
      const [low, high] = interval(evaluation.losses);
      return [low + evaluation.penalty, high + evaluation.penalty];
    }
    case 'validationMae':
      return interval(evaluation.absoluteErrors);
    case 'validationMse':
      return interval(squares(evaluation.absoluteErrors));
    case 'validationRmse': {
      const [low, high] = interval(squares(evaluation.absoluteErrors));
      // A bootstrap's lower end can lie below 0, where no mean of squares is.
      return [Math.sqrt(Math.max(0, low)), Math.sqrt(high)];
    }
    case 'trainLoss':
    case 'value':
      return null;
  }
}

/**
 * Samples a block of the bootstrap holds where every `stride`-th is evaluated. Errors of windows whose horizons overlap are
 * dependent: blocks must span at least one horizon.
 */
export function blockLengthOf(count: number, task: TaskSpec, stride: number): number {
  if (task.kind === 'classify') return BLOCK_OF_REVIEWS;
  return defaultBlockLength(count, Math.ceil(task.window.delay / stride));
}

/** In double precision: the square of a large float32 is past all float32. */
function squares(errors: Float32Array): Float64Array {
  return Float64Array.from(errors, (error) => error * error);
}
