// How figures are written for people: numbers, units, intervals, counts; those that a reader compares with as many digits as
// their spread needs. Plain text, colour is the table's.
import { printable } from './printable.js';

/** Digits of a number, where fewer tell what is compared apart. */
const FEWEST_DIGITS = 5;
/** With which any two float64 differ. */
const MOST_DIGITS = 17;

/** Stands where there is no value. */
export const DASH = '–';

/** Units as people write them; others stay as the column names them. */
const UNIT_SIGNS: Readonly<Record<string, string>> = { degC: '°C', degF: '°F', deg: '°' };

export function unitSign(unit: string | null): string {
  return unit === null ? '' : (UNIT_SIGNS[unit] ?? printable(unit));
}

/** A figure with its unit, where it has one. */
export function withUnit(figure: string, unit: string | null): string {
  return `${figure} ${unitSign(unit)}`.trimEnd();
}

/** What is compared: the least and the most of it. */
export interface Spread {
  readonly low: number;
  readonly high: number;
}

/** The spread of the numbers among `values`; null without two that differ. */
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
function decimalsOf(spread: Spread | null): number {
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

/** A normalised error or another objective: four significant digits, more where what it is compared with lies closer. */
export function formatObjective(value: number | null, spread: Spread | null = null): string {
  if (value === null) return DASH;
  const magnitude = Math.abs(value);
  const decimals = decimalsOf(spread);
  if (magnitude !== 0 && (magnitude < 1e-3 || magnitude >= 1e5)) {
    const digits = Math.floor(Math.log10(magnitude)) + decimals;
    return value.toExponential(Math.min(16, Math.max(3, digits)));
  }
  return value.toFixed(Math.max(magnitude >= 100 ? 2 : 4, decimals));
}

/** An error in its unit: in hundredths or tenths; smaller ones, and those that lie closer, with the digits they need. */
export function formatUnits(value: number | null, spread: Spread | null = null): string {
  if (value === null) return DASH;
  const magnitude = Math.abs(value);
  const decimals = decimalsOf(spread);
  const power = magnitude === 0 ? 0 : Math.floor(Math.log10(magnitude));
  if (magnitude !== 0 && (magnitude < 1e-4 || magnitude >= 1e9))
    return value.toExponential(Math.min(16, Math.max(2, power + decimals)));
  if (magnitude !== 0 && magnitude < 0.01) return value.toFixed(Math.max(1 - power, decimals));
  return value.toFixed(Math.max(magnitude < 10 ? 2 : 1, decimals));
}

/** A share as a percentage, without its sign. */
export function formatPercent(share: number | null | undefined): string {
  return share == null ? DASH : (100 * share).toFixed(2);
}

export function formatInterval(
  interval: readonly [number, number] | null,
  format: (value: number) => string,
): string {
  return interval === null ? DASH : `${format(interval[0])} … ${format(interval[1])}`;
}

/** A difference: its size as `format` writes it, after its sign. */
export function withSign(difference: number, format: (size: number) => string): string {
  return `${difference < 0 ? '−' : '+'}${format(Math.abs(difference))}`;
}

export function formatCount(value: number): string {
  return value.toLocaleString('en-US');
}

export function formatPValue(value: number): string {
  return value < 0.001 ? 'p < 0.001' : `p = ${value.toFixed(3)}`;
}
