// Opens a table of numbers as a source of rows in bounded memory: what its first rows tell of the columns, then block by block.

import { SweepError } from '../../../errors.js';
import type { CsvSource, SeriesColumn } from '../../../study/dataset-source.js';
import type { Notice } from '../../../wording/fault-words.js';
import type { RowSource } from '../row-source.js';
import { settingWords } from '../table/dialect.js';
import { openTable } from '../table/open-table.js';
import { wrappedRow } from '../table/sniff-dialect.js';
import type { OpenOptions, RowPlaces, Table, TablePlace } from '../table/table.js';
import { checkNames } from './column-names.js';
import type { CsvBlock, LabelColumn } from './csv-block.js';
import { type CsvLayout, chooseColumns, emptyColumns, type TextRoles } from './csv-header.js';
import { isMissingText } from './csv-numbers.js';
import { RowReader } from './csv-rows.js';
import type { CsvSummary } from './csv-summary.js';
import { describeMixed } from './mixed-series.js';
import { describeOdd } from './odd-numbers.js';
import { RowFault } from './row-fault.js';
import { findRuns, SeriesJoints } from './series-joints.js';
import { likelyTimeFormats } from './times/likely-formats.js';
import { chooseTimes, type TimeForm } from './times/time-form.js';
import { TotalsRow } from './totals-row.js';

const MISSING_WORDS = String.raw`'(|nan|na|n/a|null|none|-|\?)'`;

export interface CsvRows extends RowSource<CsvSummary, CsvBlock> {
  /** How the table was found to be written, in the words that would set it. */
  readonly found: readonly string[];
  /** Whether times are UTC, as their fields or the settings say. */
  readonly isUtc: boolean;
  /** Where a row of the table stands, for errors while it is read. */
  readonly findPlace: (row: number) => Promise<TablePlace>;
}

export interface CsvOptions extends Omit<OpenOptions, 'onBytes'> {
  /** The columns that tell several series apart, null for one a file; null: the table is one series. */
  readonly series?: { readonly column: SeriesColumn } | null;
  /** The column of each row's label, and how one is read; null: none is. */
  readonly label?: LabelColumn | null;
}

/**
 * `onBytes` gets the raw bytes of the files, in order, before the first row. O(bytes) time, memory independent of the file's
 * length. To be read to its end, or its blocks returned, as that closes it. Both this and the blocks throw CSV_SYNTAX,
 * CSV_VALUE, CSV_MISSING_VALUE, SPEC_INVALID with `file:line:column`.
 */
export async function openCsv(
  source: CsvSource,
  onBytes: (bytes: Buffer) => void,
  { series = null, label = null, ...options }: CsvOptions = {},
): Promise<CsvRows> {
  const table = await openTable(source, { ...options, onBytes });
  try {
    const layout = await layOut(source, table, {
      series: series?.column ?? null,
      label: label?.column ?? null,
    });
    const times = chooseTimes(source, layout, table.sample);
    requireSortable(source, times, layout, table);
    const reader = new RowReader(source, layout, times, table, series !== null, label);
    const isNamed = source.columns !== null;
    const runs = series === null ? await findRuns(table, layout, isNamed) : [];
    const joints = runs.map((one) => new SeriesJoints(one.column, one.runs, layout));
    // A line of totals has no time.
    const totals = layout.timeColumns.length > 0 ? [] : [new TotalsRow(layout.featureColumns.length)];
    const notices: Notice[] = [
      ...table.notices,
      ...layout.notices,
      ...(series === null ? describeMixed(table, layout, isNamed) : []),
      ...(isNamed ? [] : describeOdd(table, layout)),
    ];
    return {
      columns: layout.featureColumns.map((column) => layout.names[column] ?? ''),
      found: [...(table.dialect?.found ?? []), ...times.found],
      isUtc: times.isUtc,
      blocks: readBlocks(reader, table, [...joints, ...totals], (placeOf) => {
        for (const total of totals.flatMap((one) => one.find() ?? []))
          notices.push(
            `line ${placeOf(total).line}, the last row, is the sum of all others: a line of totals is left out by "where", or taken away`,
          );
        for (const joint of joints) {
          const found = joint.finding(placeOf, isNamed);
          if (found instanceof SweepError) throw found;
          if (found !== null) notices.push(found);
        }
      }),
      findPlace: async (row) => (await table.findPlaces()).placeOf(row),
      summary() {
        const read = reader.summary();
        return { ...read, notices: [...notices, ...read.notices] };
      },
    };
  } catch (thrown) {
    const error = await placed(thrown, table);
    table.close();
    throw error;
  }
}

