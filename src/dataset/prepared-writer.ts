// Writes a prepared dataset: its values behind their header (of a series, normalised float32 rows), then the metadata. Crash-safe: temporary name,
// synced, renamed, read-only; two processes that write the same dataset write the same bytes.
import { createHash, randomUUID } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { SweepError } from '../errors.js';
import type { DatasetMetadata } from './dataset.js';
import { encodeHeader, layoutDigest, metadataPath, preparedPath } from './prepared-format.js';
import type { RowStore } from './row-store.js';

const LARGEST_FLOAT32 = 3.4028234663852886e38;
const READ_ONLY = 0o444;

/** A series. Returns the metadata with its digest. Throws CSV_VALUE when a normalised value does not fit a float32. */
export function writePrepared(
  cacheDirectory: string,
  store: RowStore,
  description: Omit<DatasetMetadata, 'digest'>,
  onRows: (done: number) => void,
): DatasetMetadata {
  const { rows, columns } = description;
  return publishPrepared(cacheDirectory, description, { rows, features: columns.length }, (write) =>
    writeValues(store, description, write, onRows),
  );
}

/** Puts the header before what `writeBody` writes, and both files in their places. Returns the metadata with its digest. */
export function publishPrepared(
  cacheDirectory: string,
  description: Omit<DatasetMetadata, 'digest'>,
  shape: { readonly rows: number; readonly features: number },
  writeBody: (write: (bytes: Uint8Array) => void) => void,
): DatasetMetadata {
  const hash = createHash('sha256');
  const temporary = join(cacheDirectory, `.${randomUUID()}.f32.tmp`);
  const file = openSync(temporary, 'wx');
  try {
    const write = (bytes: Uint8Array): void => {
      hash.update(bytes);
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    };
    write(encodeHeader({ ...shape, layoutDigest: layoutDigest(description) }));
    writeBody(write);
    fsyncSync(file);
    closeSync(file);
    const metadata: DatasetMetadata = { ...description, digest: hash.digest('hex') };
    // The metadata first: whoever sees the values finds their description.
    publishText(
      cacheDirectory,
      metadataPath(cacheDirectory, metadata.digest),
      `${JSON.stringify(metadata, null, 2)}\n`,
    );
    chmodSync(temporary, READ_ONLY);
    renameSync(temporary, preparedPath(cacheDirectory, metadata.digest));
    return metadata;
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

function writeValues(
  store: RowStore,
  description: Omit<DatasetMetadata, 'digest'>,
  write: (bytes: Uint8Array) => void,
  onRows: (done: number) => void,
): void {
  const { columns, rows } = description;
  const features = columns.length;
  const mean = Float64Array.from(columns, (column) => column.mean);
  const std = Float64Array.from(columns, (column) => column.std);
  let normalised = new Float32Array(0);
  store.forEachBlock(0, rows, (values, count, firstRow) => {
    if (normalised.length !== count * features) normalised = new Float32Array(count * features);
    for (let row = 0, at = 0; row < count; row++) {
      for (let feature = 0; feature < features; feature++, at++) {
        const value = (values[at]! - mean[feature]!) / std[feature]!;
        if (!(Math.abs(value) <= LARGEST_FLOAT32)) {
          throw new SweepError(
            'CSV_VALUE',
            `row ${firstRow + row}, column "${columns[feature]?.name}": ${values[at]} is beyond float32 once normalised`,
            { hint: 'correct the value, or name it in "missing"' },
          );
        }
        normalised[at] = value;
      }
    }
    write(new Uint8Array(normalised.buffer));
    onRows(firstRow + count);
  });
}

/** The metadata of a digest is written once: equal values from another file do not rename the first one. */
function publishText(cacheDirectory: string, path: string, text: string): void {
  if (existsSync(path)) return;
  const temporary = join(cacheDirectory, `.${randomUUID()}.json.tmp`);
  const file = openSync(temporary, 'wx');
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  chmodSync(temporary, READ_ONLY);
  renameSync(temporary, path);
}
