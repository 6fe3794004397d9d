// "Did you mean": the nearest of a few names. Owns the distance and the limit beyond which it stays silent.

/** Long input is not a typing slip, and the distance costs the product of both lengths. */
const LONGEST_WORD = 64;

/** Levenshtein distance in which swapping two neighbours also costs 1 ("gird" for "grid"). O(|a|·|b|). */
export function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const substituted = previous[column - 1]! + (a[row - 1] === b[column - 1] ? 0 : 1);
      let distance = Math.min(substituted, previous[column]! + 1, current[column - 1]! + 1);
      const isSwapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (isSwapped) distance = Math.min(distance, beforePrevious[column - 2]! + 1);
      current.push(distance);
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[b.length]!;
}

/** The candidate nearest to `word`, ignoring case, if it is near enough to be a slip; else undefined. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  if (word.length > LONGEST_WORD) return undefined;
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    if (candidate.length > LONGEST_WORD) continue;
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    const limit = Math.max(1, Math.floor(Math.max(word.length, candidate.length) / 3));
    if (distance < bestDistance && distance <= limit) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** A hint naming the nearest candidate, or all of them when none is near; `quote` dresses each name. */
export function suggest(
  word: string,
  candidates: readonly string[],
  quote: (name: string) => string = (name) => `"${name}"`,
): string | undefined {
  const near = nearest(word, candidates);
  if (near !== undefined) return `did you mean ${quote(near)}?`;
  if (candidates.length === 0) return undefined;
  return `known: ${candidates.map(quote).join(', ')}`;
}
