// The times of a series' rows while they come by, as runs of an equal step: what lengths of time are counted by. Rows at a
// steady step are one run, and memory grows with the steps that differ alone.
import { SweepError } from '../../../errors.js';

/** Some 24 MB: rows of which so many differ in their step come at none. */
const MOST_RUNS = 1_000_000;

interface Run {
  readonly firstRow: number;
  readonly firstSeconds: number;
  /** Of a run of one row it is not known yet: 0. */
  stepSeconds: number;
  count: number;
}

export class TimeRuns {
  rows = 0;
  private readonly runs: Run[] = [];

  append(seconds: number): void {
    const run = this.runs.at(-1);
    const row = this.rows++;
    if (run !== undefined) {
      const step = seconds - (run.firstSeconds + (run.count - 1) * run.stepSeconds);
      if (run.count === 1) run.stepSeconds = step;
      if (step === run.stepSeconds) {
        run.count += 1;
        return;
      }
    }
    if (this.runs.length === MOST_RUNS)
      throw noSteadyStep(`more than ${MOST_RUNS.toLocaleString('en-US')} of its steps differ`);
    this.runs.push({ firstRow: row, firstSeconds: seconds, stepSeconds: 0, count: 1 });
  }

  get first(): number {
    return this.runs[0]?.firstSeconds ?? Number.NaN;
  }

  get last(): number {
    return this.timeOf(this.rows - 1);
  }

  /** In seconds. O(log runs). */
  timeOf(row: number): number {
    let low = 0;
    let high = this.runs.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.runs[middle]!.firstRow <= row) low = middle;
      else high = middle - 1;
    }
    const run = this.runs[low];
    return run === undefined ? Number.NaN : run.firstSeconds + (row - run.firstRow) * run.stepSeconds;
  }

  /** Rows before the time, wherever they stand: a few may be out of order. O(runs). */
  before(seconds: number): number {
    return this.runs.reduce((sum, run) => sum + rowsBefore(run, seconds), 0);
  }
}

function rowsBefore({ firstSeconds, stepSeconds, count }: Run, seconds: number): number {
  if (stepSeconds === 0) return firstSeconds < seconds ? count : 0;
  const steps = (seconds - firstSeconds) / stepSeconds;
  const before = stepSeconds > 0 ? Math.ceil(steps) : count - Math.max(0, Math.floor(steps) + 1);
  return Math.min(count, Math.max(0, before));
}

/** Of lengths of time. */
export function noSteadyStep(why: string): SweepError {
  return new SweepError(
    'SPEC_INVALID',
    `a length of time is so many rows only where they come at a steady step: ${why}`,
    {
      path: 'dataset.split',
      hint: 'dates, rows or shares',
    },
  );
}
