// How much of a space its constraints leave: exact where its points can be counted, else by points at random.
import { seededRandom } from '../../statistics/seeded-random.js';
import type { Space } from './dimension.js';
import { createPointCode, MOST_LISTED } from './point-code.js';

const SAMPLES = 20_000;
const SEED = 1;

export interface Feasible {
  /** Points that are left; null without an end, and where they cannot be counted. */
  readonly points: number | null;
  /** Of points at random, the share that is left. */
  readonly share: number;
  /** Whether a sampler that draws finds what is left: by chance, or one by one. */
  readonly canBeDrawn: boolean;
}

/** A sampler by chance would look for a point in vain for too long. */
const LEAST_SHARE = 1e-3;

export function measureFeasible(space: Space, constraints: readonly string[]): Feasible {
  const { count, axes, decode, allows } = createPointCode(space, constraints);
  const random = seededRandom(SEED);
  let allowed = 0;
  for (let sample = 0; sample < SAMPLES; sample++)
    if (allows(decode(axes.map(() => random.uniform())))) allowed += 1;
  const share = allowed / SAMPLES;
  const isListed = count !== null && count > 0 && count <= MOST_LISTED;
  return { points: count, share, canBeDrawn: isListed || (count !== 0 && share >= LEAST_SHARE) };
}
