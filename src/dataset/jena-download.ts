// `sweep data fetch jena`: downloads the official zip, unpacks it, checks what came out, and puts it into the cache,
// where prepare.ts looks for it. The only place of the dataset room that uses the network, and only when asked.
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Entry, open, type ZipFile } from 'yauzl';
import { SweepError } from '../errors.js';
import { readCsv } from './csv-reader.js';
import {
  JENA_COLUMNS,
  JENA_CSV_BYTES,
  JENA_CSV_SHA256,
  JENA_FIRST_LINE,
  JENA_ROWS,
  JENA_URL,
  jenaCsvPath,
  jenaCsvSource,
} from './jena-series.js';
import { downloadResumed, removePart } from './resumed-download.js';

/** What the unpacked file is measured against. */
export interface JenaExpectation {
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly rows: number;
  readonly firstLine: string;
}

const KNOWN_COPY: JenaExpectation = {
  sizeBytes: JENA_CSV_BYTES,
  sha256: JENA_CSV_SHA256,
  rows: JENA_ROWS,
  firstLine: JENA_FIRST_LINE,
};
/** A zip may claim anything: what unpacks to more than this is not the series. */
const LARGEST_CSV_BYTES = 4 * JENA_CSV_BYTES;

export interface FetchJenaOptions {
  readonly cacheDirectory: string;
  readonly url?: string;
  readonly onProgress?: (progress: {
    readonly phase: 'download' | 'unpack' | 'check';
    readonly done: number;
    readonly total: number | null;
  }) => void;
  readonly signal?: AbortSignal;
  readonly retryDelayMs?: number;
  readonly expectation?: JenaExpectation;
}

export interface FetchedJena {
  /** The CSV in the cache. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  /** true: it was here already, nothing was downloaded. */
  readonly fromCache: boolean;
  readonly notices: readonly string[];
}

/**
 * Idempotent; a broken download goes on where it stopped. Throws DOWNLOAD_FAILED, DATASET_CHECKSUM (what came is not
 * the series: it is deleted), INTERRUPTED.
 */
export async function fetchJena(options: FetchJenaOptions): Promise<FetchedJena> {
  const { cacheDirectory, url = JENA_URL, signal, expectation = KNOWN_COPY } = options;
  const path = jenaCsvPath(cacheDirectory);
  if (existsSync(path)) {
    const checked = await checkCsv(path, options, expectation);
    return { path, ...checked, fromCache: true };
  }
  mkdirSync(dirname(path), { recursive: true });
  const partPath = `${path}.zip.part`;
  const unpackedPath = `${path}.${process.pid}.tmp`;
  await downloadResumed({
    url,
    partPath,
    signal,
    retryDelayMs: options.retryDelayMs ?? 1000,
    onProgress: (done, total) => options.onProgress?.({ phase: 'download', done, total }),
  });
  try {
    await unpackCsv(partPath, unpackedPath, options);
    const checked = await checkCsv(unpackedPath, options, expectation);
    renameSync(unpackedPath, path);
    removePart(partPath);
    return { path, ...checked, fromCache: false };
  } catch (error) {
    rmSync(unpackedPath, { force: true });
    // A part that does not unpack to the series would fail for ever: the next fetch begins anew.
    if (signal?.aborted !== true) removePart(partPath);
    throw error;
  }
}

