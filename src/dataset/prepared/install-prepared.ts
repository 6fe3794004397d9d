// Puts a prepared dataset that came from elsewhere into the cache, and reads one out of it for others. Both files are
// checked before they get their names; the values may be there already.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { asSweepError, SweepError } from '../../errors.js';
import { makeCacheDirectory } from './cache-directory.js';
import { corrupt, metadataPath, preparedPath, readPrepared, verifyPrepared } from './prepared-format.js';
import { publishFile } from './publish-file.js';

export interface PreparedBytes {
  /** The `.f32` file: its SHA-256 is the dataset's digest. */
  readonly values: Uint8Array;
  /** The `.json` file. */
  readonly metadata: Uint8Array;
}

/** True when the dataset is here, whole. A damaged one is taken for missing, so that it is fetched again. */
async function hasPrepared(cacheDirectory: string, digest: string): Promise<boolean> {
  try {
    await verifyPrepared(cacheDirectory, digest);
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
  const values = readFileSync(path);
  checkContents(values, digest, path, 'its contents have');
  return { values, metadata: readFileSync(metadataPath(cacheDirectory, digest)) };
}

function checkContents(values: Uint8Array, digest: string, path: string, subject: string): void {
  const found = createHash('sha256').update(values).digest('hex');
  if (found !== digest) throw corrupt(path, `${subject} the digest ${found}`);
}

/**
 * Brings the dataset into the cache if it is not there; `get` fetches a blob by its digest. Returns the bytes of the values
 * that were fetched, 0 when it was there. Throws BLOB_NOT_FOUND, DATASET_CORRUPT, and what `get` throws.
 */
export async function fetchPrepared(
  cacheDirectory: string,
  digest: string,
  metadataBlob: string | undefined,
  get: (blob: string) => Promise<Uint8Array>,
): Promise<number> {
  if (await hasPrepared(cacheDirectory, digest)) return 0;
  if (metadataBlob === undefined) {
    throw new SweepError('BLOB_NOT_FOUND', `the dataset ${digest} is not here and was not sent along`, {
      hint: 'the coordinator stores datasets when it runs with --nats: run "sweep resume STUDY"',
    });
  }
  const metadata = await get(metadataBlob);
  const values = await get(digest);
  await installPrepared(cacheDirectory, digest, { values, metadata });
  return values.byteLength;
}

/** Replaces what is there: it is the same, or it was damaged. Values of another digest change nothing. */
async function installPrepared(
  cacheDirectory: string,
  digest: string,
  { values, metadata }: PreparedBytes,
): Promise<void> {
  const path = preparedPath(cacheDirectory, digest);
  checkContents(values, digest, path, 'what was fetched has');
  makeCacheDirectory(cacheDirectory);
  const install = (bytes: Uint8Array, at: string): Promise<void> =>
    publishFile(cacheDirectory, (put) => {
      put(bytes);
      return at;
    });
  // The metadata first: whoever sees the values finds their description.
  await install(metadata, metadataPath(cacheDirectory, digest));
  await install(values, path);
  readPrepared(cacheDirectory, digest);
}
