// One stream of windows for each series of a file, so that no window crosses from one to another; a file of one series has
// one. Adds up how good the forecasts are, of each and over all.
import { RowLines } from '../../../dataset/sources/csv/row-lines.js';
import { delaysOf, targetColumnsOf } from '../../../study/trial/trial.js';
import type { Predictor } from '../../predictor.js';
import { claimOf } from '../../quantiles.js';
import { fileRowOf } from '../../windows/file-rows.js';
import { scaledUse } from '../../windows/scaled-use.js';
import type { StreamRow } from '../../windows/stream-row.js';
import type { ColumnForecast, Forecast, OpenCalendar } from '../../windows/window-stream.js';
import type { ForecastUse } from '../forecast-use.js';
import { ForecastStream } from './forecast-stream.js';

export interface SeriesErrors {
  readonly series: string | null;
  readonly rows: number;
  readonly predictions: number;
  /** Those whose target is in the file. */
  readonly compared: number;
  /**
   * Mean absolute error over them, in the target's unit, of several columns in deviations of each, of the model and of naive
   * persistence; null without any.
   */
  readonly mae: number | null;
  readonly baselineMae: number | null;
  /** Of several steps, each by itself. */
  readonly bySteps?: readonly StepSummary[];
  /** Of several columns, each by itself, in its unit. */
  readonly byColumn?: readonly ColumnSummary[];
  /** Of quantiles: the share that the outermost two claim, and the share of compared targets between them. */
  readonly band?: { readonly nominal: number; readonly coverage: number | null };
}

export interface StepSummary {
  readonly horizonRows: number;
  readonly compared: number;
  readonly mae: number | null;
  readonly baselineMae: number | null;
}

export interface ColumnSummary {
  readonly column: string;
  readonly unit: string | null;
  readonly compared: number;
  readonly mae: number | null;
  readonly baselineMae: number | null;
}

/** Sums over forecasts: of one step, of one column, or of all. */
interface ErrorSums {
  predictions: number;
  compared: number;
  model: number;
  naive: number;
  covered: number;
}

function noErrors(): ErrorSums {
  return { predictions: 0, compared: 0, model: 0, naive: 0, covered: 0 };
}

function addErrors(sums: ErrorSums, more: ErrorSums): ErrorSums {
  return {
    predictions: sums.predictions + more.predictions,
    compared: sums.compared + more.compared,
    model: sums.model + more.model,
    naive: sums.naive + more.naive,
    covered: sums.covered + more.covered,
  };
}

function addForecast(
  sums: ErrorSums,
  { prediction, actual, last, quantiles }: ColumnForecast,
  scale: number,
): void {
  sums.predictions++;
  if (actual === null) return;
  sums.compared++;
  sums.model += Math.abs(prediction - actual) * scale;
  sums.naive += Math.abs(last - actual) * scale;
  if (quantiles.length > 1 && actual >= quantiles[0]! && actual <= quantiles.at(-1)!) sums.covered++;
}

interface OneStream {
  readonly name: string | null;
  readonly stream: ForecastStream;
  /** Rows of the file: dropped ones, and those of other series, count there. */
  readonly fileRows: RowLines;
  /** One a step. */
  readonly errors: readonly ErrorSums[];
  /** One a target column. */
  readonly ofColumns: readonly ErrorSums[];
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

  /** `series`: null in a file of one. Throws CSV_VALUE for a value that cannot be normalised, a fault for a series nobody knows. */
  push({ series, values, filled, seconds, row }: StreamRow): void {
    const one = this.streams.get(series) ?? this.open(series, row);
    one.rows++;
    one.fileRows.append(row);
    one.lastSeconds = seconds;
    one.stream.push({ values, filled, seconds }, this.path);
  }

  /** After the last row. `stepSeconds`: from one row to the next; NaN: not known. */
  finish(stepSeconds: number): void {
    for (const { stream, rows, lastSeconds } of this.streams.values())
      stream.finish((row) => lastSeconds + (row - rows) * stepSeconds);
  }

