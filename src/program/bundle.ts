// Files as one run of bytes: a line of JSON (paths, sizes, and what their owner adds), then their contents one after the other.
// The same files give the same bytes, so that the digest of a bundle says whether a file of it has changed.
import { SweepError } from '../errors.js';

export interface BundledFile {
  /** Relative, with slashes. */
  readonly path: string;
  readonly isExecutable: boolean;
  readonly bytes: Uint8Array;
}

export interface Bundle {
  readonly files: readonly BundledFile[];
  /** What its owner keeps beside the files; null: nothing. */
  readonly meta: unknown;
}

const VERSION = 1;
const NEWLINE = 10;

/** In the order of their paths. */
export function encodeBundle(files: readonly BundledFile[], meta: unknown = null): Uint8Array {
  const sorted = [...files].sort((left, right) => (left.path < right.path ? -1 : 1));
  const header = {
    v: VERSION,
    files: sorted.map(({ path, isExecutable, bytes }) => [path, bytes.length, isExecutable ? 1 : 0]),
    meta,
  };
  const line = new TextEncoder().encode(`${JSON.stringify(header)}\n`);
  const whole = new Uint8Array(sorted.reduce((size, { bytes }) => size + bytes.length, line.length));
  whole.set(line);
  let at = line.length;
  for (const { bytes } of sorted) {
    whole.set(bytes, at);
    at += bytes.length;
  }
  return whole;
}

/** The contents are views of `whole`. Throws BLOB_CORRUPT for anything that `encodeBundle` does not write. */
export function decodeBundle(whole: Uint8Array): Bundle {
  const end = whole.indexOf(NEWLINE);
  const { files, meta } = readHeader(whole.subarray(0, Math.max(0, end)));
  let at = end + 1;
  const found = files.map(([path, sizeBytes, executable]): BundledFile => {
    const bytes = whole.subarray(at, at + sizeBytes);
    at += sizeBytes;
    return { path, isExecutable: executable === 1, bytes };
  });
  if (at !== whole.length) throw corrupt(`it has ${whole.length} bytes, its files take ${at}`);
  return { files: found, meta };
}

type FileEntry = readonly [path: string, sizeBytes: number, executable: number];

function readHeader(line: Uint8Array): { readonly files: readonly FileEntry[]; readonly meta: unknown } {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(line));
  } catch {
    throw corrupt('it does not begin with a line of JSON');
  }
  const { v, files, meta = null } = (header ?? {}) as { v?: unknown; files?: unknown; meta?: unknown };
  if (v !== VERSION) throw corrupt(`its version is ${JSON.stringify(v)}, this program reads ${VERSION}`);
  if (!Array.isArray(files)) throw corrupt('it has no list of files');
  for (const entry of files as unknown[])
    if (!isFileEntry(entry)) throw corrupt(`it has no file as ${JSON.stringify(entry)?.slice(0, 200)}`);
  return { files: files as FileEntry[], meta };
}

function isFileEntry(entry: unknown): entry is FileEntry {
  if (!Array.isArray(entry)) return false;
  const [path, sizeBytes] = entry as unknown[];
  return (
    typeof path === 'string' && isInside(path) && Number.isSafeInteger(sizeBytes) && Number(sizeBytes) >= 0
  );
}

/** A path that leads nowhere but below the folder it is put into. */
export function isInside(path: string): boolean {
  const parts = path.split('/');
  return !/[\0\\]/.test(path) && parts.every((part) => part !== '' && part !== '.' && part !== '..');
}

function corrupt(what: string): SweepError {
  return new SweepError('BLOB_CORRUPT', `a bundle of files cannot be read: ${what}`);
}
