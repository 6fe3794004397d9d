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
const ROUND_SECONDS = [7 * DAY_SECONDS, DAY_SECONDS, HOUR_SECONDS];
/** More say nothing that the file does not. */
const MOST_LISTED = 6;

export interface Horizon {
  /** From the last row read to the target. */
  readonly rows: number;
  /** null: the series has no times. */
  readonly seconds: number | null;
  readonly text: string;
}

/** Of the points of a plan, each once, the nearest first; none of reviews and functions. */
export function listHorizons(plan: StudyPlan, dataset: DatasetMetadata | null): Horizon[] {
  const known = new Map<string, Horizon>();
  for (const { config } of sampleTrials(plan)) {
    if (config.kind !== 'train' || dataset === null) continue;
    const horizon = taskOf(config.task).horizon(config.task);
    if (horizon === null) continue;
    const { targetColumn, step, delay } = horizon;
    const target = dataset.columns[targetColumn]?.name ?? 'the target';
    const rowSeconds = dataset.time?.stepSeconds ?? null;
    known.set(`${step}:${delay}`, describeHorizon(printable(target), step, delay, rowSeconds));
  }
  return [...known.values()].sort((left, right) => left.rows - right.rows).slice(0, MOST_LISTED);
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
  const other = otherReading(step, delay, rowSeconds);
  const hint = other === null ? '' : `; for ${inWords((step + other) * rowSeconds)} after it, delay ${other}`;
  return { rows, seconds, text: `${target} ${inWords(seconds)} after the last row read${hint}` };
}

/** The delay that makes the distance round, where it is a row or a step off; null: it is round, or nowhere near. */
function otherReading(step: number, delay: number, rowSeconds: number): number | null {
  for (const round of ROUND_SECONDS) {
    if (rowSeconds * step >= round) continue;
    if (((step + delay) * rowSeconds) % round === 0) return null;
    for (const off of new Set([-step, -1, step, 1])) {
      const near = (step + delay + off) * rowSeconds;
      if (near > 0 && near % round === 0 && delay + off >= 0) return delay + off;
    }
  }
  return null;
}

/** `50 minutes`, `25 hours`, `3 days`: exact, in the largest unit that is whole; hours up to two days. */
function inWords(seconds: number): string {
  if (seconds >= 2 * DAY_SECONDS && seconds % DAY_SECONDS === 0) return countOf(seconds / DAY_SECONDS, 'day');
  if (seconds % HOUR_SECONDS === 0) return countOf(seconds / HOUR_SECONDS, 'hour');
  if (seconds % 60 === 0) return countOf(seconds / 60, 'minute');
  return countOf(seconds, 'second');
}
