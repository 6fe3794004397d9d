// A small seeded generator (sfc32, Chris Doty-Humphrey, PractRand) for statistics: the same seed, the same numbers on every
// machine. Not for training, whose numbers are counter-based, and not for secrets.

export interface SeededRandom {
  /** A whole number in [0, 2^32). */
  next(): number;
  /** A whole number in [0, bound), bound ≤ 2^32. */
  below(bound: number): number;
  /** In [0, 1). */
  uniform(): number;
}

const TWO_32 = 0x1_0000_0000;
/** As in the author's code: enough rounds for the state to forget how it was seeded. */
const WARM_UP = 12;

export function seededRandom(seed: number): SeededRandom {
  let a = 0;
  let b = Math.floor(seed / TWO_32) | 0;
  let c = seed | 0;
  let counter = 1;
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  for (let round = 0; round < WARM_UP; round += 1) next();
  return {
    next,
    below: (bound) => Math.floor((next() / TWO_32) * bound),
    uniform: () => next() / TWO_32,
  };
}
