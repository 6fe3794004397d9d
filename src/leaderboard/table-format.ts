// How values are written for people: numbers, units, durations, parameters. Plain text, colour is the table's.
import { explainReason } from '../statistics/interval-reason.js';
import type { ForecastTest } from '../study/events.js';
import { decimalsOf, type Spread } from '../wording/figures.js';
import { printable } from '../wording/printable.js';

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

/** What a reader must know before the figures of a study on made-up data. */
export function syntheticWarning(source: string, areReviews: boolean): string {
  return `SYNTHETIC DATA (${printable(source)}): a generated stand-in, not ${measuredAs(areReviews)}. Do not quote these figures.`;
}

/** What a stand-in stands for. */
export function measuredAs(areReviews: boolean): string {
  return areReviews ? 'what people wrote' : 'measurements';
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

export function formatCount(value: number): string {
  return value.toLocaleString('en-US');
}

export function formatWindows(count: number): string {
  return `${formatCount(count)} ${count === 1 ? 'window' : 'windows'}`;
}

export function formatPValue(value: number): string {
  return value < 0.001 ? 'p < 0.001' : `p = ${value.toFixed(3)}`;
}

/** `95 % interval a … b`, or that there is none and why. */
export function describeInterval(
  { interval, intervalReason }: Pick<ForecastTest, 'interval' | 'intervalReason'>,
  format: (value: number) => string,
): string {
  if (interval !== null) return `95 % interval ${formatInterval(interval, format)}`;
  return intervalReason === undefined
    ? 'no 95 % interval'
    : `no 95 % interval: ${explainReason(intervalReason)}`;
}

/** `p = 0.02`, or that there is no p-value and why. */
export function describePValue({
  pValueVersusBaseline,
  pValueReason,
  intervalReason,
}: Pick<ForecastTest, 'pValueVersusBaseline' | 'pValueReason' | 'intervalReason'>): string {
  if (pValueVersusBaseline !== null) return formatPValue(pValueVersusBaseline);
  if (pValueReason === undefined) return 'no p-value';
  return pValueReason === intervalReason && pValueReason !== 'constant'
    ? 'no p-value for the same reason'
    : `no p-value: ${explainReason(pValueReason, 'windows', 'differences')}`;
}
