// What a split has to know of the times of rows, collected as they come by: rows before its dates, or where it measures in time
// the times themselves. Then the axis that it is resolved on.

import { SweepError } from '../../../errors.js';
import { amountsOf, type SplitSpec } from '../../../study/dataset-source.js';
import { formatDuration } from '../../../wording/duration.js';
import type { SourceFacts } from '../../dataset.js';
import type { TimedBy } from '../widen-rows.js';
import { dateReader, datesOf, RowCounter } from './rows-before.js';
import { commonAxis, rowAxis, type TimeAxis, timedAxis } from './time-axis.js';
import { noSteadyStep, TimeRuns } from './time-runs.js';

/** One axis for all of several series, and the rows of each before a time. */
export interface CommonTimes {
  readonly axis: TimeAxis;
  readonly rowsBefore: (series: string, seconds: number) => number;
}

type Time = SourceFacts['time'];

export class SplitTimes {
  private readonly counter: RowCounter;
  private readonly secondsOf: (date: string) => number;
  /** Of each series; null: they are not needed. */
  private readonly runs: Map<string | null, TimeRuns> | null;
  /** Several series are split at the same times. */
  private readonly isCommon: boolean;
  /** null: the split goes by rows. */
  readonly timedBy: TimedBy | null;

  /** `timeZone`: of dates that name no zone; null: they are of the clock that the rows have. */
  constructor(
    private readonly split: SplitSpec,
    isSeveral: boolean,
    timeZone: string | null,
  ) {
    this.secondsOf = dateReader(timeZone);
    const hasLengths = amountsOf(split).some(([, amount]) => typeof amount !== 'number');
    this.isCommon = isSeveral && (split.type === 'rolling' || split.type === 'lengths');
    const dates = datesOf(split);
    this.runs = hasLengths || this.isCommon ? new Map() : null;
    this.counter = new RowCounter(this.runs === null ? dates : [], timeZone);
    const what = hasLengths
      ? 'a split by lengths of time'
      : dates.length > 0
        ? 'a split by date'
        : 'a split of several series at the same times';
    this.timedBy = this.runs === null && dates.length === 0 ? null : ['dataset.split', what];
  }

  append(seconds: Float64Array, count: number, series: readonly string[] | null): void {
    this.counter.append(seconds, count, series);
    if (this.runs === null) return;
    for (let row = 0; row < count; row++) {
      const name = series?.[row] ?? null;
      let runs = this.runs.get(name);
      if (runs === undefined) {
        runs = new TimeRuns();
        this.runs.set(name, runs);
      }
      runs.append(seconds[row]!);
    }
  }

  /** Of the rows of one series, or where it is split by itself of one of several. Throws SPEC_INVALID (see stepOf). */
  axis(rows: number, time: Time, series: string | null = null): TimeAxis {
    const runs = this.runs?.get(series);
    return runs === undefined
      ? rowAxis(rows, this.counter.of(series))
      : timedAxis(runs, this.stepOf(time), this.secondsOf);
  }

  /**
   * Of those of several series that are learnt from, which are split at the same times; null: each is split by itself. Throws
   * SPEC_INVALID (see stepOf).
   */
  common(time: Time, kept: readonly string[]): CommonTimes | null {
    const { runs } = this;
    if (runs === null || !this.isCommon) return null;
    return {
      axis: commonAxis(
        kept.flatMap((name) => runs.get(name) ?? []),
        this.stepOf(time),
        this.secondsOf,
      ),
      rowsBefore: (series, seconds) => runs.get(series)?.before(seconds) ?? 0,
    };
  }

  /** The step between rows, of which each length of time is to be so many. */
  private stepOf(time: Time): number {
    const rows = [...(this.runs?.values() ?? [])].reduce((sum, runs) => sum + runs.rows, 0);
    const { stepSeconds = 0, irregularSteps = 0, irregular = [] } = time ?? {};
    const step = formatDuration(stepSeconds * 1000);
    if (!(stepSeconds > 0)) throw noSteadyStep('they have none');
    if (2 * irregularSteps > rows)
      throw noSteadyStep(
        `${irregularSteps} of ${rows} are not ${step}${irregular[0] === undefined ? '' : `, line ${irregular[0].line} (${irregular[0].time}) the first`}`,
      );
    for (const [path, amount] of amountsOf(this.split))
      if (typeof amount !== 'number' && amount.seconds % stepSeconds !== 0)
        throw new SweepError(
          'SPEC_INVALID',
          `a length of ${formatDuration(amount.seconds * 1000)} is no whole number of rows, which are ${step} apart`,
          { path: `dataset.split.${path}`, hint: `whole times ${step}, or rows or a share` },
        );
    return stepSeconds;
  }
}
