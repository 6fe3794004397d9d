// Independent random points (Bergstra & Bengio 2012, JMLR 13): each dimension by itself, evenly over its range or, of a
// logarithmic one, over its logarithm.
import { z } from 'zod';
import { strictObject } from '../../schema/fields.js';
import { seededRandom } from '../../statistics/seeded-random.js';
import type { Params } from '../../study/trial.js';
import type { Sampler } from '../sampler.js';
import type { Space } from '../space/dimension.js';
import { valueAt } from '../space/values.js';

/** Spreads neighbouring points over the generator's seeds. */
const POINT_STRIDE = 0x9e37_79b1;

export const randomSampler = {
  schema: strictObject({ type: z.literal('random') }),
  summary: 'independent random points; goes on until `limits.maxTrials`',
  create(space: Space, _section: unknown, seed: number): Sampler {
    const names = Object.keys(space);
    return {
      count: null,
      window: null,
      suggest(point) {
        const random = seededRandom(seed * 2 ** 21 + ((point * POINT_STRIDE) >>> 0));
        return Object.fromEntries(
          names.map((name) => [name, valueAt(name, space[name] ?? [], random.uniform())]),
        ) as Params;
      },
    };
  },
};
