// `sweep data fetch jena`: the official zip, unpacked to where prepare.ts looks for the series.
import { createWriteStream } from 'node:fs';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Entry, open, type ZipFile } from 'yauzl';
import { SweepError } from '../../errors.js';
import { JENA_CSV_BYTES, JENA_CSV_SHA256, JENA_URL, jenaCsvPath } from '../sources/jena-series.js';
import { type FetchedFile, type FetchOptions, fetchKnown } from './known-download.js';

/** A zip may claim anything: what unpacks to more than this is not the series. */
const LARGEST_CSV_BYTES = 4 * JENA_CSV_BYTES;

/** See fetchKnown. */
export function fetchJena(options: FetchOptions): Promise<FetchedFile> {
  const path = jenaCsvPath(options.cacheDirectory);
  const known = {
    what: 'the known copy of the Jena series',
    path,
    partPath: `${path}.zip.part`,
    url: JENA_URL,
    sha256: options.sha256 ?? JENA_CSV_SHA256,
    isText: true,
    unpack: (partPath: string, at: string) => unpackCsv(partPath, at, options),
  };
  return fetchKnown(known, options);
}

async function unpackCsv(zipPath: string, csvPath: string, options: FetchOptions): Promise<void> {
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
