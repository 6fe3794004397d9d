// How far ahead a study forecasts, in words: the distance from the last row that a window reads to its target. `delay` counts
// from the row after the last one read, so that it is easily one off: where that may be meant otherwise, both readings are said.
import { sampleTrials } from '../../coordinator/plan/sample-points.js';
import type { StudyPlan } from '../../coordinator/plan/study-plan.js';
import type { DatasetMetadata } from '../../dataset/dataset.js';
import { taskOf } from '../../task/registry.js';
import { countOf } from '../../wording/plural.js';
import { printable } from '../../wording/printable.js';

const HOUR_SECONDS = 3_600;
const DAY_SECONDS = 86_400;
/** What people mean by a round distance, the longest first. */
const ROUND_SECONDS = [365 * DAY_SECONDS, 30 * DAY_SECONDS, 7 * DAY_SECONDS, DAY_SECONDS, HOUR_SECONDS];
/** Where more of the steps than this differ from the most frequent one (months, trading days), rows are counted, not time. */
const MOST_IRREGULAR = 0.1;
/** More say nothing that the file does not. */
const MOST_LISTED = 6;

export interface Horizon {
  /** From the last row read to the target. */
  readonly rows: number;
  /** null: the series has no times. */
  readonly seconds: number | null;
  readonly text: string;
}

/** The horizons of a plan's points, each once, the nearest first; reviews and functions have none. */
export function listHorizons(plan: StudyPlan, dataset: DatasetMetadata | null): Horizon[] {
  const known = new Map<string, Horizon>();
  for (const { config } of sampleTrials(plan)) {
    if (config.kind !== 'train' || dataset === null) continue;
    const task = taskOf(config.task);
    const horizon = task.horizon(config.task);
    if (horizon === null) continue;
    const { step, delay, several } = horizon;
    const target = Array.from({ length: task.targets(config.task) }, (_, place) => {
      const { targetColumn } = task.horizon(config.task, place) ?? horizon;
      return dataset.columns[targetColumn]?.name ?? 'the target';
    }).join(', ');
    const rowSeconds = rhythmOf(dataset);
    known.set(
      [step, delay, several?.steps, several?.nearest].join(':'),
      several === undefined
        ? describeHorizon(printable(target), step, delay, rowSeconds)
        : describeSteps(printable(target), { step, delay, ...several }, rowSeconds),
    );
  }
  return [...known.values()].sort((left, right) => left.rows - right.rows).slice(0, MOST_LISTED);
}

/** Seconds from one row to the next; null where the series has no times, or no rhythm. */
export function rhythmOf({ time, rows }: Pick<DatasetMetadata, 'time' | 'rows'>): number | null {
  if (time === null) return null;
  return time.irregularSteps > MOST_IRREGULAR * (rows - 1) ? null : time.stepSeconds;
}

/** `rowSeconds`: from one row to the next; null where nobody knows. */
export function describeHorizon(
  target: string,
  step: number,
  delay: number,
  rowSeconds: number | null,
): Horizon {
  const rows = step + delay;
  if (rowSeconds === null || rowSeconds <= 0)
    return { rows, seconds: null, text: `${target} ${countOf(rows, 'row')} after the last row read` };
  const seconds = rows * rowSeconds;
  const reading = readDistance(step, delay, rowSeconds);
  const text = `${target} ${inWords(seconds)} after the last row read`;
  if (reading === 'round' && delay > 0)
    return {
      rows,
      seconds,
      text: `${text} (${inWords(delay * rowSeconds)} after the row that delay counts from)`,
    };
  const hint =
    typeof reading === 'number'
      ? `; for ${inWords((step + reading) * rowSeconds)} after it, delay ${reading}`
      : '';
  return { rows, seconds, text: `${text}${hint}` };
}

/** Of several steps at once the nearest and the farthest: they are counted from the last row read, as the file writes them. */
export function describeSteps(
  target: string,
  { step, delay, steps, nearest }: Readonly<Record<'step' | 'delay' | 'steps' | 'nearest', number>>,
  rowSeconds: number | null,
): Horizon {
  const rows = step + delay;
  const seconds = rowSeconds === null || rowSeconds <= 0 ? null : rows * rowSeconds;
  const far = (count: number): string =>
    seconds === null ? countOf(count, 'row') : inWords(count * (rowSeconds ?? 0));
  return {
    rows,
    seconds,
    text: `${target} in ${countOf(steps, 'step')}, ${far(step + nearest)} to ${far(rows)} after the last row read`,
  };
}

/**
 * `round`: the distance is what people call by a name; a number: the delay that makes it so, where delay or distance is a row
 * or a step off; null: neither.
 */
function readDistance(step: number, delay: number, rowSeconds: number): 'round' | number | null {
  const rows = step + delay;
  const rounds = ROUND_SECONDS.filter((round) => rowSeconds * step < round);
  const isRound = (count: number, round: number): boolean => count > 0 && (count * rowSeconds) % round === 0;
  // Who gives a round delay may have meant a round distance: before all that is merely near.
  for (const round of rounds) {
    if (isRound(rows, round)) return 'round';
    if (isRound(delay, round)) return delay - step >= 0 ? delay - step : null;
  }
  for (const round of rounds)
    for (const near of [delay + 1, delay - 1, rows + 1, rows - 1, rows + step])
      if (isRound(near, round) && near >= step) return near - step;
  return null;
}

/** `50 minutes`, `25 hours`, `3 days`: exact, in the largest unit that is whole; hours up to two days. */
function inWords(seconds: number): string {
  if (seconds >= 2 * DAY_SECONDS && seconds % DAY_SECONDS === 0) return countOf(seconds / DAY_SECONDS, 'day');
  if (seconds % HOUR_SECONDS === 0) return countOf(seconds / HOUR_SECONDS, 'hour');
  if (seconds % 60 === 0) return countOf(seconds / 60, 'minute');
  return countOf(seconds, 'second');
}
