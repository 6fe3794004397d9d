// Answers from rows as they come by: keeps the rows that open windows read, and predicts a batch of windows at a time.
// Memory: lookback + delay rows, however many come.
import { checkIndices, type SampleSet } from '../../dataset/sample-set.js';
import type { Calendar } from '../../dataset/series/calendar.js';
import { withSeriesInput } from '../../dataset/series/series-input.js';
import { frameSamples } from '../../dataset/series/window-frame.js';
import { SweepError } from '../../errors.js';
import { delaysOf, type ForecastTask, targetColumnsOf, type WindowSpec } from '../../study/trial/trial.js';
import { faultError } from '../../wording/fault-words.js';
import { PREDICTION_BATCH, type Predictor } from '../predictor.js';
import type { StreamRow } from './stream-row.js';
import type { WindowUse } from './window-use.js';

const LARGEST_FLOAT32 = 3.4028234663852886e38;

/** Of one target column, in its unit. */
export interface ColumnForecast {
  /** Of quantiles the one nearest to a half. */
  readonly prediction: number;
  /** All of them, ascending; empty: none are forecast. */
  readonly quantiles: readonly number[];
  /** What the target's row holds; null: it is not there, or holds nothing. */
  readonly actual: number | null;
  /** The target in the window's last row: what naive persistence predicts. */
  readonly last: number;
}

/** The first target column is told here. */
export interface Forecast extends ColumnForecast {
  /** 1-based row whose target is predicted. */
  readonly row: number;
  /** Seconds since 1970 of that row; NaN while its time is not known. */
  readonly seconds: number;
  /** From the last row read to that row. */
  readonly horizonRows: number;
  /** Its place among the steps of the horizon. */
  readonly step: number;
  /** The other target columns. */
  readonly others: readonly ColumnForecast[];
  /** Of a label: one a class, the prediction being the number of the likeliest. */
  readonly probabilities?: readonly number[];
}

/** Without the columns of a calendar. */
export type ReadRow = Pick<StreamRow, 'values' | 'filled' | 'seconds'>;

/** What makes the last columns of a row, and how many those are. */
export interface OpenCalendar {
  readonly calendar: Calendar;
  readonly columns: number;
}

/** `columns`: with the means and deviations of the series. */
export type StreamUse = Pick<WindowUse, 'columns' | 'ahead'> &
  Pick<ForecastTask, 'targetColumn' | 'targetColumns' | 'as' | 'period'> & {
    readonly window: Omit<WindowSpec, 'delays'> & { readonly delays?: readonly number[] };
    /** Of a model that is told the series: its place. */
    readonly seriesPlace?: number;
  };

/*
 * A window is whole once its last row r has come. Its anchor is row r + step, so that its target is row r + step + delay
 * (0-based): known already when that row is in the file, else still to come.
 *   rows    ring of normalised rows: the windows of a batch reach back lookback + PREDICTION_BATCH rows
 *   targets ring of the targets as read: a target row that came is asked for within PREDICTION_BATCH rows after the last one
 *           of its window, which lies up to the longest delay behind it
 *   waiting the forecasts of windows whose last target row has not come, in its order; at most step + delay windows at the
 *           end of a batch
 * Of columns that are known ahead rows up to the target's are read: then a window is whole once that row has come, and
 * all rings are longer by as much.
 */
export abstract class WindowStream<Use extends StreamUse = StreamUse> {
  private readonly capacity: number;
  private readonly rows: Float32Array;
  private readonly targets: Float64Array;
  /** 1 for a target that is that of the row before, as its own was missing. */
  private readonly filled: Uint8Array;
  private readonly seconds: Float64Array;
  /** Rows that must have come after a window's last one. */
  private readonly awaited: number;
  private readonly values: Float64Array;
  private readonly indices = Uint32Array.from({ length: PREDICTION_BATCH }, (_, index) => index);
  protected readonly delays: readonly number[];
  protected readonly targetColumns: readonly number[];
  protected readonly predictions: Float32Array;
  private waiting: (readonly Forecast[])[] = [];
  private rowCount = 0;
  /** Windows that are whole and not predicted. */
  private open = 0;

  constructor(
    private readonly model: Predictor,
    protected readonly use: Use,
    private readonly timesteps: number,
    private readonly onForecast: (forecast: Forecast) => void,
    /** What the last columns are made by; null: they are read. */
    private readonly calendar: OpenCalendar | null,
    /** Values of a prediction. */
    units: number,
  ) {
    const { window, columns, ahead = [] } = use;
    this.awaited = ahead.length === 0 ? 0 : window.step + window.delay;
    this.capacity = window.lookback + PREDICTION_BATCH + this.awaited;
    this.rows = new Float32Array(this.capacity * columns.length);
    this.delays = delaysOf(window);
    const kept = PREDICTION_BATCH + Math.max(this.awaited, window.delay - this.delays[0]!);
    this.targetColumns = targetColumnsOf(use);
    this.targets = new Float64Array(kept * this.targetColumns.length);
    this.filled = new Uint8Array(this.targets.length);
    this.seconds = new Float64Array(kept);
    this.predictions = new Float32Array(PREDICTION_BATCH * units);
    this.values = new Float64Array(columns.length);
  }

  /** `place` is told in errors. Throws CSV_VALUE when a value does not fit a float32 once normalised. */
  push({ values, filled, seconds }: ReadRow, place: string, label?: number): void {
    const { window } = this.use;
    const row = this.rowCount++;
    this.write(row, values, seconds, place);
    for (const [target, column] of this.targetColumns.entries()) {
      const at = this.targetAt(row, target);
      this.targets[at] = label ?? values[column]!;
      this.filled[at] = label === undefined ? (filled?.[column] ?? 0) : 0;
    }
    this.seconds[row % this.seconds.length] = seconds;
    if (row >= window.lookback - window.step + this.awaited) this.open++;
    if (this.open === PREDICTION_BATCH) this.predict(row);
  }

