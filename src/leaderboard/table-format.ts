// How values are written for people: numbers, units, durations, parameters. Plain text, colour is the table's.

import { explainReason } from '../statistics/interval-reason.js';
import type { ForecastTest } from '../study/events.js';
import type { ParamValue } from '../study/trial.js';

/** Stands where there is no value. */
export const DASH = '–';
/** Longer strings are parameters that nobody compares by eye. */
const MAX_PARAM_TEXT = 24;

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

/** A normalised error or another objective: four significant digits tell neighbours in a ranking apart. */
export function formatObjective(value: number | null): string {
  if (value === null) return DASH;
  const magnitude = Math.abs(value);
  if (magnitude !== 0 && (magnitude < 1e-3 || magnitude >= 1e5)) return value.toExponential(3);
  return value.toFixed(magnitude >= 100 ? 2 : 4);
}

export function formatUnits(value: number | null): string {
  return value === null ? DASH : value.toFixed(Math.abs(value) < 10 ? 2 : 1);
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

export function formatDuration(durationMs: number): string {
  const seconds = durationMs / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} m ${String(whole % 60).padStart(2, '0')} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} m`;
}

export function formatParam(value: ParamValue | undefined): string {
  if (value === undefined || value === null) return DASH;
  if (typeof value === 'number') return formatNumber(value);
  const text = printable(String(value));
  return text.length > MAX_PARAM_TEXT ? `${text.slice(0, MAX_PARAM_TEXT - 1)}…` : text;
}

function formatNumber(value: number): string {
  const magnitude = Math.abs(value);
  if (Number.isInteger(value) && magnitude < 1e9) return String(value);
  const rounded = Number(value.toPrecision(4));
  return magnitude < 1e-4 || magnitude >= 1e9 ? rounded.toExponential() : String(rounded);
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

/** Text of another party without control characters: a name must not move the cursor. */
export function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, '�');
}
