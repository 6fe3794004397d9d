// Sobol's sequence, Owen-scrambled: fills the space more evenly than chance, whenever it is stopped (best at powers of two).
import { z } from 'zod';
import { strictObject } from '../../schema/fields.js';
import type { Sampler } from '../sampler.js';
import { createSequenceSampler } from '../sequences/sequence-sampler.js';
import { createSobol } from '../sequences/sobol-sequence.js';
import type { Space } from '../space/dimension.js';

const schema = strictObject({
  type: z.literal('sobol'),
  scramble: z
    .boolean()
    .default(true)
    .describe('false: the sequence itself, which begins at the corner of the space, whatever the seed'),
});

export const sobolSampler = {
  schema,
  summary: 'a Sobol sequence with Owen scrambling: covers the space evenly; a power of two of trials is best',
  create(
    space: Space,
    { scramble }: z.output<typeof schema>,
    seed: number,
    constraints?: readonly string[],
  ): Sampler {
    const sobol = createSobol(Object.keys(space).length, scramble ? seed : null);
    const attemptAt = (point: number, skipped: number) => (attempt: number) =>
      sobol.at(point + skipped + attempt);
    return createSequenceSampler({ space, seed, constraints, attemptAt });
  },
};
