// Remembers which prepared dataset a source led to, so that the second start takes milliseconds. One small file a key,
// written whole and renamed: any number of processes may prepare at once, and a lost entry costs time only.
import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface IndexEntry {
  readonly digest: string;
  /** Where these values came from: a dataset with the same values may have been prepared from another file first. */
  readonly source: { readonly name: string; readonly synthetic: boolean; readonly digest: string };
  /** What was said while reading: a cached dataset says it again. */
  readonly notices: readonly string[];
}

/** `parts`: everything that the prepared bytes depend on, as JSON. */
export function indexKey(parts: unknown): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

export function readIndex(cacheDirectory: string, key: string): IndexEntry | null {
  let text: string;
  try {
    text = readFileSync(indexPath(cacheDirectory, key), 'utf8');
  } catch {
    // Not there, or not readable: prepared anew, which also writes it anew.
    return null;
  }
  try {
    const entry = JSON.parse(text) as Partial<IndexEntry>;
    const isWhole =
      typeof entry.digest === 'string' &&
      typeof entry.source?.name === 'string' &&
      Array.isArray(entry.notices);
    return isWhole ? (entry as IndexEntry) : null;
  } catch {
    // Cut off by a full disk: the same.
    return null;
  }
}

export function writeIndex(cacheDirectory: string, key: string, entry: IndexEntry): void {
  const path = indexPath(cacheDirectory, key);
  mkdirSync(join(cacheDirectory, 'index'), { recursive: true });
  const temporary = `${path}.${randomUUID()}.tmp`;
  writeFileSync(temporary, `${JSON.stringify(entry)}\n`);
  renameSync(temporary, path);
}

function indexPath(cacheDirectory: string, key: string): string {
  return join(cacheDirectory, 'index', `${key}.json`);
}
