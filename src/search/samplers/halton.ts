// Halton's sequence, scrambled: as even as Sobol's in few dimensions, and at any number of points.
import { z } from 'zod';
import { strictObject } from '../../schema/fields.js';
import type { Sampler } from '../sampler.js';
import { createHalton } from '../sequences/halton-sequence.js';
import { createSequenceSampler } from '../sequences/sequence-sampler.js';
import type { Space } from '../space/dimension.js';

const schema = strictObject({
  type: z.literal('halton'),
  scramble: z
    .boolean()
    .default(true)
    .describe('false: the sequence itself, which begins at the corner of the space, whatever the seed'),
});

export const haltonSampler = {
  schema,
  summary: 'a Halton sequence with scrambled digits: covers the space evenly at any number of trials',
  create(
    space: Space,
    { scramble }: z.output<typeof schema>,
    seed: number,
    constraints?: readonly string[],
  ): Sampler {
    const halton = createHalton(Object.keys(space).length, scramble ? seed : null);
    const attemptAt = (point: number, skipped: number) => (attempt: number) =>
      halton.at(point + skipped + attempt);
    return createSequenceSampler({ space, seed, constraints, attemptAt });
  },
};
