// The rows of a table, one after the other, into the streams of windows of an exported model: what all predictions over a series
// share, and what a person should know of the table.
import { createHash } from 'node:crypto';
import { openCalendar } from '../../dataset/series/calendar.js';
import type { LabelColumn } from '../../dataset/sources/csv/csv-block.js';
import { type CsvRows, openCsv } from '../../dataset/sources/csv/csv-reader.js';
import { RowFault } from '../../dataset/sources/csv/row-fault.js';
import { SweepError } from '../../errors.js';
import { calendarColumns } from '../../study/calendar-fields.js';
import type { CsvSource } from '../../study/dataset-source.js';
import { faultError, type Notice } from '../../wording/fault-words.js';
import { countOf } from '../../wording/plural.js';
import type { Predictor } from '../predictor.js';
import type { PredictRequest } from '../task-export.js';
import { fitHeader } from './fit-header.js';
import type { StreamRow } from './stream-row.js';
import type { OpenCalendar } from './window-stream.js';
import type { WindowUse } from './window-use.js';

/** What of an exported model says how its table is read. */
export type TableUse = Pick<
  WindowUse,
  'columns' | 'window' | 'ahead' | 'calendar' | 'series' | 'stepSeconds' | 'csv'
>;

/** Streams of windows, one a series. */
export interface RowStreams {
  push(row: StreamRow): void;
  each(): readonly { readonly series: string | null; readonly rows: number }[];
  /** After the last row. `stepSeconds`: from one row to the next; NaN: not known. */
  finish(stepSeconds: number): void;
}

/** Where more of the steps than this differ from the most frequent one, the time of a row to come is not known. */
const MOST_IRREGULAR = 0.1;

/**
 * Throws what reading the CSV throws, DATASET_TOO_SHORT when it holds no whole window, CSV_VALUE when its rows are not as
 * far apart as those the model was trained on. `onMissing`: by default as for the training. Of what the streams said before
 * that, none should be kept. `isUtc` is known once rows come.
 */
export async function feedStreams<Streams extends RowStreams>(
  request: Omit<PredictRequest<TableUse>, 'onRow'>,
  open: (model: Predictor, calendar: OpenCalendar | null, isUtc: () => boolean) => Streams,
  label: LabelColumn | null = null,
): Promise<{ readonly streams: Streams; readonly notices: readonly Notice[] }> {
  const { use, model: used, data: path, onMissing = use.csv.onMissing } = request;
  let isUtc = false;
  const model = request.buildPredictor();
  try {
    const calendar = await openUsedCalendar(use);
    const streams = open(model, calendar, () => isUtc);
    const hash = createHash('sha256');
    const all = use.columns.map(({ name }) => name);
    const columns = all.slice(0, all.length - (calendar?.columns ?? 0));
    const wanted: CsvSource = { type: 'csv', path, ...use.csv, onMissing, columns };
    const told = use.series ?? null;
    // A table with a line of labels has one of names.
    const {
      source,
      series,
      notices: fitted,
    } = label === null
      ? await fitHeader(wanted, use.stepSeconds !== null, told)
      : { source: wanted, series: told, notices: [] };
    const csv = await openCsv(source, (bytes) => hash.update(bytes), { series, label });
    isUtc = csv.isUtc;
    for await (const block of csv.blocks)
      for (let row = 0; row < block.count; row++) {
        const seconds = block.seconds[row]!;
        requireTime(seconds, use, path);
        const [begin, end] = [row * columns.length, (row + 1) * columns.length];
        try {
          streams.push({
            series: block.series?.[row] ?? null,
            values: block.values.subarray(begin, end),
            filled: block.filled?.subarray(begin, end) ?? null,
            seconds,
            row: block.rows[row]!,
            label: block.labels?.[row] ?? -1,
          });
        } catch (thrown) {
          throw await placed(thrown, csv, block.rows[row]!);
        }
      }
    const { rows, time, notices, missingValues, droppedRows } = csv.summary();
    for (const one of streams.each()) requireWindow(one, use, path);
    if (time !== null) requireRhythm(time.stepSeconds, rows, use, path);
    // Months, trading days: no number of seconds leads to the rows to come.
    const hasRhythm = time !== null && time.irregularSteps <= MOST_IRREGULAR * (rows - 1);
    const stepSeconds = hasRhythm ? time.stepSeconds : Number.NaN;
    streams.finish(stepSeconds);
    const said: Notice[] = [...fitted, ...notices];
    const { sourceDigest, trainedRows } = used.description.data;
    if (trainedRows !== undefined && hash.digest('hex') === sourceDigest)
      said.push(
        `${path} is the file of the training: ${use.series === undefined ? `rows [${trainedRows.start}, ${trainedRows.end}] of its ${rows}` : `the first ${trainedRows.end - trainedRows.start} of its ${rows} rows, by series,`} trained the model ` +
          'and others chose it, so that errors on it are no measure for new data',
      );
    const asTrained = onMissing === use.csv.onMissing ? ', as for the training' : '';
    if (missingValues > 0)
      said.push(
        droppedRows > 0
          ? `${countOf(droppedRows, 'row')} with missing values ${droppedRows === 1 ? 'was' : 'were'} dropped${asTrained}`
          : `${missingValues} missing values were filled with the value of the row before${asTrained}`,
      );
    if (time !== null && time.irregularSteps > 0)
      said.push(
        `${countOf(time.irregularSteps, 'step')} between rows ${time.irregularSteps === 1 ? 'is' : 'are'} not ${time.stepSeconds} s: windows across them are off, and ${
          hasRhythm
            ? `times beyond the last row go on by ${time.stepSeconds} s, so that they may not be those of the rows to come`
            : 'times beyond the last row are not known: they are left empty'
        }`,
      );
    return { streams, notices: said };
  } finally {
    model.dispose();
  }
}

