// The errors behind a trial's objective, kept in its model so that trials can be compared sample by sample after their end: in
// order of time, as means over stretches of neighbouring samples, so that a model stays small however many samples it has.
import { type MetricName, TOP_K } from '../../model/metric.js';
import type { TrainConfig } from '../../study/trial/trial.js';
import { type Evaluation, hitsAmong, squaresOf } from '../../task/evaluation.js';
import { taskOf } from '../../task/registry.js';

/** Enough for the bootstrap, in 4 KB. */
const MOST_BLOCKS = 512;
const BYTES = 8;

/** As a checkpoint holds it. */
export interface PackedErrors {
  /** Validation samples (of several series, times) that the blocks are means over, as even as may be. */
  readonly samples: number;
  /** Over how many samples a sample shares its horizon with later ones (the task's). */
  readonly overlap: number;
  /** float64, little-endian, base64. */
  readonly blocks: string;
}

/** null: the objective is no mean over samples. */
export function packErrors(
  evaluation: Evaluation,
  metric: MetricName,
  { task, training }: Pick<TrainConfig, 'task' | 'training'>,
): PackedErrors | null {
  const read = errorReader(evaluation, metric);
  if (read === null) return null;
  const each = Float64Array.from({ length: evaluation.absoluteErrors.length }, (_, at) => read(at));
  const errors = taskOf(task).overTime(task, 'validation', training.validationStride, each, evaluation.kept);
  const samples = errors.length;
  const count = Math.min(MOST_BLOCKS, samples);
  const bytes = Buffer.alloc(count * BYTES);
  for (let block = 0; block < count; block += 1) {
    const start = startOf(block, count, samples);
    const end = startOf(block + 1, count, samples);
    let sum = 0;
    for (let at = start; at < end; at += 1) sum += errors[at]!;
    bytes.writeDoubleLE(sum / (end - start), block * BYTES);
  }
  // A forecast without a delay has none.
  const overlap = Math.max(1, taskOf(task).overlap(task, training.validationStride));
  return { samples, overlap, blocks: bytes.toString('base64') };
}

/** One value a block, in order of time. */
export interface BlockErrors {
  readonly samples: number;
  readonly errors: Float64Array;
  /** Over how many blocks a block shares its horizon with later ones, a whole number. */
  readonly overlap: number;
}

/** null where the bytes are not whole finite values. */
export function unpackErrors({ samples, overlap, blocks }: PackedErrors): BlockErrors | null {
  const bytes = Buffer.from(blocks, 'base64');
  const count = bytes.length / BYTES;
  if (count < 1 || !Number.isInteger(count) || count > samples) return null;
  const errors = Float64Array.from({ length: count }, (_, at) => bytes.readDoubleLE(at * BYTES));
  if (!errors.every(Number.isFinite)) return null;
  return { samples, errors, overlap: Math.ceil((overlap * count) / samples) };
}

const startOf = (block: number, count: number, samples: number): number =>
  Math.floor((block * samples) / count);

/** What is less where the objective is better. Of an RMSE its squares, which rank alike. */
function errorReader(evaluation: Evaluation, metric: MetricName): ((at: number) => number) | null {
  const { absoluteErrors, losses, penalty, hits } = evaluation;
  switch (metric) {
    case 'validationMae':
      return (at) => absoluteErrors[at]!;
    case 'validationMse':
    case 'validationRmse': {
      const squares = squaresOf(evaluation);
      return (at) => squares[at]!;
    }
    case 'validationLoss':
      return (at) => losses[at]! + penalty;
    case 'validationAccuracy':
      return (at) => 1 - hits[at]!;
    case 'validationTop3':
    case 'validationTop5': {
      const among = hitsAmong(evaluation, TOP_K[metric]);
      return among === null ? null : (at) => 1 - among[at]!;
    }
    case 'validationMacroF1':
    case 'trainLoss':
    case 'value':
      return null;
  }
}
