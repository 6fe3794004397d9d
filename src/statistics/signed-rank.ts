// The Wilcoxon signed-rank test, exact: are paired differences larger than zero? Pure.

/** Exact up to so many pairs: 2^n sums are counted in doubles, without loss below 2^53. */
export const MOST_PAIRS = 52;

/**
 * P(W⁺ ≥ observed) when signs are a coin's: small when the differences are mostly positive. Equal sizes share their mean
 * rank; a difference of zero gives half of its rank to either side (scipy's `zero_method="zsplit"`, whose exact distribution
 * this is where there are neither). `differences`: finite, at most MOST_PAIRS. O(n³).
 */
export function signedRankPValue(differences: readonly number[]): number {
  if (differences.length === 0) return 1;
  if (differences.length > MOST_PAIRS)
    throw new RangeError(`at most ${MOST_PAIRS} pairs, not ${differences.length}`);
  const sorted = [...differences].sort((one, other) => Math.abs(one) - Math.abs(other));
  // In quarters: a mean of ranks has a half, and a zero takes half of that.
  const quarters: number[] = [];
  for (let first = 0; first < sorted.length; ) {
    let next = first + 1;
    while (next < sorted.length && Math.abs(sorted[next] ?? 0) === Math.abs(sorted[first] ?? 0)) next += 1;
    // Ranks first + 1 … next.
    for (let place = first; place < next; place++) quarters.push(2 * (first + 1 + next));
    first = next;
  }
  const observed = sorted.reduce((sum, difference, place) => {
    const rank = quarters[place] ?? 0;
    return sum + (difference > 0 ? rank : difference === 0 ? rank / 2 : 0);
  }, 0);
  const total = quarters.reduce((sum, rank) => sum + rank, 0);
  /** For each sum of ranks, how many choices of signs give it. */
  const ways = new Float64Array(total + 1);
  ways[0] = 1;
  for (const rank of quarters)
    for (let sum = total; sum >= rank; sum--) ways[sum] = (ways[sum] ?? 0) + (ways[sum - rank] ?? 0);
  let reached = 0;
  for (let sum = Math.ceil(observed); sum <= total; sum++) reached += ways[sum] ?? 0;
  return reached / 2 ** quarters.length;
}

/** The smallest p-value that so many pairs can have. */
export function leastPValue(pairs: number): number {
  return 2 ** -pairs;
}
