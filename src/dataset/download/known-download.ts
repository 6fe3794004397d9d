// A published file whose digest is known, in the cache: downloaded, unpacked, checked, and put in its place. What comes
// from there by another digest is refused unless asked for, and is then called unverified wherever it is named.
import { createHash } from 'node:crypto';
import { createWriteStream, existsSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { SweepError } from '../../errors.js';
import { makeCacheDirectory } from '../prepared/cache-directory.js';
import { hashFile } from '../prepared/hash-file.js';
import { withLineEnds } from './line-ends.js';
import { checkUrl, downloadResumed, removePart } from './resumed-download.js';

export interface FetchOptions {
  readonly cacheDirectory: string;
  readonly url?: string;
  /** Takes a file of another digest too. */
  readonly acceptUnknown?: boolean;
  readonly onProgress?: (progress: {
    readonly phase: 'download' | 'unpack' | 'check';
    readonly done: number;
    readonly total: number | null;
  }) => void;
  readonly signal?: AbortSignal;
  readonly retryDelayMs?: number;
  /** What the file is measured against. */
  readonly sha256?: string;
}

export interface FetchedFile {
  /** In the cache. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  /** false: it is not the known file, and was taken because of `acceptUnknown`. */
  readonly verified: boolean;
  /** true: it was here already, nothing was downloaded. */
  readonly fromCache: boolean;
  readonly notices: readonly string[];
}

export interface KnownFile {
  /** As in "it is not …". */
  readonly what: string;
  readonly path: string;
  readonly partPath: string;
  readonly url: string;
  readonly sha256: string;
  /** A text: copies that differ in their line ends alone are the same file. */
  readonly isText: boolean;
  /** Writes what the part holds to `path`. Throws DATASET_CHECKSUM, INTERRUPTED. */
  unpack(partPath: string, path: string): Promise<void>;
}

/**
 * Idempotent; a broken download goes on where it stopped, and a file in the cache that is not the known one is replaced.
 * Throws USAGE (the address), DOWNLOAD_FAILED, DATASET_CHECKSUM (what came is another file: it is deleted), INTERRUPTED.
 */
export async function fetchKnown(known: KnownFile, options: FetchOptions): Promise<FetchedFile> {
  const { path, partPath } = known;
  const { url = known.url, signal, acceptUnknown = false } = options;
  checkUrl(url);
  const earlier = existsSync(path) ? await check(path, known, options) : null;
  if (earlier !== null && (earlier.verified || acceptUnknown)) return { path, ...earlier, fromCache: true };
  makeCacheDirectory(dirname(path));
  await downloadResumed({
    url,
    partPath,
    signal,
    retryDelayMs: options.retryDelayMs ?? 1000,
    onProgress: (done, total) => options.onProgress?.({ phase: 'download', done, total }),
  });
  const arrived = `${path}.${process.pid}.tmp`;
  try {
    await known.unpack(partPath, arrived);
    const checked = await check(arrived, known, options);
    if (!checked.verified && !acceptUnknown) throw refusal(known, checked);
    renameSync(arrived, path);
    removePart(partPath);
    const replaced =
      earlier === null ? [] : [`${path} was not ${known.what} (its SHA-256 was ${earlier.sha256}): replaced`];
    return { path, ...checked, fromCache: false, notices: [...replaced, ...checked.notices] };
  } catch (error) {
    rmSync(arrived, { force: true });
    // A part that is another file would be one for ever: the next fetch begins anew.
    if (signal?.aborted !== true) removePart(partPath);
    throw error;
  }
}

type Checked = Omit<FetchedFile, 'path' | 'fromCache'>;

/** A text that differs from the known one in its line ends alone becomes the known one. */
async function check(path: string, known: KnownFile, options: FetchOptions): Promise<Checked> {
  const total = statSync(path).size;
  let done = 0;
  const sha256 = await hashFile(path, (bytes) => {
    if (options.signal?.aborted === true) throw new SweepError('INTERRUPTED', 'the check was interrupted');
    done += bytes.length;
    options.onProgress?.({ phase: 'check', done, total });
  });
  if (sha256 === known.sha256) return { sizeBytes: total, sha256, verified: true, notices: [] };
  const lineEnds = known.isText ? await takeLineEnds(path, known.sha256) : null;
  if (lineEnds !== null) {
    const notice = `a copy with other line ends (SHA-256 ${sha256}): with ${lineEnds} it is ${known.what}, and is kept so`;
    return { sizeBytes: statSync(path).size, sha256: known.sha256, verified: true, notices: [notice] };
  }
  const notice = `unverified: it is not ${known.what}, whose SHA-256 is ${known.sha256}; its own is ${sha256}`;
  return { sizeBytes: total, sha256, verified: false, notices: [notice] };
}

/** Rewrites the file with the line ends that give it the digest `sha256`, and names them; null when none do. */
async function takeLineEnds(path: string, sha256: string): Promise<'LF' | 'CRLF' | null> {
  for (const [name, lineEnd] of [
    ['LF', '\n'],
    ['CRLF', '\r\n'],
  ] as const) {
    const hash = createHash('sha256');
    for await (const bytes of withLineEnds(path, lineEnd)) hash.update(bytes);
    if (hash.digest('hex') !== sha256) continue;
    const turned = `${path}.${process.pid}.turned`;
    try {
      await pipeline(withLineEnds(path, lineEnd), createWriteStream(turned));
      renameSync(turned, path);
    } finally {
      rmSync(turned, { force: true });
    }
    return name;
  }
  return null;
}

function refusal(known: KnownFile, { sizeBytes, sha256 }: Checked): SweepError {
  const either = known.isText ? ', whatever its line ends' : '';
  return new SweepError(
    'DATASET_CHECKSUM',
    `what came is not ${known.what}${either}: it has ${sizeBytes} bytes and the SHA-256 ${sha256}, not ${known.sha256}`,
    {
      path: known.path,
      hint:
        'it was deleted: run the command again (a proxy may have answered with a page of its own), or take another ' +
        'copy as it is, called unverified wherever it is named: --accept-unknown',
    },
  );
}