  /** Over all. */
  total(): SeriesErrors {
    const all = [...this.streams.values()];
    return this.describe(
      null,
      all.reduce((total, { rows }) => total + rows, 0),
      delaysOf(this.use.window).map((_, step) =>
        all.reduce((sums, { errors }) => addErrors(sums, errors[step]!), noErrors()),
      ),
      targetColumnsOf(this.use).map((_, place) =>
        all.reduce((sums, { ofColumns }) => addErrors(sums, ofColumns[place]!), noErrors()),
      ),
    );
  }

  /** Of each, in the order of their first rows. */
  each(): SeriesErrors[] {
    return [...this.streams.values()].map(({ name, rows, errors, ofColumns }) =>
      this.describe(name, rows, errors, ofColumns),
    );
  }

  private describe(
    series: string | null,
    rows: number,
    errors: OneStream['errors'],
    ofColumns: OneStream['ofColumns'],
  ): SeriesErrors {
    const { window, quantiles, columns } = this.use;
    const targets = targetColumnsOf(this.use);
    const mean = (sum: number, { compared }: ErrorSums): number | null =>
      compared === 0 ? null : sum / compared / this.down;
    const all = errors.reduce(addErrors, noErrors());
    const nominal = claimOf(quantiles ?? []);
    return {
      series,
      rows,
      predictions: all.predictions,
      compared: all.compared,
      mae: mean(all.model, all),
      baselineMae: mean(all.naive, all),
      ...(window.delays === undefined
        ? {}
        : {
            bySteps: errors.map((sums, step) => ({
              horizonRows: window.step + window.delays![step]!,
              compared: sums.compared,
              mae: mean(sums.model, sums),
              baselineMae: mean(sums.naive, sums),
            })),
          }),
      ...(targets.length === 1
        ? {}
        : {
            byColumn: ofColumns.map((sums, place) => ({
              column: columns[targets[place]!]!.name,
              unit: columns[targets[place]!]!.unit,
              compared: sums.compared,
              mae: mean(sums.model, sums),
              baselineMae: mean(sums.naive, sums),
            })),
          }),
      ...(nominal === null
        ? {}
        : { band: { nominal, coverage: all.compared === 0 ? null : all.covered / all.compared } }),
    };
  }

  private open(name: string | null, row: number): OneStream {
    const errors = delaysOf(this.use.window).map(noErrors);
    const targets = targetColumnsOf(this.use);
    const ofColumns = targets.map(noErrors);
    const fileRows = new RowLines();
    const use = scaledUse(this.use, name, row);
    // Of several columns the sum is over errors that no unit tells apart.
    const scales = targets.map((column) => (targets.length === 1 ? 1 : use.columns[column]!.std));
    const onForecast = (forecast: Forecast): void => {
      for (const [place, forColumn] of [forecast, ...forecast.others].entries()) {
        addForecast(errors[forecast.step]!, forColumn, this.down / scales[place]!);
        addForecast(ofColumns[place]!, forColumn, this.down);
      }
      this.onForecast({ ...forecast, row: fileRowOf(one, forecast.row) }, name);
    };
    const stream = new ForecastStream(this.model, use, this.timesteps, onForecast, this.calendar);
    const one: OneStream = { name, stream, fileRows, errors, ofColumns, rows: 0, lastSeconds: Number.NaN };
    this.streams.set(name, one);
    return one;
  }
}

/** A power of two that keeps sums of errors below all float64; 1 but for a target near their end. */
function downscaleOf({ columns, series, ...use }: ForecastUse): number {
  const scales = targetColumnsOf(use).flatMap((column) => [
    columns[column],
    ...(series?.own ?? []).map((one) => one.columns[column]),
  ]);
  return scales.some((scale) => Math.max(Math.abs(scale?.mean ?? 0), scale?.std ?? 1) > 2 ** 900)
    ? 2 ** -100
    : 1;
}
