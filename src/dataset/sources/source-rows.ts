// The rows of one source, read or generated, in a row store: the first half of preparing a dataset (prepare.ts).
import { createHash, randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { SweepError } from '../../errors.js';
import type { CsvSource, DatasetSource } from '../../study/dataset-source.js';
import { JENA_COLUMNS } from '../../study/jena-columns.js';
import type { Notice } from '../../wording/fault-words.js';
import { countOf } from '../../wording/plural.js';
import type { DatasetMetadata } from '../dataset.js';
import { RowStore } from '../series/row-store.js';
import type { TextColumn } from './csv-header.js';
import { readCsv } from './csv-reader.js';
import { JENA_ROWS, jenaCsvSource, jenaName } from './jena-series.js';
import { RowLines } from './row-lines.js';
import { generateSyntheticJena, SYNTHETIC_SEED, SYNTHETIC_VERSION, syntheticTime } from './synthetic-jena.js';

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

/** Throws INTERRUPTED when `signal` says so. */
export function checkInterrupt(signal: AbortSignal | undefined): void {
  if (signal?.aborted !== true) return;
  throw new SweepError('INTERRUPTED', 'preparing the data was interrupted', {
    hint: 'nothing unfinished is left behind: repeat the command to begin again',
  });
}

/** What a source gave. The caller closes the store. */
export interface SourceRows {
  readonly store: RowStore;
  readonly columns: readonly string[];
  readonly source: DatasetMetadata['source'];
  readonly time: DatasetMetadata['time'];
  readonly missing: DatasetMetadata['missing'];
  readonly notices: readonly Notice[];
  /** Columns that were left out, as they hold no number. */
  readonly textColumns: readonly TextColumn[];
  /** Where row `row` (0-based) stands, for people: `file.csv:12`. */
  readonly placeOf: (row: number) => string;
}

/** Throws CSV_… for what is wrong in the file. */
export async function readSource(source: DatasetSource, options: PrepareOptions): Promise<SourceRows> {
  if (source.type === 'csv') return readCsvRows(source, () => basename(source.path), options);
  if (source.name === 'jena') {
    const csv = jenaCsvSource(options.cacheDirectory);
    const read = await readCsvRows(csv, jenaName, options);
    return {
      ...read,
      notices: [...unverifiedNotices(source.name, read.source.name, csv.path), ...read.notices],
    };
  }
  return generateRows(options);
}

/** What to say of a published file in the cache whose `name` is not the one it was `asked` for by. */
export function unverifiedNotices(asked: 'jena' | 'imdb', name: string, path: string): readonly string[] {
  if (name === asked) return [];
  return [
    `${path} is not the known file, so it is called "${name}": "sweep data fetch ${asked}" replaces it`,
  ];
}

async function readCsvRows(
  source: CsvSource,
  nameOf: (sha256: string) => string,
  options: PrepareOptions,
): Promise<SourceRows> {
  const hash = createHash('sha256');
  const total = statSync(source.path).size;
  let done = 0;
  let columns: readonly string[] = [];
  let opened: RowStore | null = null;
  const lines = new RowLines();
  const store = (): RowStore => (opened ??= newStore(options.cacheDirectory, columns.length));
  try {
    const summary = await readCsv(source, {
      onBytes(bytes) {
        checkInterrupt(options.signal);
        hash.update(bytes);
        done += bytes.length;
        options.onProgress?.({ phase: 'read', done, total });
      },
      onColumns(names) {
        columns = names;
      },
      onRow(values, _seconds, line) {
        store().append(values);
        lines.append(line);
      },
    });
    const { missingValues, droppedRows } = summary;
    const notices: Notice[] = [...summary.notices];
    if (droppedRows > 0)
      notices.push(
        `${countOf(droppedRows, 'row')} with missing values ${droppedRows === 1 ? 'was' : 'were'} dropped`,
      );
    else if (missingValues > 0) {
      notices.push(`${missingValues} missing values were filled with the value of the row before`);
    }
    if (summary.time !== null && summary.time.irregularSteps > 0) notices.push(describeSteps(summary.time));
    const digest = hash.digest('hex');
    return {
      store: store(),
      columns,
      source: { name: nameOf(digest), synthetic: false, digest },
      time: summary.time,
      missing: { policy: source.onMissing, values: missingValues },
      notices,
      textColumns: summary.textColumns,
      placeOf: (row) => `${source.path}:${lines.lineOf(row)}`,
    };
  } catch (error) {
    (opened as RowStore | null)?.close();
    throw error;
  }
}

function describeSteps(time: NonNullable<DatasetMetadata['time']>): string {
  const first = time.irregular
    .map((step) => `line ${step.line} (${step.time}, ${step.stepSeconds} s)`)
    .join(', ');
  const more = time.irregularSteps > time.irregular.length ? ', …' : '';
  return `${countOf(time.irregularSteps, 'step')} between rows ${time.irregularSteps === 1 ? 'is' : 'are'} not ${time.stepSeconds} s: ${first}${more}`;
}

function generateRows(options: PrepareOptions): SourceRows {
  const store = newStore(options.cacheDirectory, JENA_COLUMNS.length);
  generateSyntheticJena({ rows: JENA_ROWS, seed: SYNTHETIC_SEED }, (values) => {
    store.append(values);
    if (store.rows % 50_000 === 0) {
      options.onProgress?.({ phase: 'generate', done: store.rows, total: JENA_ROWS });
    }
  });
  const identity = `jena-synthetic ${SYNTHETIC_VERSION} ${SYNTHETIC_SEED} ${JENA_ROWS}`;
  return {
    store,
    columns: JENA_COLUMNS,
    source: {
      name: 'jena-synthetic',
      synthetic: true,
      digest: createHash('sha256').update(identity).digest('hex'),
    },
    time: syntheticTime(JENA_ROWS),
    missing: { policy: 'error', values: 0 },
    notices: [],
    textColumns: [],
    placeOf: (row) => `jena-synthetic, row ${row}`,
  };
}

function newStore(cacheDirectory: string, features: number): RowStore {
  return new RowStore(join(cacheDirectory, `.${randomUUID()}.rows.tmp`), features);
}
