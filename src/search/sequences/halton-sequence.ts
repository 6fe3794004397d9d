// Halton's sequence: dimension d counts in the d-th prime's base, its digits mirrored at the point. Scrambled by Owen 2017,
// "A randomized Halton algorithm in R": each digit of each dimension goes through a permutation of its own.
import { seededRandom } from '../../statistics/seeded-random.js';
import { mix } from './sobol-sequence.js';

/** Digits that a double can tell apart: base^−digits reaches 2^−53. */
const PRECISION = 2 ** -53;

export interface Halton {
  /** Point `index` in [0, 1)^d. */
  at(index: number): Float64Array;
}

/** `seed` null: the sequence itself. */
export function createHalton(dimensions: number, seed: number | null): Halton {
  const bases = firstPrimes(dimensions);
  if (seed === null) return { at: (index) => Float64Array.from(bases, (base) => mirrorDigits(index, base)) };
  const permutations = bases.map((base, dimension) =>
    Array.from({ length: digitsOf(base) }, (_, digit) => permutation(base, mix(mix(seed, dimension), digit))),
  );
  return {
    at: (index) =>
      Float64Array.from(bases, (base, dimension) =>
        mirrorPermuted(index, base, permutations[dimension] ?? []),
      ),
  };
}

function mirrorDigits(index: number, base: number): number {
  let share = 0;
  let weight = 1;
  for (let rest = index; rest > 0; rest = Math.floor(rest / base)) {
    weight /= base;
    share += weight * (rest % base);
  }
  return share;
}

/** All digits, the zeros before the number too: they are permuted as others are. */
function mirrorPermuted(index: number, base: number, permutations: readonly Uint16Array[]): number {
  let share = 0;
  let weight = 1;
  let rest = index;
  for (const permuted of permutations) {
    weight /= base;
    share += weight * (permuted[rest % base] ?? 0);
    rest = Math.floor(rest / base);
  }
  return Math.min(share, 1 - PRECISION);
}

function permutation(base: number, seed: number): Uint16Array {
  const random = seededRandom(seed);
  const order = Uint16Array.from({ length: base }, (_, digit) => digit);
  for (let last = base - 1; last > 0; last--) {
    const other = random.below(last + 1);
    const kept = order[last] ?? 0;
    order[last] = order[other] ?? 0;
    order[other] = kept;
  }
  return order;
}

function digitsOf(base: number): number {
  return Math.ceil(Math.log(1 / PRECISION) / Math.log(base));
}

function firstPrimes(count: number): number[] {
  const primes: number[] = [];
  for (let candidate = 2; primes.length < count; candidate++)
    if (primes.every((prime) => candidate % prime !== 0)) primes.push(candidate);
  return primes;
}
