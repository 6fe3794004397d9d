import { type MetricName, TOP_K } from '../../model/metric.js';
import { macroF1Interval } from '../../statistics/macro-f1.js';
import type { Range } from '../../statistics/range-interval.js';
import { type IntervalOrReason, meanInterval } from '../../statistics/sample-mean.js';
import type { TrainConfig } from '../../study/trial/trial.js';
import { accuracyOf, type Evaluation, hitsAmong, squaresOf } from '../../task/evaluation.js';
import { taskOf } from '../../task/registry.js';
import type { BestEpoch } from './checkpoint.js';

const NOT_SAMPLED: IntervalOrReason = { interval: null, reason: 'not-sampled' };

/** Without an interval for a metric that is no mean over validation samples, such as `trainLoss`: the weights moved. */
export function intervalOf(
  evaluation: Evaluation,
  metric: MetricName,
  { task, training }: Pick<TrainConfig, 'task' | 'training'>,
): IntervalOrReason {
  const { areIndependent, overTime, overlap } = taskOf(task);
  const interval = (values: ArrayLike<number>, range: Range = 'positive'): IntervalOrReason =>
    meanInterval(
      overTime(task, 'validation', training.validationStride, values, evaluation.kept),
      range,
      overlap(task, training.validationStride),
    );
  const shareOf = (hits: Float32Array): IntervalOrReason =>
    areIndependent ? { interval: accuracyOf({ hits }).interval, reason: null } : interval(hits, 'share');
  switch (metric) {
    case 'validationAccuracy':
      return shareOf(evaluation.hits);
    case 'validationTop3':
    case 'validationTop5': {
      const hits = hitsAmong(evaluation, TOP_K[metric]);
      return hits === null ? NOT_SAMPLED : shareOf(hits);
    }
    case 'validationMacroF1':
      return evaluation.answers === undefined || !areIndependent
        ? NOT_SAMPLED
        : macroF1Interval(evaluation.answers);
    case 'validationLoss': {
      const ofLosses = interval(evaluation.losses);
      if (ofLosses.interval === null) return ofLosses;
      const [low, high] = ofLosses.interval;
      return { interval: [low + evaluation.penalty, high + evaluation.penalty], reason: null };
    }
    case 'validationMae':
      return interval(evaluation.absoluteErrors);
    case 'validationMse':
      return interval(squaresOf(evaluation));
    case 'validationRmse': {
      const ofSquares = interval(squaresOf(evaluation));
      if (ofSquares.interval === null) return ofSquares;
      const [low, high] = ofSquares.interval;
      return { interval: [Math.sqrt(low), Math.sqrt(high)], reason: null };
    }
    case 'trainLoss':
    case 'value':
      return NOT_SAMPLED;
  }
}

/** The interval as a checkpoint holds it. */
export function certaintyOf(
  evaluation: Evaluation,
  metric: MetricName,
  config: Pick<TrainConfig, 'task' | 'training'>,
): Pick<BestEpoch, 'interval' | 'intervalReason'> {
  const { interval, reason } = intervalOf(evaluation, metric, config);
  if (interval !== null) return { interval: [interval[0], interval[1]] };
  return { interval: null, ...(reason === null ? {} : { intervalReason: reason }) };
}
