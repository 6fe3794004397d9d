// Whether a value beats the best so far, and how many epochs have not: what the objective, schedules and early stopping
// share.

/** True for the first value (`best` null), and for one ahead of the best by more than `minDelta`. */
export function isImprovement(
  value: number,
  best: number | null,
  direction: 'minimize' | 'maximize',
  minDelta = 0,
): boolean {
  if (best === null) return true;
  return direction === 'minimize' ? value < best - minDelta : value > best + minDelta;
}
