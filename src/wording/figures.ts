// With how many digits numbers are written that a reader compares: as many as their spread needs. Pure.

/** Of a number, where fewer tell what is compared apart. */
const FEWEST_DIGITS = 5;
/** With which any two float64 differ. */
const MOST_DIGITS = 17;

/** What is compared: the least and the most of it. */
export interface Spread {
  readonly low: number;
  readonly high: number;
}

/** Of the numbers among `values`; null without two that differ. */
export function spreadOf(values: Iterable<number | null | undefined>): Spread | null {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value == null || !Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return low < high ? { low, high } : null;
}

/** Decimals with which a spread has about two digits. */
export function decimalsOf(spread: Spread | null): number {
  if (spread === null) return 0;
  return Math.min(17, Math.max(0, 1 - Math.floor(Math.log10(spread.high - spread.low))));
}

/**
 * How the numbers of one kind are written. Each group is compared within itself (the epochs of a trial, the objectives of a
 * study): the group that lies closest decides. Never fewer digits than a number has before its point.
 */
export function figureFormat(
  ...groups: readonly Iterable<number | null | undefined>[]
): (value: number) => string {
  const decimals = Math.max(0, ...groups.map((group) => decimalsOf(spreadOf(group))));
  return (value) => {
    const whole = value === 0 ? 1 : Math.floor(Math.log10(Math.abs(value))) + 1;
    const digits = Math.max(FEWEST_DIGITS, whole, whole + decimals);
    return Number.isFinite(value) ? value.toPrecision(Math.min(MOST_DIGITS, digits)) : String(value);
  };
}
