// The steps between the times of a series as they come by: the most frequent one, those that break the rhythm, and rows that
// are not later than the row before them.
import { formatTimestamp } from './time-stamps.js';

export interface IrregularStep {
  /** Line of the source, 1-based, of the row that comes after the step. */
  readonly line: number;
  readonly time: string;
  readonly stepSeconds: number;
}

export interface TimeSummary {
  readonly first: string;
  readonly last: string;
  readonly stepSeconds: number;
  readonly irregularSteps: number;
  readonly irregular: readonly IrregularStep[];
}

/** A clock set back repeats an hour or two; a jump beyond that, over this share of the series so far, begins another one. */
const LONGEST_REPEAT_SECONDS = 7200;
const RETURN_SHARE = 0.1;
const RETURN_STEPS = 1;
/** A clock set back, or a row written twice, is one step back: so many in a row are a series that turns around. */
const TURN_STEPS = 3;

const LISTED_STEPS = 5;
/** More distinct steps than this are counted together: memory must not grow with a series that has no rhythm. */
const DISTINCT_STEPS = 1024;

/** A row that is not later than the row before it. */
export interface DisorderPlace {
  readonly line: number;
  readonly time: string;
  readonly before: string;
}

/** Rows that are not later than the row before them; the place is that of the first. */
export interface Disorder extends DisorderPlace {
  readonly steps: number;
  /** Those of them that go back. */
  readonly backward: number;
}

/** Of several series: from the first time of all to the last, and the step that most of them have. null: none has times. */
export function mergeTimes(summaries: readonly (TimeSummary | null)[]): TimeSummary | null {
  const all = summaries.filter((summary) => summary !== null);
  const [first, ...others] = all;
  if (first === undefined || others.length === 0) return first ?? null;
  const counts = new Map<number, number>();
  for (const { stepSeconds } of all) counts.set(stepSeconds, (counts.get(stepSeconds) ?? 0) + 1);
  // One of a single row has none.
  counts.delete(0);
  const [usual = 0] = [...counts].sort((a, b) => b[1] - a[1])[0] ?? [];
  const sorted = (of: (summary: TimeSummary) => string): string[] => all.map(of).sort();
  return {
    first: sorted((summary) => summary.first)[0]!,
    last: sorted((summary) => summary.last).at(-1)!,
    stepSeconds: usual,
    irregularSteps: all.reduce((sum, { irregularSteps }) => sum + irregularSteps, 0),
    irregular: all
      .flatMap(({ irregular }) => irregular)
      .sort((a, b) => a.line - b.line)
      .slice(0, LISTED_STEPS),
  };
}

interface StepCount {
  count: number;
  /** The first few occurrences: one of these lists is shown once the most frequent step is known. */
  readonly seen: { line: number; seconds: number; stepSeconds: number }[];
}

/** Collects the steps between rows as they come by. O(1) a row, bounded memory. */
export class TimeSteps {
  private first = Number.NaN;
  private last = Number.NaN;
  private rows = 0;
  private readonly steps = new Map<number, StepCount>();
  private readonly further: StepCount = { count: 0, seen: [] };
  private lastStep = Number.NaN;
  private lastCount: StepCount = this.further;
  private disordered = 0;
  private backward = 0;
  private stepsBack = 0;
  private firstReturn: DisorderPlace | null = null;
  private firstTurn: DisorderPlace | null = null;
  private turning: DisorderPlace | null = null;
  private firstDisorder: DisorderPlace | null = null;

  add(seconds: number, line: number): void {
    if (this.rows++ === 0) {
      this.first = seconds;
    } else {
      const step = seconds - this.last;
      if (step <= 0) this.meetDisorder(seconds, line);
      else this.stepsBack = 0;
      if (step !== this.lastStep) {
        this.lastStep = step;
        this.lastCount = this.countOf(step);
      }
      this.lastCount.count++;
      if (this.lastCount.seen.length < LISTED_STEPS)
        this.lastCount.seen.push({ line, seconds, stepSeconds: step });
    }
    this.last = seconds;
  }

  /** null when no row was added. `lineOf`: of what was told as the line of a row. */
  summary(lineOf: (line: number) => number = (line) => line): TimeSummary | null {
    if (this.rows === 0) return null;
    let stepSeconds = 0;
    let most = 0;
    for (const [step, { count }] of this.steps) {
      if (count > most) {
        most = count;
        stepSeconds = step;
      }
    }
    const others = [...this.steps].filter(([step]) => step !== stepSeconds).map(([, count]) => count);
    const irregular = [...others, this.further]
      .flatMap((count) => count.seen)
      .sort((a, b) => a.line - b.line)
      .slice(0, LISTED_STEPS)
      .map((seen) => ({
        line: lineOf(seen.line),
        time: formatTimestamp(seen.seconds),
        stepSeconds: seen.stepSeconds,
      }));
    return {
      first: formatTimestamp(this.first),
      last: formatTimestamp(this.last),
      stepSeconds,
      irregularSteps: this.rows - 1 - most,
      irregular,
    };
  }

  /** null when each row is later than the one before. */
  disorder(): Disorder | null {
    if (this.firstDisorder === null) return null;
    const { disordered: steps, backward } = this;
    return { ...this.firstDisorder, steps, backward };
  }

  /** The first jump back over much of the series: another series begins there. null: there is none. */
  returned(): DisorderPlace | null {
    return this.firstReturn;
  }

  /** Whether any row is later than the one before it. */
  get rises(): boolean {
    return (
      [...this.steps].some(([step]) => step > 0) ||
      this.further.seen.some(({ stepSeconds }) => stepSeconds > 0)
    );
  }

  /** The first time and the last, as rows came. */
  ends(): { readonly first: string; readonly last: string } {
    return { first: formatTimestamp(this.first), last: formatTimestamp(this.last) };
  }

  /** The share of `count` steps in all. */
  shareOf(count: number): number {
    return this.rows < 2 ? 0 : count / (this.rows - 1);
  }

  /** Where the series turns around and goes back for several rows; null: nowhere. */
  turned(): DisorderPlace | null {
    return this.firstTurn;
  }

  private meetDisorder(seconds: number, line: number): void {
    this.disordered++;
    const jump = this.last - seconds;
    const place = (): DisorderPlace => ({
      line,
      time: formatTimestamp(seconds),
      before: formatTimestamp(this.last),
    });
    if (jump > 0) {
      this.backward++;
      if (this.stepsBack++ === 0) this.turning = place();
      if (this.stepsBack === TURN_STEPS) this.firstTurn ??= this.turning;
    }
    const farthest = Math.max(RETURN_SHARE * (this.last - this.first), LONGEST_REPEAT_SECONDS);
    if (jump > farthest && jump > RETURN_STEPS * this.lastStep) this.firstReturn ??= place();
    this.firstDisorder ??= place();
  }

  private countOf(step: number): StepCount {
    const known = this.steps.get(step);
    if (known !== undefined) return known;
    if (this.steps.size >= DISTINCT_STEPS) return this.further;
    const created: StepCount = { count: 0, seen: [] };
    this.steps.set(step, created);
    return created;
  }
}
