// How a program says what it measured: a line of JSON on its metrics channel, `::sweep {…}` on its standard output, or a line
// that a pattern of the sweep file finds values in. What is none of these is output, and nobody's fault.
import { METRIC_NAME } from '../study/trial/metric-name.js';

export interface MetricLine {
  /** As the program counts them; null: it does not say. */
  readonly epoch: number | null;
  /** By name; NaN and infinities as they are. */
  readonly metrics: Readonly<Record<string, number>>;
}

/** At the end of a line, whatever stands before it: a progress bar that has no line of its own. */
const MARKED = /(?:^|[^:\w])::sweep\s*(\{.*)$/s;
// biome-ignore lint/suspicious/noControlCharactersInRegex: colours of a terminal.
const COLOUR = /\u001b\[[0-9;]*[A-Za-z]/g;
const MOST_NAMES = 1_000;
/** What Python's json writes and JSON does not know. */
const BARE_NUMBER = /([:[,]\s*)(NaN|-?Infinity)(?=\s*[,}\]])/g;

/** A JSON object of numbers; null for anything else. */
export function readMetricLine(text: string): MetricLine | null {
  // Also of the mark of byte order.
  const value = parseLenient(text.trim());
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  return readMetrics(value as Readonly<Record<string, unknown>>);
}

/** null: a line of output like any other. */
export function readOutputLine(text: string): MetricLine | null {
  if (!text.includes('::sweep')) return null;
  const told = MARKED.exec(text.replace(COLOUR, ''))?.[1];
  return told === undefined ? null : readMetricLine(told);
}

/** What the named groups of a pattern found in a line; null of none. */
export function readGroups(
  groups: Readonly<Record<string, string | undefined>> | null | undefined,
): MetricLine | null {
  if (groups === null || groups === undefined) return null;
  return readMetrics(Object.fromEntries(Object.entries(groups).filter(([, found]) => found !== undefined)));
}

/** Of an object: `epoch`, and what is a number. `null` is how JSON.stringify writes a NaN. */
export function readMetrics(fields: Readonly<Record<string, unknown>>): MetricLine {
  const metrics: Record<string, number> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (name === 'epoch' || !METRIC_NAME.test(name)) continue;
    const number = value === null ? Number.NaN : asNumber(value);
    if (number !== undefined && Object.keys(metrics).length < MOST_NAMES) metrics[name] = number;
  }
  const epoch = asNumber(fields.epoch);
  return { epoch: Number.isSafeInteger(epoch) && Number(epoch) >= 0 ? Number(epoch) : null, metrics };
}

/** undefined: it is none. */
function asNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  if (/^[+-]?nan$/i.test(text)) return Number.NaN;
  const infinity = /^([+-]?)inf(?:inity)?$/i.exec(text);
  if (infinity !== null) return infinity[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const number = Number(text);
  return text === '' || Number.isNaN(number) ? undefined : number;
}

/** null for what is no JSON. */
function parseLenient(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    if (!/NaN|Infinity/.test(text)) return null;
  }
  try {
    return JSON.parse(text.replace(BARE_NUMBER, '$1"$2"'));
  } catch {
    return null;
  }
}
