// One stream of windows for each series of a file, so that no window crosses from one to another; a file of one series has
// one. Adds up how good the forecasts are, of each and over all.
import { RowFault } from '../../dataset/sources/csv/row-fault.js';
import { RowLines } from '../../dataset/sources/csv/row-lines.js';
import { SweepError } from '../../errors.js';
import { suggest } from '../../wording/suggest.js';
import type { Predictor } from '../predictor.js';
import type { ForecastUse } from './forecast-use.js';
import { type Forecast, type OpenCalendar, type StreamUse, WindowStream } from './window-stream.js';

export interface SeriesErrors {
  readonly series: string | null;
  readonly rows: number;
  readonly predictions: number;
  /** Those whose target is in the file. */
  readonly compared: number;
  /** Mean absolute error over them, in the target's unit, of the model and of naive persistence; null without any. */
  readonly mae: number | null;
  readonly baselineMae: number | null;
}

interface OneStream {
  readonly name: string | null;
  readonly stream: WindowStream;
  /** Rows of the file: dropped ones, and those of other series, count there. */
  readonly fileRows: RowLines;
  readonly errors: { predictions: number; compared: number; model: number; naive: number };
  rows: number;
  lastSeconds: number;
}

export class SeriesStreams {
  private readonly streams = new Map<string | null, OneStream>();
  private readonly down: number;

  constructor(
    private readonly model: Predictor,
    private readonly use: ForecastUse,
    private readonly timesteps: number,
    private readonly path: string,
    private readonly onForecast: (forecast: Forecast, series: string | null) => void,
    private readonly calendar: OpenCalendar | null,
  ) {
    this.down = downscaleOf(use);
  }

  /** `series`: null in a file of one. `row`: of the table. Throws CSV_VALUE for a value that cannot be normalised, a fault for a series nobody knows. */
  push(series: string | null, values: Float64Array, seconds: number, row: number): void {
    const one = this.streams.get(series) ?? this.open(series, row);
    one.rows++;
    one.fileRows.append(row);
    one.lastSeconds = seconds;
    one.stream.push(values, seconds, this.path);
  }

  /** After the last row. `stepSeconds`: from one row to the next; NaN: not known. */
  finish(stepSeconds: number): void {
    for (const { stream, rows, lastSeconds } of this.streams.values())
      stream.finish((row) => lastSeconds + (row - rows) * stepSeconds);
  }

  /** Over all. */
  total(): SeriesErrors {
    const all = [...this.streams.values()];
    const sum = (of: (one: OneStream) => number): number => all.reduce((total, one) => total + of(one), 0);
    return this.describe(
      null,
      sum(({ rows }) => rows),
      {
        predictions: sum(({ errors }) => errors.predictions),
        compared: sum(({ errors }) => errors.compared),
        model: sum(({ errors }) => errors.model),
        naive: sum(({ errors }) => errors.naive),
      },
    );
  }

  /** Of each, in the order of their first rows. */
  each(): SeriesErrors[] {
    return [...this.streams.values()].map(({ name, rows, errors }) => this.describe(name, rows, errors));
  }

  private describe(series: string | null, rows: number, errors: OneStream['errors']): SeriesErrors {
    const { predictions, compared } = errors;
    const mean = (sum: number): number | null => (compared === 0 ? null : sum / compared / this.down);
    return { series, rows, predictions, compared, mae: mean(errors.model), baselineMae: mean(errors.naive) };
  }

  private open(name: string | null, row: number): OneStream {
    const errors = { predictions: 0, compared: 0, model: 0, naive: 0 };
    const fileRows = new RowLines();
    const onForecast = (forecast: Forecast): void => {
      errors.predictions++;
      if (forecast.actual !== null) {
        errors.compared++;
        errors.model += Math.abs(forecast.prediction - forecast.actual) * this.down;
        errors.naive += Math.abs(forecast.last - forecast.actual) * this.down;
      }
      this.onForecast({ ...forecast, row: fileRowOf(one, forecast.row) }, name);
    };
    const use = this.scaled(name, row);
    const stream = new WindowStream(this.model, use, this.timesteps, onForecast, this.calendar);
    const one: OneStream = { name, stream, fileRows, errors, rows: 0, lastSeconds: Number.NaN };
    this.streams.set(name, one);
    return one;
  }

  /** The columns with the means and deviations of the series. */
  private scaled(name: string | null, row: number): StreamUse {
    const own = this.use.series?.own;
    if (own === undefined) return this.use;
    const known = own.find((one) => one.name === name);
    if (known !== undefined) {
      const columns = this.use.columns.map((column, place) => ({ ...column, ...known.columns[place]! }));
      return { ...this.use, columns };
    }
    const names = own.map((one) => one.name);
    const column = this.use.series?.column ?? null;
    throw new RowFault(row, ({ file, line }) => {
      const at = column === null ? file : `${file}:${line}:${column}`;
      return new SweepError(
        'CSV_VALUE',
        `${at}: the model was trained without the series ${JSON.stringify(name)}, and each was normalised by itself, so that there is nothing to normalise it by`,
        {
          path: at,
          hint: `${suggest(name ?? '', names.slice(0, 10))}; a model of series that are normalised together takes new ones`,
        },
      );
    });
  }
}

/** Both from 1. A row to come goes on from the last one; of one series among others it has no place: NaN. */
function fileRowOf({ name, fileRows, rows }: OneStream, row: number): number {
  if (row <= rows) return fileRows.lineOf(row - 1) + 1;
  return name === null ? fileRows.lineOf(rows - 1) + 1 + row - rows : Number.NaN;
}

/** A power of two that keeps sums of errors below all float64; 1 but for a target near their end. */
function downscaleOf({ columns, targetColumn, series }: ForecastUse): number {
  const scales = [columns[targetColumn], ...(series?.own ?? []).map((one) => one.columns[targetColumn])];
  return scales.some((scale) => Math.max(Math.abs(scale?.mean ?? 0), scale?.std ?? 1) > 2 ** 900)
    ? 2 ** -100
    : 1;
}
