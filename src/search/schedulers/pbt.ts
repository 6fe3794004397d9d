// Population based training (Jaderberg et al. 2017, "Population Based Training of Neural Networks"): what a sweep file says of
// it. It stops no trial: who goes on from whom, and with which parameters, is population.ts.
import { z } from 'zod';
import { strictObject, wholeNumber } from '../../schema/fields.js';
import type { PopulationOptions } from '../population.js';
import type { Scheduler, SchedulerFault } from '../scheduler.js';
import { DIMENSION_NAME } from '../space/dimension.js';

const schema = strictObject({
  type: z.literal('pbt'),
  population: wholeNumber(2, 1_000).default(8).describe('Members: the first points of the sampler'),
  interval: wholeNumber(1, 100_000).default(2).describe('Epochs after which members are compared'),
  share: z
    .number()
    .gt(0)
    .max(0.5)
    .default(0.25)
    .describe('Of the members so many are replaced by as many of the best'),
  resample: z
    .number()
    .min(0)
    .max(1)
    .default(0.25)
    .describe(
      'Probability that a value is drawn anew; else it is perturbed: times 0.8 or 1.2, or the next in a list',
    ),
  perturb: z
    .array(z.string().regex(DIMENSION_NAME))
    .min(1)
    .readonly()
    .exactOptional()
    .describe('Dimensions that change in the middle of a training; default: all that can'),
});

export const pbtScheduler = {
  schema,
  summary:
    'none: a population trains in segments; after each the worst members go on from the best, with parameters changed a little',
  faultOf({ population, share }: z.output<typeof schema>, repeats: number): SchedulerFault | null {
    if (repeats > 1)
      return {
        message: `has members of one seed each, and "repeats" is ${repeats}`,
        hint: 'remove "repeats", or make "population" larger',
      };
    if (Math.floor(population * share) >= 1) return null;
    return {
      message: `would replace nobody: ${share} of ${population} members is less than one`,
      hint: `set "share" to ${Number((1 / population).toPrecision(3))} or more, or "population" to ${Math.ceil(1 / share)} or more`,
    };
  },
  populationOf: ({
    population: size,
    interval,
    share,
    resample,
  }: z.output<typeof schema>): PopulationOptions => ({
    size,
    interval,
    share,
    resample,
  }),
  create: (): Scheduler => ({ observe: () => [] }),
};
