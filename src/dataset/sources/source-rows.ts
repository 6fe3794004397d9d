// The rows of one source, read or generated, in a row store: the first half of preparing a dataset (prepare.ts).
import { createHash, randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { SweepError } from '../../errors.js';
import type { CsvSource, DatasetSource, RowsSpec, SeriesColumn } from '../../study/dataset-source.js';
import { JENA_COLUMNS } from '../../study/jena-columns.js';
import type { Notice } from '../../wording/fault-words.js';
import { countOf } from '../../wording/plural.js';
import { labelsOf } from '../by-kind.js';
import type { DatasetMetadata } from '../dataset.js';
import type { CalendarSpec } from '../series/calendar.js';
import { LabelCodes, type LabelNames, openLabeller } from '../series/label-codes.js';
import { RowStore } from '../series/row-store.js';
import { type SeriesOfRows, SeriesRows } from '../series/series-rows.js';
import { SplitTimes } from '../series/split/split-times.js';
import type { TimeAxis } from '../series/split/time-axis.js';
import { openWidener, requireTimes, withCalendar } from '../series/widen-rows.js';
import { turnsOf } from '../turns.js';
import type { CsvBlock } from './csv/csv-block.js';
import type { TextColumn } from './csv/csv-header.js';
import { openCsv } from './csv/csv-reader.js';
import { JENA_FIRST_SECONDS, JENA_ROWS, JENA_STEP_SECONDS, jenaCsvSource, jenaName } from './jena-series.js';
import type { RowBlock, RowSource } from './row-source.js';
import {
  SYNTHETIC_SEED,
  SYNTHETIC_VERSION,
  syntheticJenaRows,
  syntheticTime,
} from './synthetic/synthetic-jena.js';
import { tableFiles } from './table/table-files.js';

/** In a block of generated rows: little memory, and few enough to be interrupted between two. */
const GENERATED_ROWS = 1_000;

export interface PrepareProgress {
  /** `read` counts bytes; `generate` and `write` count rows (reviews). */
  readonly phase: 'read' | 'generate' | 'write';
  readonly done: number;
  readonly total: number | null;
}

export interface PrepareOptions {
  readonly cacheDirectory: string;
  readonly onProgress?: (progress: PrepareProgress) => void;
  /** Ends the reading of a source; what is written then is written to its end. */
  readonly signal?: AbortSignal;
}

/** What is known of a source when its rows were read. */
interface SourceFacts {
  readonly source: DatasetMetadata['source'];
  readonly time: DatasetMetadata['time'];
  readonly missing: DatasetMetadata['missing'];
  readonly found?: readonly string[];
  readonly notices: readonly Notice[];
  /** Columns that were left out, as they hold no number. */
  readonly textColumns: readonly TextColumn[];
  /** Where row `row` (0-based) stands, for people: `file.csv:12`. */
  readonly placeOf: (row: number) => string;
}

/** What a source gave. The caller closes the store. */
export interface SourceRows extends SourceFacts {
  readonly store: RowStore;
  readonly columns: readonly string[];
  /** null: the source is one series. */
  readonly series: SeriesOfRows | null;
  /** What the split of one series is resolved on. */
  readonly axis: () => TimeAxis;
  /** What the last columns are; null: nothing of the calendar. */
  readonly calendar: CalendarSpec | null;
  /** The labels whose numbers the store's last column has, in the order of these; null: it has none. */
  readonly labels: LabelNames | null;
}

type Several = { readonly column: SeriesColumn };
type SourceBlock = RowBlock & Partial<Pick<CsvBlock, 'series' | 'seconds' | 'labels'>>;

/** Throws CSV_… for what is wrong in the file. */
export async function readSource(
  source: DatasetSource,
  spec: RowsSpec,
  options: PrepareOptions,
): Promise<SourceRows> {
  const several = spec.series ?? null;
  const timeZone = (source.type === 'csv' ? source.timeZone : undefined) ?? null;
  const calendar = spec.calendar === undefined ? null : { of: spec.calendar, timeZone };
  const times = new SplitTimes(spec.split, several !== null, timeZone);
  const timedBy = times.timedBy ?? (calendar === null ? null : (['dataset.calendar', 'a calendar'] as const));
  const widen = await openWidener(calendar);
  const codes = codesOf(spec, source);
  const label = openLabeller();
  const { columns: read, blocks, summary } = await openSource(source, { several, codes }, options);
  const columns = withCalendar(read, spec.calendar ?? []);
  const series = several === null ? null : new SeriesRows();
  const path = join(options.cacheDirectory, `.${randomUUID()}.rows.tmp`);
  const store = new RowStore(path, columns.length + (codes === null ? 0 : 1));
  const turn = turnsOf(options.signal);
  try {
    for await (const { values, count, seconds, series: names = null, labels = null } of blocks) {
      if (timedBy !== null) requireTimes(seconds, count, timedBy);
      const widened = widen(values, count, seconds, columns.length);
      store.append(labels === null ? widened : label(widened, columns.length, labels, count), count);
      if (names !== null) series?.append(names, seconds);
      if (seconds !== undefined) times.append(seconds, count, names);
      await turn();
    }
    const facts = summary();
    const rowsOf = series?.summary(facts.time?.stepSeconds ?? null);
    return {
      store,
      columns,
      ...facts,
      series:
        rowsOf === undefined
          ? null
          : {
              ...rowsOf,
              axisOf: (name, rows) => times.axis(rows, facts.time, name),
              commonOf: (kept) => times.common(facts.time, kept),
            },
      axis: () => times.axis(store.rows, facts.time),
      calendar,
      labels: codes?.names ?? null,
    };
  } catch (error) {
    store.close();
    throw error;
  }
}

/** Throws SPEC_INVALID for a source without labels. null: none are asked for. */
function codesOf(spec: RowsSpec, source: DatasetSource): LabelCodes | null {
  const labels = labelsOf(spec);
  if (labels === null) return null;
  if (source.type === 'csv') return new LabelCodes({ ...labels, missing: source.missing });
  throw new SweepError('SPEC_INVALID', `${JSON.stringify(source.name)} has no labels`, {
    path: 'dataset.source',
    hint: 'give a table with a column of labels: {"csv": "data.csv"}',
  });
}

/** What is read of columns of texts. */
interface TextColumns {
  readonly several: Several | null;
  readonly codes: LabelCodes | null;
}

async function openSource(
  source: DatasetSource,
  texts: TextColumns,
  options: PrepareOptions,
): Promise<RowSource<SourceFacts, SourceBlock>> {
  if (source.type === 'csv') return openCsvSource(source, () => basename(source.path), options, texts);
  if (source.name === 'jena-synthetic') return syntheticSource(options);
  const csv = jenaCsvSource(options.cacheDirectory);
  const { columns, blocks, summary } = await openCsvSource(csv, jenaName, options);
  return {
    columns,
    blocks,
    summary() {
      const facts = summary();
      const unverified = unverifiedNotices('jena', facts.source.name, csv.path);
      return { ...facts, notices: [...unverified, ...facts.notices] };
    },
  };
}

/** What to say of a published file in the cache whose `name` is not the one it was `asked` for by. */
export function unverifiedNotices(asked: 'jena' | 'imdb', name: string, path: string): readonly string[] {
  if (name === asked) return [];
  return [
    `${path} is not the known file, so it is called "${name}": "sweep data fetch ${asked}" replaces it`,
  ];
}

async function openCsvSource(
  source: CsvSource,
  nameOf: (sha256: string) => string,
  { signal, onProgress, cacheDirectory }: PrepareOptions,
  { several, codes }: TextColumns = { several: null, codes: null },
): Promise<RowSource<SourceFacts, SourceBlock>> {
  const hash = createHash('sha256');
  const total = source.sql === undefined ? sizeOf(tableFiles(source.path)) : null;
  let done = 0;
  const onBytes = (bytes: Buffer): void => {
    hash.update(bytes);
    done += bytes.length;
    onProgress?.({ phase: 'read', done, total });
  };
  const { columns, blocks, found, summary } = await openCsv(source, onBytes, {
    signal,
    temporary: cacheDirectory,
    series: several,
    label: codes,
  });
  return {
    columns,
    blocks,
    summary() {
      const digest = hash.digest('hex');
      const { time, missingValues, textColumns, placeOf, ...read } = summary();
      return {
        source: { name: nameOf(digest), synthetic: false, digest },
        time,
        missing: { policy: source.onMissing, values: missingValues },
        found,
        notices: [
          ...read.notices,
          ...describeMissing(missingValues, read.droppedRows),
          ...describeSteps(time),
        ],
        textColumns,
        placeOf,
      };
    },
  };
}

function sizeOf(files: readonly string[]): number {
  return files.reduce((sum, file) => sum + statSync(file).size, 0);
}

function describeMissing(missingValues: number, droppedRows: number): readonly string[] {
  if (droppedRows > 0)
    return [
      `${countOf(droppedRows, 'row')} with missing values ${droppedRows === 1 ? 'was' : 'were'} dropped`,
    ];
  return missingValues > 0
    ? [`${missingValues} missing values were filled with the value of the row before`]
    : [];
}

function describeSteps(time: DatasetMetadata['time']): readonly string[] {
  if (time === null || time.irregularSteps === 0) return [];
  const first = time.irregular
    .map((step) => `line ${step.line} (${step.time}, ${step.stepSeconds} s)`)
    .join(', ');
  const more = time.irregularSteps > time.irregular.length ? ', …' : '';
  return [
    `${countOf(time.irregularSteps, 'step')} between rows ${time.irregularSteps === 1 ? 'is' : 'are'} not ${time.stepSeconds} s: ${first}${more}`,
  ];
}

function syntheticSource({ onProgress }: PrepareOptions): RowSource<SourceFacts, SourceBlock> {
  return {
    columns: JENA_COLUMNS,
    blocks: syntheticBlocks((done) => onProgress?.({ phase: 'generate', done, total: JENA_ROWS })),
    summary() {
      const identity = `jena-synthetic ${SYNTHETIC_VERSION} ${SYNTHETIC_SEED} ${JENA_ROWS}`;
      const digest = createHash('sha256').update(identity).digest('hex');
      return {
        source: { name: 'jena-synthetic', synthetic: true, digest },
        time: syntheticTime(JENA_ROWS),
        missing: { policy: 'error', values: 0 },
        notices: [],
        textColumns: [],
        placeOf: (row) => `jena-synthetic, row ${row}`,
      };
    },
  };
}

async function* syntheticBlocks(onRows: (done: number) => void): AsyncGenerator<SourceBlock> {
  const features = JENA_COLUMNS.length;
  const values = new Float64Array(GENERATED_ROWS * features);
  const seconds = new Float64Array(GENERATED_ROWS);
  let count = 0;
  let done = 0;
  for (const row of syntheticJenaRows({ rows: JENA_ROWS, seed: SYNTHETIC_SEED })) {
    values.set(row, count * features);
    seconds[count] = JENA_FIRST_SECONDS + done * JENA_STEP_SECONDS;
    count++;
    done++;
    if (count < GENERATED_ROWS && done < JENA_ROWS) continue;
    yield { values, count, seconds };
    onRows(done);
    count = 0;
  }
}
