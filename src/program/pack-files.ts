// Reads the files that a program needs, or all of a folder, for a bundle. Links are followed to files, never to folders.
import { readdirSync, readFileSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { SweepError } from '../errors.js';
import { type BundledFile, isInside } from './bundle.js';

/** Of all files together: what is carried to every worker. */
const MOST_BYTES = 256 * 2 ** 20;
/** Where a wildcard does not look: what tools leave behind. A pattern that names one of them does. */
const LEFT_OUT: readonly string[] = ['.git', '.sweep', 'node_modules', '__pycache__'];

const NO_FILE: ReadonlySet<unknown> = new Set(['ELOOP', 'ENOTDIR', 'ENAMETOOLONG', 'ERR_INVALID_ARG_VALUE']);

/** What is thrown at this size, or null. */
type Refuse = (sizeBytes: number) => SweepError | null;

/**
 * The files below `folder` that a pattern names: a path, a folder (all in it), or a path with `*`, `**` and `?`.
 * Throws SPEC_INVALID with the place of the pattern that is wrong or names nothing.
 */
export function packFiles(folder: string, patterns: readonly string[], place: string): BundledFile[] {
  const found = patterns.flatMap((pattern, index) => findFiles(folder, pattern, `${place}[${index}]`));
  return readFiles(folder, [...new Set(found)], (sizeBytes) =>
    sizeBytes <= MOST_BYTES
      ? null
      : new SweepError('SPEC_INVALID', `${place} names more than ${MOST_BYTES / 2 ** 20} MiB of files`, {
          path: place,
          hint: 'name the program alone; data that all trials read belong on the workers',
        }),
  );
}

/** All files of a folder. */
export function packFolder(folder: string, refuse: Refuse): BundledFile[] {
  return readFiles(folder, walk(folder, ''), refuse);
}

/** Paths, sizes and times of a folder's files: the same while nobody writes there. */
export function fingerprint(folder: string): string {
  return walk(folder, '')
    .map((path) => {
      const found = statSync(join(folder, path), { bigint: true, throwIfNoEntry: false });
      return `${path}\0${found?.size}\0${found?.mtimeNs}`;
    })
    .sort()
    .join('\n');
}

function readFiles(folder: string, paths: readonly string[], refuse: Refuse): BundledFile[] {
  let sizeBytes = 0;
  return paths.map((path) => {
    const { size, mode } = statSync(join(folder, path));
    sizeBytes += size;
    const refusal = refuse(sizeBytes);
    if (refusal !== null) throw refusal;
    return { path, isExecutable: (mode & 0o100) !== 0, bytes: readFileSync(join(folder, path)) };
  });
}

function findFiles(folder: string, pattern: string, place: string): string[] {
  const path = pattern.replace(/^\.\//, '').replace(/\/$/, '');
  if (!isInside(path)) throw bad(place, pattern, 'must lead to files below the folder of the sweep file');
  const parts = path.split('/');
  const wild = parts.findIndex((part) => /[*?]/.test(part));
  const base = (wild < 0 ? parts : parts.slice(0, wild)).join('/');
  const found = statOf(join(folder, base));
  if (found === undefined) throw bad(place, pattern, 'names nothing that is there');
  if (wild < 0 && found.isFile()) return [path];
  const leftOut = LEFT_OUT.filter((name) => !parts.includes(name));
  const all = found.isDirectory() ? walk(folder, base, leftOut) : [];
  const pattern_ = globOf(path);
  const matching = wild < 0 ? all : all.filter((file) => pattern_.test(file));
  if (matching.length === 0) throw bad(place, pattern, 'names no file');
  return matching;
}

function walk(folder: string, from: string, leftOut: readonly string[] = []): string[] {
  return readdirSync(join(folder, from), { withFileTypes: true }).flatMap((entry) => {
    const path = from === '' ? entry.name : `${from}/${entry.name}`;
    if (entry.isDirectory()) return leftOut.includes(entry.name) ? [] : walk(folder, path, leftOut);
    if (entry.isFile()) return [path];
    return entry.isSymbolicLink() && statOf(join(folder, path))?.isFile() === true ? [path] : [];
  });
}

/** `**` is any number of folders, `*` and `?` stay within a name. */
function globOf(pattern: string): RegExp {
  const text = pattern.replace(/\*\*\/|\*\*|\*|\?|[.+^${}()|[\]\\]/g, (found) => {
    if (found === '**/') return '(?:.*/)?';
    if (found === '**') return '.*';
    if (found === '*') return '[^/]*';
    return found === '?' ? '[^/]' : `\\${found}`;
  });
  return new RegExp(`^${text}$`);
}

/** undefined: there is nothing that could be read; a link that leads to itself, a name that no file can have. */
export function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
    if (NO_FILE.has(code)) return undefined;
    throw thrown;
  }
}

function bad(place: string, pattern: string, rule: string): SweepError {
  return new SweepError('SPEC_INVALID', `${place} ${rule}: ${JSON.stringify(pattern)}`, {
    path: place,
    hint: 'paths are relative to the sweep file: "train.py", "src/**", "*.json"',
  });
}
