// Downloads one file over HTTP into a `.part` file that a broken connection, or a later start, goes on from.
// Owns ranges, retries and progress; what the bytes are is the caller's business.
import { once } from 'node:events';
import { createWriteStream, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { SweepError } from '../../errors.js';

/** Attempts in a row that brought no further byte before the download fails. */
const FRUITLESS_ATTEMPTS = 4;
/** A connection that is silent for this long is given up and begun anew. */
const SILENCE_MS = 30_000;

export interface DownloadOptions {
  readonly url: string;
  readonly partPath: string;
  readonly onProgress: (done: number, total: number | null) => void;
  readonly signal: AbortSignal | undefined;
  /** Pause before another attempt. */
  readonly retryDelayMs: number;
}

/** Throws USAGE for what no download can come from. */
export function checkUrl(url: string): void {
  const protocol = URL.canParse(url) ? new URL(url).protocol : null;
  if (protocol === 'http:' || protocol === 'https:') return;
  throw new SweepError('USAGE', `${JSON.stringify(url)} is no address to download from`, {
    hint: 'it must begin with http:// or https://; a file that is here already is named as "source" in the sweep file',
  });
}

/** Returns when `partPath` holds the whole file. Throws DOWNLOAD_FAILED (the part stays), INTERRUPTED. */
export async function downloadResumed(options: DownloadOptions): Promise<void> {
  let fruitless = 0;
  for (;;) {
    const before = sizeOf(options.partPath);
    try {
      await downloadRest(options, before);
      return;
    } catch (error) {
      if (options.signal?.aborted === true) {
        throw new SweepError('INTERRUPTED', 'the download was interrupted', {
          hint: 'the same command goes on where it stopped',
          cause: error,
        });
      }
      const isFinal = error instanceof SweepError && error.code === 'DOWNLOAD_FAILED';
      fruitless = sizeOf(options.partPath) > before ? 0 : fruitless + 1;
      if (isFinal || fruitless >= FRUITLESS_ATTEMPTS) throw failed(options.url, error);
    }
    await delay(
      options.retryDelayMs,
      undefined,
      options.signal === undefined ? {} : { signal: options.signal },
    ).catch(
      // An abort ends the pause: the next attempt sees it.
      () => {},
    );
  }
}

/** One attempt, from byte `start`. Throws whatever broke it. */
async function downloadRest(options: DownloadOptions, start: number): Promise<void> {
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(new Error(`no byte for ${SILENCE_MS / 1000} s`)), SILENCE_MS);
  const signal =
    options.signal === undefined ? silence.signal : AbortSignal.any([options.signal, silence.signal]);
  try {
    const tag = start > 0 ? readTag(options.partPath) : null;
    const resumes = tag !== null;
    const response = await fetch(options.url, {
      signal,
      // Without If-Range the rest of another version could be glued to the beginning of this one.
      headers: resumes ? { range: `bytes=${start}-`, 'if-range': tag } : {},
    });
    if (response.status === 416) {
      // The part is as long as the file, or longer: what is there decides, once it is unpacked.
      const total = Number(/\/(\d+)$/.exec(response.headers.get('content-range') ?? '')?.[1] ?? Number.NaN);
      await response.body?.cancel();
      if (total === start) return;
      rmSync(options.partPath, { force: true });
      throw new Error('the part on disk does not fit the file on the server');
    }
    if (!response.ok || response.body === null) {
      await response.body?.cancel();
      throw statusError(options.url, response.status);
    }
    const isRest = response.status === 206 && rangeStart(response) === start;
    let done = isRest ? start : 0;
    const length = Number(response.headers.get('content-length') ?? Number.NaN);
    const total = Number.isNaN(length) ? null : done + length;
    writeTag(options.partPath, response.headers.get('etag') ?? response.headers.get('last-modified'));
    const counted = async function* (chunks: AsyncIterable<Uint8Array>) {
      for await (const chunk of chunks) {
        timer.refresh();
        done += chunk.length;
        options.onProgress(done, total);
        yield chunk;
      }
    };
    const file = createWriteStream(options.partPath, { flags: isRest ? 'a' : 'w' });
    try {
      await pipeline(response.body, counted, file);
    } finally {
      // A write still under way would move the end of the file after the next attempt has read it.
      if (!file.closed) await once(file, 'close');
    }
    if (total !== null && done !== total)
      throw new Error(`the connection ended after ${done} of ${total} bytes`);
  } finally {
    clearTimeout(timer);
  }
}

function rangeStart(response: Response): number {
  return Number(/^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '')?.[1] ?? Number.NaN);
}

/** Retrying helps against a busy server, not against a wrong address. */
function statusError(url: string, status: number): Error {
  if (status >= 500 || status === 408 || status === 429) return new Error(`the server answered ${status}`);
  return new SweepError('DOWNLOAD_FAILED', `${url} answered with status ${status}`);
}

function failed(url: string, cause: unknown): SweepError {
  const inner = (cause as { cause?: unknown }).cause;
  const reason =
    inner instanceof Error && !(cause instanceof SweepError) ? inner.message : (cause as Error).message;
  return new SweepError('DOWNLOAD_FAILED', `${url} cannot be downloaded: ${reason}`, {
    hint:
      'the same command goes on where it stopped. Offline: fetch the file on another machine and name the CSV as ' +
      '"source" in the sweep file, or use the stand-in "jena-synthetic"',
    cause,
  });
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** What the server calls this version of the file: kept beside the part, for If-Range. */
function tagPath(partPath: string): string {
  return `${partPath}.tag`;
}

function readTag(partPath: string): string | null {
  try {
    return readFileSync(tagPath(partPath), 'utf8');
  } catch {
    // No tag, no resuming: the download begins anew.
    return null;
  }
}

function writeTag(partPath: string, tag: string | null): void {
  if (tag === null || tag.startsWith('W/')) rmSync(tagPath(partPath), { force: true });
  else writeFileSync(tagPath(partPath), tag);
}

export function removePart(partPath: string): void {
  rmSync(partPath, { force: true });
  rmSync(tagPath(partPath), { force: true });
}
