// The objective of a training: one of its validation metrics, at its best or its last epoch.
import { z } from 'zod';
import type { MetricName } from '../../model/metric.js';
import { METRIC_ALIASES, unaliasMetric } from '../../model/metric-alias.js';
import { strictObject } from '../../schema/fields.js';
import type { Objective } from '../../study/trial.js';
import type { TrainedObjective } from './objective.js';

/** Metrics that can be an objective, and the direction in which each gets better. */
const METRIC_DIRECTIONS = {
  validationMae: 'minimize',
  validationMse: 'minimize',
  validationRmse: 'minimize',
  validationLoss: 'minimize',
  validationAccuracy: 'maximize',
} as const satisfies Partial<Record<MetricName, Objective['direction']>>;
const OBJECTIVE_METRICS = Object.keys(METRIC_DIRECTIONS) as (keyof typeof METRIC_DIRECTIONS)[];

const schema = strictObject({
  type: z.literal('metric').default('metric'),
  metric: z
    .enum([...OBJECTIVE_METRICS, ...METRIC_ALIASES])
    .transform((metric) => unaliasMetric(metric))
    .default('validationMae')
    .describe('Of a series validationMae unless given, of reviews validationAccuracy'),
  direction: z
    .enum(['minimize', 'maximize'])
    .optional()
    .describe('Follows from the metric: errors and losses are minimised, an accuracy is maximised'),
  epoch: z
    .enum(['best', 'last'])
    .default('best')
    .describe('Which epoch’s value and weights stand for the trial'),
})
  .superRefine(({ metric, direction }, context) => {
    const better = METRIC_DIRECTIONS[metric];
    if (direction === undefined || direction === better) return;
    context.addIssue({
      code: 'custom',
      path: ['direction'],
      message: `must be "${better}", in which ${metric} gets better, not "${direction}"`,
      params: { hint: 'leave it out: the direction follows from the metric' },
    });
  })
  .transform((objective) => ({ ...objective, direction: METRIC_DIRECTIONS[objective.metric] }));

export const metricObjective = {
  trains: true,
  schema,
  specSchema: schema,
  summary: 'trains the model and ranks trials by a metric on the validation samples',
} satisfies TrainedObjective<typeof schema, typeof schema>;
