// One stream of windows for each series of a file, and the classes that a model gives them. Counts how many are right, of each
// series and over all.
import { RowLines } from '../../dataset/sources/csv/row-lines.js';
import type { Predictor } from '../predictor.js';
import type { RowStreams } from '../windows/feed-streams.js';
import { fileRowOf } from '../windows/file-rows.js';
import { scaledUse } from '../windows/scaled-use.js';
import type { StreamRow } from '../windows/stream-row.js';
import { type Forecast, type OpenCalendar, WindowStream } from '../windows/window-stream.js';
import type { LabelUse } from './label-use.js';

export interface LabelAnswer {
  /** As a forecast's: of the row whose class is told. */
  readonly row: number;
  readonly seconds: number;
  /** The number of the likeliest class. */
  readonly label: number;
  /** One a class. */
  readonly probabilities: readonly number[];
  /** What the row says; null: nothing, or the row is not there. */
  readonly actual: number | null;
}

export interface LabelCounts {
  readonly series: string | null;
  readonly rows: number;
  readonly predictions: number;
  /** Those whose label is in the file. */
  readonly compared: number;
  /** Share of them that is right; null without any. */
  readonly accuracy: number | null;
}

interface OneStream {
  readonly name: string | null;
  readonly stream: WindowStream;
  readonly fileRows: RowLines;
  rows: number;
  predictions: number;
  compared: number;
  right: number;
  lastSeconds: number;
}

export class LabelStreams implements RowStreams {
  private readonly streams = new Map<string | null, OneStream>();

  constructor(
    private readonly model: Predictor,
    private readonly use: LabelUse,
    private readonly timesteps: number,
    private readonly path: string,
    private readonly onAnswer: (answer: LabelAnswer, series: string | null) => void,
    private readonly calendar: OpenCalendar | null,
  ) {}

  push({ series, seconds, row, label, ...read }: StreamRow): void {
    const one = this.streams.get(series) ?? this.open(series, row);
    one.rows++;
    one.fileRows.append(row);
    one.lastSeconds = seconds;
    one.stream.push({ ...read, seconds }, this.path, label);
  }

  finish(stepSeconds: number): void {
    for (const { stream, rows, lastSeconds } of this.streams.values())
      stream.finish((row) => lastSeconds + (row - rows) * stepSeconds);
  }

  each(): LabelCounts[] {
    return [...this.streams.values()].map((one) => describe(one.name, one));
  }

  total(): LabelCounts {
    const sums = { rows: 0, predictions: 0, compared: 0, right: 0 };
    for (const one of this.streams.values())
      for (const field of ['rows', 'predictions', 'compared', 'right'] as const) sums[field] += one[field];
    return describe(null, sums);
  }

  private open(name: string | null, row: number): OneStream {
    const fileRows = new RowLines();
    const onForecast = (forecast: Forecast): void => {
      const { prediction: label, probabilities = [], seconds } = forecast;
      const actual = forecast.actual === null || forecast.actual < 0 ? null : forecast.actual;
      one.predictions++;
      if (actual !== null) one.compared++;
      if (actual === label) one.right++;
      const at = fileRowOf(one, forecast.row);
      this.onAnswer({ row: at, seconds, label, probabilities, actual }, name);
    };
    const use = scaledUse(this.use, name, row);
    const stream = new LabelStream(this.model, use, this.timesteps, onForecast, this.calendar);
    const one: OneStream = {
      name,
      stream,
      fileRows,
      rows: 0,
      predictions: 0,
      compared: 0,
      right: 0,
      lastSeconds: Number.NaN,
    };
    this.streams.set(name, one);
    return one;
  }
}

function describe(
  series: string | null,
  { rows, predictions, compared, right }: Pick<OneStream, 'rows' | 'predictions' | 'compared' | 'right'>,
): LabelCounts {
  return { series, rows, predictions, compared, accuracy: compared === 0 ? null : right / compared };
}

/** The windows of forecasts, whose answers are probabilities of classes. */
class LabelStream extends WindowStream {
  private readonly units: number;

  constructor(
    model: Predictor,
    use: LabelUse,
    timesteps: number,
    onForecast: (forecast: Forecast) => void,
    calendar: OpenCalendar | null,
  ) {
    const units = use.classes.length === 2 ? 1 : use.classes.length;
    super(model, { ...use, targetColumn: 0 }, timesteps, onForecast, calendar, units);
    this.units = units;
  }

  /** A class is told from nothing. */
  protected override settle(): void {}

  protected override forecastsOf(index: number, lastRow: number): Forecast[] {
    const { window } = this.use;
    const outputs = this.predictions.subarray(index * this.units, (index + 1) * this.units);
    const probabilities = this.units === 1 ? [1 - outputs[0]!, outputs[0]!] : [...outputs];
    return [
      {
        row: lastRow + window.step + window.delay + 1,
        seconds: Number.NaN,
        horizonRows: window.step + window.delay,
        step: 0,
        prediction: likeliest(probabilities),
        quantiles: [],
        others: [],
        actual: null,
        last: Number.NaN,
        probabilities,
      },
    ];
  }
}

/** The first of equal ones. */
function likeliest(probabilities: readonly number[]): number {
  return probabilities.reduce((best, value, at) => (value > probabilities[best]! ? at : best), 0);
}
