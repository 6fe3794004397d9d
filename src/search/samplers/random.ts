// Independent random points (Bergstra & Bengio 2012, JMLR 13): each dimension by itself, evenly over its range or, of a
// logarithmic one, over its logarithm.
import { z } from 'zod';
import { strictObject } from '../../schema/fields.js';
import { seededRandom } from '../../statistics/seeded-random.js';
import type { Sampler } from '../sampler.js';
import { createSequenceSampler } from '../sequences/sequence-sampler.js';
import type { Space } from '../space/dimension.js';

/** Spreads neighbouring points over the generator's seeds. */
const POINT_STRIDE = 0x9e37_79b1;

export const randomSampler = {
  schema: strictObject({ type: z.literal('random') }),
  summary: 'independent random points, none twice; goes on until `limits.maxTrials`, or until all are tried',
  create(space: Space, _section: unknown, seed: number, constraints?: readonly string[]): Sampler {
    const dimensions = Object.keys(space);
    const attemptAt = (point: number) => {
      const random = randomOfPoint(seed, point);
      return () => dimensions.map(() => random.uniform());
    };
    return createSequenceSampler({ space, seed, constraints, attemptAt });
  },
};

/** A generator of its own for each point: what one draws moves no other. */
export function randomOfPoint(seed: number, point: number) {
  return seededRandom(seed * 2 ** 21 + ((point * POINT_STRIDE) >>> 0));
}