/** null: all columns are read. */
async function openUsedCalendar({ calendar }: TableUse): Promise<OpenCalendar | null> {
  if (calendar === undefined) return null;
  return { calendar: await openCalendar(calendar), columns: calendarColumns(calendar.of).length };
}

/** A value that does not fit, with the line it stands on. */
async function placed(thrown: unknown, csv: CsvRows, row: number): Promise<unknown> {
  if (thrown instanceof RowFault) return thrown.toError(await csv.findPlace(row));
  if (!(thrown instanceof SweepError) || thrown.facts?.kind !== 'beyond-float32') return thrown;
  const { file, line } = await csv.findPlace(row);
  return faultError('CSV_VALUE', { ...thrown.facts, place: `${file}:${line}` });
}

function requireTime(seconds: number, use: TableUse, path: string): void {
  if (use.stepSeconds === null || !Number.isNaN(seconds)) return;
  throw new SweepError('CSV_SYNTAX', `${path} has no column of times, which the training's series had`, {
    path: `${path}:1`,
    hint: 'make the first column the time: 2009-01-31 00:10:00 or 31.01.2009 00:10:00',
  });
}

function requireWindow(
  { series, rows }: ReturnType<RowStreams['each']>[number],
  use: TableUse,
  path: string,
): void {
  const { window, ahead = [], calendar, columns } = use;
  const made = calendar === undefined ? 0 : calendarColumns(calendar.of).length;
  const isRead = ahead.some((column) => column < columns.length - made);
  // Columns that are known ahead, but for the calendar's, are read in the target's row.
  const needed = window.lookback - window.step + 1 + (isRead ? window.step + window.delay : 0);
  if (rows >= needed) return;
  const what = series === null ? path : `${JSON.stringify(series)} of ${path}`;
  throw new SweepError('DATASET_TOO_SHORT', `${what} has ${rows} rows, one window takes ${needed}`, {
    path,
    hint: `the model looks back ${window.lookback} rows in steps of ${window.step}: give it a longer stretch of the series`,
  });
}

function requireRhythm(stepSeconds: number, rows: number, use: TableUse, path: string): void {
  if (rows < 2 || use.stepSeconds === null || use.stepSeconds === stepSeconds) return;
  throw new SweepError(
    'CSV_VALUE',
    `${path} has a row every ${stepSeconds} s, the model was trained on one every ${use.stepSeconds} s`,
    { path, hint: 'bring the series to the same step: the window counts rows, not time' },
  );
}