async function unpackCsv(zipPath: string, csvPath: string, options: FetchJenaOptions): Promise<void> {
  try {
    const zip = await openZip(zipPath);
    try {
      const entry = await findCsv(zip);
      const total = entry.uncompressedSize;
      if (total > LARGEST_CSV_BYTES) throw new Error(`it holds ${total} bytes, far more than the series`);
      let done = 0;
      const counter = new Transform({
        transform(chunk: Buffer, _encoding, pass) {
          done += chunk.length;
          options.onProgress?.({ phase: 'unpack', done, total });
          pass(null, chunk);
        },
      });
      const packed = await new Promise<NodeJS.ReadableStream>((resolve, reject) => {
        zip.openReadStream(entry, (error, stream) => (error ? reject(error) : resolve(stream)));
      });
      await pipeline(packed, counter, createWriteStream(csvPath), { signal: options.signal });
    } finally {
      zip.close();
    }
  } catch (cause) {
    if (options.signal?.aborted === true) {
      throw new SweepError('INTERRUPTED', 'unpacking was interrupted', { cause });
    }
    throw new SweepError(
      'DATASET_CHECKSUM',
      `what was downloaded is not the zip: ${(cause as Error).message}`,
      {
        path: zipPath,
        hint: 'it was deleted: run the command again (a proxy may have answered with a page of its own)',
        cause,
      },
    );
  }
}

function openZip(path: string): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    open(path, { lazyEntries: true, autoClose: false }, (error, zip) =>
      error ? reject(error) : resolve(zip),
    );
  });
}

/** The first entry that is a CSV file; names are compared, never used as paths. */
function findCsv(zip: ZipFile): Promise<Entry> {
  return new Promise((resolve, reject) => {
    zip.on('error', reject);
    zip.on('end', () => reject(new Error('it holds no CSV file')));
    zip.on('entry', (entry: Entry) => {
      const isCsv = entry.fileName.endsWith('.csv') && !entry.fileName.startsWith('__MACOSX');
      if (isCsv) resolve(entry);
      else zip.readEntry();
    });
    zip.readEntry();
  });
}

/** The known copy passes by its digest; any other must hold the same series. Throws DATASET_CHECKSUM. */
async function checkCsv(
  path: string,
  options: FetchJenaOptions,
  expectation: JenaExpectation,
): Promise<Pick<FetchedJena, 'sizeBytes' | 'sha256' | 'notices'>> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    const bytes = chunk as Buffer;
    hash.update(bytes);
    sizeBytes += bytes.length;
    options.onProgress?.({ phase: 'check', done: sizeBytes, total: expectation.sizeBytes });
  }
  const sha256 = hash.digest('hex');
  if (sha256 === expectation.sha256) return { sizeBytes, sha256, notices: [] };
  const difference = await findDifference(path, options.cacheDirectory, expectation);
  if (difference !== null) {
    throw new SweepError('DATASET_CHECKSUM', `${path} is not the Jena series: ${difference}`, {
      path,
      hint: `expected ${expectation.sizeBytes} bytes with SHA-256 ${expectation.sha256}, found ${sizeBytes} with ${sha256}`,
    });
  }
  return {
    sizeBytes,
    sha256,
    notices: [
      `another copy than the known one: ${sizeBytes} bytes, SHA-256 ${sha256} (known: ${expectation.sizeBytes} bytes, ` +
        `${expectation.sha256}). Its columns, its ${expectation.rows} rows and its first row are those of the series; ` +
        'most likely its line ends differ',
    ],
  };
}

/** What of the series is not in the file; null: its columns, row count and first row are. */
async function findDifference(
  path: string,
  cacheDirectory: string,
  expectation: JenaExpectation,
): Promise<string | null> {
  let first: readonly number[] | null = null;
  let rows: number;
  try {
    const summary = await readCsv(
      { ...jenaCsvSource(cacheDirectory), path },
      {
        onColumns() {},
        onBytes() {},
        onRow(values) {
          first ??= [...values];
        },
      },
    );
    rows = summary.rows;
  } catch (error) {
    if (error instanceof SweepError) return error.message;
    throw error;
  }
  if (rows !== expectation.rows) return `it has ${rows} rows, the series has ${expectation.rows}`;
  const expected = expectation.firstLine.split(',').slice(1).map(Number);
  const found = first as readonly number[] | null;
  const column = expected.findIndex((value, index) => found?.[index] !== value);
  if (column < 0) return null;
  return `its first row has ${found?.[column]} in "${JENA_COLUMNS[column]}", the series has ${expected[column]}`;
}
