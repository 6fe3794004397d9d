// Remembers which prepared dataset a source led to, so that the second start takes milliseconds, and what the source says
// of itself: files that differ in their times alone lead to the same dataset. One small file a key, written whole and
// renamed: any number of processes may prepare at once, and a lost entry costs time only.
import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Notice } from '../../wording/fault-words.js';
import type { DatasetMetadata, SourceFacts } from '../dataset.js';
import { makeCacheDirectory } from './cache-directory.js';

export interface IndexEntry extends SourceFacts {
  readonly digest: string;
  /** What was said while reading: a cached dataset says it again. */
  readonly notices: readonly Notice[];
}

/** The metadata of a prepared file, which may be of another source with the same values, as `facts` would have it. */
export function withFacts(metadata: DatasetMetadata, facts: SourceFacts): DatasetMetadata {
  const { source, time, missing, found } = facts;
  return { ...metadata, source, time, missing, ...(found === undefined ? {} : { found }) };
}

/** `parts`: everything that the prepared bytes depend on, as JSON. */
export function indexKey(parts: unknown): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

export function readIndex(cacheDirectory: string, key: string): IndexEntry | null {
  return readEntry(indexPath(cacheDirectory, key));
}

/** By digest the sources that led to it, the one prepared last at the end. */
export function readSources(cacheDirectory: string): ReadonlyMap<string, readonly SourceFacts[]> {
  const directory = join(cacheDirectory, 'index');
  let names: string[];
  try {
    names = readdirSync(directory);
  } catch {
    // Nothing was prepared here yet.
    return new Map();
  }
  const entries = names
    .filter((name) => name.endsWith('.json'))
    .map((name) => ({
      entry: readEntry(join(directory, name)),
      writtenMs: statSync(join(directory, name), { throwIfNoEntry: false })?.mtimeMs ?? 0,
    }))
    .sort((left, right) => left.writtenMs - right.writtenMs);
  const sources = new Map<string, SourceFacts[]>();
  for (const { entry } of entries) {
    if (entry !== null) sources.set(entry.digest, [...(sources.get(entry.digest) ?? []), entry]);
  }
  return sources;
}

function readEntry(path: string): IndexEntry | null {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    // Not there, or not readable: prepared anew, which also writes it anew.
    return null;
  }
  try {
    const entry = JSON.parse(text) as Partial<IndexEntry>;
    const isWhole =
      typeof entry.digest === 'string' &&
      typeof entry.source?.name === 'string' &&
      typeof entry.missing?.policy === 'string' &&
      entry.time !== undefined &&
      Array.isArray(entry.notices);
    return isWhole ? (entry as IndexEntry) : null;
  } catch {
    // Cut off by a full disk: the same.
    return null;
  }
}

export function writeIndex(cacheDirectory: string, key: string, entry: IndexEntry): void {
  const path = indexPath(cacheDirectory, key);
  makeCacheDirectory(join(cacheDirectory, 'index'));
  const temporary = `${path}.${randomUUID()}.tmp`;
  writeFileSync(temporary, `${JSON.stringify(entry)}\n`);
  renameSync(temporary, path);
}

function indexPath(cacheDirectory: string, key: string): string {
  return join(cacheDirectory, 'index', `${key}.json`);
}
