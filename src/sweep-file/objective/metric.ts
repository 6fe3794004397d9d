// The objective of a training: one of its validation metrics, at its best or its last epoch.
import { z } from 'zod';
import { METRICS } from '../../model/metric.js';
import { METRIC_ALIASES, unaliasMetric } from '../../model/metric-alias.js';
import { strictObject } from '../../schema/fields.js';
import { SECOND_METRICS } from '../../study/trial/second-metric.js';
import { TASK_METRICS, TASKS } from '../../task/registry.js';
import type { TrainedObjective } from './objective.js';

const alsoSchema = strictObject({
  metric: z.enum(SECOND_METRICS).describe('`parameters`: the trainable weights of the model'),
  direction: z.literal('minimize').default('minimize'),
});

const schema = strictObject({
  type: z.literal('metric').default('metric'),
  metric: z
    .enum([...TASK_METRICS, ...METRIC_ALIASES])
    .transform((metric) => unaliasMetric(metric))
    .default('validationMae')
    .describe(
      `Unless given: ${Object.values(TASKS)
        .map(({ data, metrics }) => `of ${data} ${metrics[0].name}`)
        .join(', ')}`,
    ),
  direction: z
    .enum(['minimize', 'maximize'])
    .optional()
    .describe('Follows from the metric: errors and losses are minimised, an accuracy is maximised'),
  epoch: z
    .enum(['best', 'last'])
    .default('best')
    .describe('Which epoch’s value and weights stand for the trial'),
  also: alsoSchema
    .optional()
    .describe(
      'A second objective: ranks stay those of the first, and the leaderboard marks the front of both',
    ),
})
  .superRefine(({ metric, direction }, context) => {
    const better = METRICS[metric].direction;
    if (direction === undefined || direction === better) return;
    context.addIssue({
      code: 'custom',
      path: ['direction'],
      message: `must be "${better}", in which ${metric} gets better, not "${direction}"`,
      params: { hint: 'leave it out: the direction follows from the metric' },
    });
  })
  .transform((objective) => ({ ...objective, direction: METRICS[objective.metric].direction }));

export const metricObjective = {
  trains: true,
  schema,
  specSchema: schema,
  summary: 'trains the model and ranks trials by a metric on the validation samples',
} satisfies TrainedObjective<typeof schema, typeof schema>;
