// Puts a prepared dataset that came from elsewhere into the cache, and reads one out of it for others. Both files are
// checked before they get their names; the values may be there already.
import { createHash, randomUUID } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { asSweepError } from '../errors.js';
import { corrupt, metadataPath, preparedPath, readPrepared } from './prepared-format.js';

const READ_ONLY = 0o444;

export interface PreparedBytes {
  /** The `.f32` file: its SHA-256 is the dataset's digest. */
  readonly values: Uint8Array;
  /** The `.json` file. */
  readonly metadata: Uint8Array;
}

/** True when the dataset can be opened here. A damaged one is taken for missing, so that it is fetched again. */
export function hasPrepared(cacheDirectory: string, digest: string): boolean {
  try {
    readPrepared(cacheDirectory, digest);
    return true;
  } catch (thrown) {
    const { code } = asSweepError(thrown);
    if (code === 'DATASET_NOT_FOUND' || code === 'DATASET_CORRUPT') return false;
    throw thrown;
  }
}

/** Throws DATASET_NOT_FOUND, DATASET_CORRUPT. */
export function readPreparedBytes(cacheDirectory: string, digest: string): PreparedBytes {
  const { path } = readPrepared(cacheDirectory, digest);
  return { values: readFileSync(path), metadata: readFileSync(metadataPath(cacheDirectory, digest)) };
}

/** Any number of processes may install the same dataset at once. Throws DATASET_CORRUPT; the cache then stays as it was. */
export function installPrepared(cacheDirectory: string, digest: string, bytes: PreparedBytes): void {
  const path = preparedPath(cacheDirectory, digest);
  const found = createHash('sha256').update(bytes.values).digest('hex');
  if (found !== digest) throw corrupt(path, `what was fetched has the digest ${found}`);
  mkdirSync(cacheDirectory, { recursive: true });
  // The metadata first: whoever sees the values finds their description.
  publish(metadataPath(cacheDirectory, digest), bytes.metadata);
  publish(path, bytes.values);
  readPrepared(cacheDirectory, digest);
}

/** Replaces what is there: it is the same, or it was damaged. */
function publish(path: string, bytes: Uint8Array): void {
  const temporary = join(dirname(path), `.${randomUUID()}.fetch.tmp`);
  const file = openSync(temporary, 'wx');
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    fsyncSync(file);
  } catch (thrown) {
    rmSync(temporary, { force: true });
    throw thrown;
  } finally {
    closeSync(file);
  }
  chmodSync(temporary, READ_ONLY);
  renameSync(temporary, path);
}
