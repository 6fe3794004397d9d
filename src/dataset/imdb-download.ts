// `sweep data fetch imdb`: downloads Keras' archive of the IMDB reviews, checks its digest, and puts it into the cache,
// where review-source.ts looks for it. Uses the network only when asked.
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { SweepError } from '../errors.js';
import { IMDB_SHA256, IMDB_URL, imdbPath } from './imdb-reviews.js';
import { downloadResumed, removePart } from './resumed-download.js';

export interface FetchImdbOptions {
  readonly cacheDirectory: string;
  readonly url?: string;
  readonly onProgress?: (progress: {
    readonly phase: 'download' | 'check';
    readonly done: number;
    readonly total: number | null;
  }) => void;
  readonly signal?: AbortSignal;
  readonly retryDelayMs?: number;
  /** What the archive is measured against. */
  readonly sha256?: string;
}

export interface FetchedImdb {
  /** The archive in the cache. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  /** true: it was here already, nothing was downloaded. */
  readonly fromCache: boolean;
  readonly notices: readonly string[];
}

/**
 * Idempotent; a broken download goes on where it stopped. Throws DOWNLOAD_FAILED, DATASET_CHECKSUM (what came is another
 * file: it is deleted), INTERRUPTED.
 */
export async function fetchImdb(options: FetchImdbOptions): Promise<FetchedImdb> {
  const { cacheDirectory, url = IMDB_URL, sha256 = IMDB_SHA256 } = options;
  const path = imdbPath(cacheDirectory);
  if (existsSync(path)) return { ...(await checkArchive(path, sha256, options)), path, fromCache: true };
  mkdirSync(dirname(path), { recursive: true });
  const partPath = `${path}.part`;
  await downloadResumed({
    url,
    partPath,
    signal: options.signal,
    retryDelayMs: options.retryDelayMs ?? 1000,
    onProgress: (done, total) => options.onProgress?.({ phase: 'download', done, total }),
  });
  try {
    const checked = await checkArchive(partPath, sha256, options);
    renameSync(partPath, path);
    removePart(partPath);
    return { ...checked, path, fromCache: false };
  } catch (error) {
    // It would fail for ever: the next fetch begins anew.
    if (options.signal?.aborted !== true) removePart(partPath);
    throw error;
  }
}

async function checkArchive(
  path: string,
  expected: string,
  { onProgress, signal }: FetchImdbOptions,
): Promise<Pick<FetchedImdb, 'sizeBytes' | 'sha256' | 'notices'>> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    if (signal?.aborted === true)
      throw new SweepError('INTERRUPTED', 'the check of the archive was interrupted');
    hash.update(chunk as Buffer);
    sizeBytes += (chunk as Buffer).length;
    onProgress?.({ phase: 'check', done: sizeBytes, total: null });
  }
  const sha256 = hash.digest('hex');
  if (sha256 === expected) return { sizeBytes, sha256, notices: [] };
  throw new SweepError(
    'DATASET_CHECKSUM',
    `${path} is not Keras’ archive of the IMDB reviews: its SHA-256 is ${sha256}, not ${expected}`,
    {
      path,
      hint: 'run the command again (a proxy may have answered with a page of its own); an archive of your own is named with {"npz": "file"}',
    },
  );
}