/** Throws SPEC_INVALID where rows are to be sorted by times that are not there, or not read by DuckDB. */
function requireSortable(
  { order }: CsvSource,
  { projection, example }: TimeForm,
  { names, timeColumns, unread }: CsvLayout,
  { sample }: Table,
): void {
  if (order !== 'sort' || (projection?.formats.length ?? 0) > 0) return;
  const column = timeColumns[0] ?? unread?.column;
  const fields = column === undefined ? [] : sample.map((row) => row[column] ?? '');
  const [format = '%m/%d/%Y %H:%M', ...others] = likelyTimeFormats(
    fields.filter((field) => !isMissingText(field)),
  );
  const formats = [format, ...others].map((one) => settingWords('timeFormat', one)).join(' or ');
  throw new SweepError(
    'SPEC_INVALID',
    projection === undefined
      ? 'rows cannot be sorted: no column of times is read'
      : `rows cannot be sorted by times such as ${JSON.stringify(example)}`,
    {
      path: 'dataset.source.order',
      hint: `name the column and its form: ${settingWords('time', column === undefined ? 'Date' : names[column])}, ${formats}`,
    },
  );
}

async function layOut(source: CsvSource, table: Table, roles: TextRoles): Promise<CsvLayout> {
  const names = table.columns.map(({ name }) => name);
  const [file = source.path] = table.files;
  if (table.dialect !== null && table.dialect.header !== false)
    checkNames(names, table.sample, `${file}:${table.dialect.header}`);
  const seeming = chooseColumns(source, table, file, emptyColumns(source, table), roles);
  if (seeming.emptyColumns.length === 0) return seeming;
  // A column that seems to hold nothing is left out once that is sure of all rows.
  const empty: number[] = [];
  for (const column of seeming.emptyColumns) {
    const row = await table.findRow(column, filledSql);
    if (row === null) empty.push(column);
    else if (names[column] === '')
      throw new RowFault(row, (place) => namelessValue(`${place.file}:${place.line}`, column, names.length));
  }
  return chooseColumns(source, table, file, empty, roles);
}

function namelessValue(place: string, column: number, columns: number): SweepError {
  return new SweepError(
    'CSV_SYNTAX',
    `${place}: column ${column + 1} of ${columns} has a value here, but no name`,
    { path: place, hint: 'the first line must name every column that holds values' },
  );
}

/** SQL: whether a text says neither in words nor by silence that a value is missing. */
function filledSql(text: string): string {
  return `not regexp_full_match(lower(trim(coalesce(cast(${text} as varchar), ''))), ${MISSING_WORDS})`;
}

async function* readBlocks(
  reader: RowReader,
  table: Table,
  observers: readonly { see(block: CsvBlock): void }[],
  judge: (placeOf: RowPlaces['placeOf']) => void,
): AsyncGenerator<CsvBlock> {
  try {
    for await (const block of table.read(reader.projection)) {
      const read = reader.read(block);
      for (const observer of observers) observer.see(read);
      if (read.count > 0) yield read;
    }
    const places = await table.findPlaces();
    requireWholeLines(places);
    await reader.checkWhole(places.placeOf, table);
    judge(places.placeOf);
  } catch (thrown) {
    throw await placed(thrown, table);
  } finally {
    table.close();
  }
}

/** A row of numbers stands on one line: one that goes on holds a quote that was never closed. */
function requireWholeLines({ firstWrapped }: RowPlaces): void {
  if (firstWrapped === null) return;
  throw wrappedRow(`${firstWrapped.file}:${firstWrapped.line}`);
}

async function placed(thrown: unknown, table: Table): Promise<unknown> {
  if (!(thrown instanceof RowFault)) return thrown;
  const { placeOf } = await table.findPlaces();
  return thrown.toError(placeOf(thrown.row));
}