  /** After the last row: `secondsAt` gives the time of a row that did not come. */
  finish(secondsAt: (row: number) => number): void {
    const last = this.rowCount - 1;
    if (this.open > 0) this.predict(last);
    if (this.awaited > 0 && this.isAllCalendar()) this.predictBeyond(secondsAt);
    for (const forecasts of this.waiting)
      for (const forecast of forecasts)
        this.onForecast(
          forecast.row <= this.rowCount
            ? this.met(forecast)
            : { ...forecast, seconds: secondsAt(forecast.row) },
        );
    this.waiting = [];
  }

  private targetAt(row: number, target: number): number {
    return (row % this.seconds.length) * this.targetColumns.length + target;
  }

  /** Whether rows that did not come are known by their times. */
  private isAllCalendar(): boolean {
    const { columns, ahead = [] } = this.use;
    const first = columns.length - (this.calendar?.columns ?? 0);
    return ahead.every((column) => column >= first);
  }

  /** Windows whose target rows did not come: of those rows nothing is read but what their times say. */
  private predictBeyond(secondsAt: (row: number) => number): void {
    const { lookback, step } = this.use.window;
    const nothing = Float64Array.from(this.use.columns, ({ mean }) => mean);
    for (let row = this.rowCount; row < this.rowCount + this.awaited; row++) {
      const seconds = secondsAt(row + 1);
      if (Number.isNaN(seconds)) return;
      this.write(row, nothing, seconds, '');
      if (row < lookback - step + this.awaited) continue;
      this.open++;
      if (this.open === PREDICTION_BATCH) this.predict(row);
    }
    if (this.open > 0) this.predict(this.rowCount + this.awaited - 1);
  }

  /** Throws CSV_VALUE, with `place`. */
  private write(row: number, read: Float64Array, seconds: number, place: string): void {
    const { columns } = this.use;
    const { values, calendar } = this;
    values.set(read.subarray(0, columns.length - (calendar?.columns ?? 0)));
    calendar?.calendar.write(seconds, values, columns.length - calendar.columns);
    let at = (row % this.capacity) * columns.length;
    for (const [feature, { name, mean, std, held }] of columns.entries()) {
      const value = held ? 0 : (values[feature]! - mean) / std;
      if (!(Math.abs(value) <= LARGEST_FLOAT32)) {
        throw faultError('CSV_VALUE', {
          kind: 'beyond-float32',
          place,
          column: name,
          value: values[feature]!,
        });
      }
      this.rows[at++] = value;
    }
  }

  /** The open windows, for the latest of which rows up to `row` are there. */
  private predict(row: number): void {
    const firstLast = row + 1 - this.awaited - this.open;
    const samples = frameSamples(this.samples(firstLast), this.use);
    const { seriesPlace } = this.use;
    const told = seriesPlace === undefined ? samples : withSeriesInput(samples, () => seriesPlace);
    this.model.predict(told, this.indices.subarray(0, this.open), this.predictions);
    this.settle(samples, this.indices.subarray(0, this.open));
    for (let index = 0; index < this.open; index++)
      this.waiting.push(this.forecastsOf(index, firstLast + index));
    this.open = 0;
    let met = 0;
    for (const forecasts of this.waiting) {
      if (forecasts.at(-1)!.row > this.rowCount) break;
      for (const forecast of forecasts) this.onForecast(this.met(forecast));
      met++;
    }
    this.waiting.splice(0, met);
  }

  /** What follows of the windows' own values, into `predictions`. */
  protected abstract settle(samples: SampleSet, indices: Uint32Array): void;

  /** Of the window that ends with row `lastRow`, one for each step. */
  protected abstract forecastsOf(index: number, lastRow: number): Forecast[];

  /** What the target column at that place has in a row that is kept. */
  protected targetIn(row: number, target: number): number {
    return this.targets[this.targetAt(row, target)]!;
  }

  /** With what its row holds. */
  private met(forecast: Forecast): Forecast {
    const row = forecast.row - 1;
    const actualOf = (target: number): number | null =>
      this.filled[this.targetAt(row, target)] === 1 ? null : this.targetIn(row, target);
    return {
      ...forecast,
      seconds: this.seconds[row % this.seconds.length]!,
      actual: actualOf(0),
      others: forecast.others.map((one, place) => ({ ...one, actual: actualOf(place + 1) })),
    };
  }

  /** The open windows; the first one ends with row `firstLast`. */
  private samples(firstLast: number): SampleSet {
    const { rows, capacity, timesteps, open, awaited } = this;
    const { columns, window, ahead = [] } = this.use;
    const features = columns.length;
    return {
      count: open,
      timesteps,
      features,
      gather(indices, first, rowCount, out, offset, timeStride, rowStride) {
        checkIndices(indices, first, rowCount, open);
        for (let row = 0; row < rowCount; row++) {
          const begin = firstLast + indices[first + row]! - (timesteps - 1) * window.step;
          for (let time = 0; time < timesteps; time++) {
            const read = ((begin + time * window.step) % capacity) * features;
            const write = offset + row * rowStride + time * timeStride;
            for (let feature = 0; feature < features; feature++) out[write + feature] = rows[read + feature]!;
            const later = ((begin + time * window.step + awaited) % capacity) * features;
            for (const feature of ahead) out[write + feature] = rows[later + feature]!;
          }
        }
      },
      gatherTargets() {
        throw new SweepError('INTERNAL', 'a forecast of what is to come has no target');
      },
    };
  }
}
