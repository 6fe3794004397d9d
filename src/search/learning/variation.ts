// How a genetic algorithm makes a share of two, and another one of one: simulated binary crossover (Deb & Agrawal 1995, Complex
// Systems 9) and polynomial mutation (Deb & Goyal 1996), both in the form that stays within [0, 1]. `index` is their η: the
// larger it is, the nearer the child lies to its parents.
import type { SeededRandom } from '../../statistics/seeded-random.js';

/** Nearer together than this, parents are the same. */
const LEAST_GAP = 1e-14;

/** The child near `one` or the one near `other`, as likely. */
export function crossShares(one: number, other: number, index: number, random: SeededRandom): number {
  const low = Math.min(one, other);
  const high = Math.max(one, other);
  const gap = high - low;
  if (gap < LEAST_GAP) return one;
  const chance = random.uniform();
  const isLower = random.uniform() < 0.5;
  // How far a child may go: to the nearer end of the range, as if the parents lay as far from it on both sides.
  const room = 1 + (2 * (isLower ? low : 1 - high)) / gap;
  const alpha = 2 - room ** -(index + 1);
  const spread = chance <= 1 / alpha ? chance * alpha : 1 / (2 - chance * alpha);
  const half = (spread ** (1 / (index + 1)) * gap) / 2;
  const middle = (low + high) / 2;
  return clip(isLower ? middle - half : middle + half);
}

export function mutateShare(share: number, index: number, random: SeededRandom): number {
  const chance = random.uniform();
  if (chance < 0.5) {
    const reach = 2 * chance + (1 - 2 * chance) * (1 - share) ** (index + 1);
    return clip(share + reach ** (1 / (index + 1)) - 1);
  }
  const reach = 2 * (1 - chance) + (2 * chance - 1) * share ** (index + 1);
  return clip(share + 1 - reach ** (1 / (index + 1)));
}

function clip(share: number): number {
  return Math.min(1, Math.max(0, share));
}
