// The files that a source names: one, all of a folder, or those that match a pattern; and what kind of table each is by its name.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { SweepError } from '../../../errors.js';

export type TableFormat = 'text' | 'parquet' | 'json';

const TABLE_NAME = /\.(?:csv|tsv|tab|txt|dat|parquet|jsonl|ndjson)(?:\.(?:gz|zst))?$/i;

/** Endings that are no part of a table's name. */
export const TABLE_ENDINGS = /(?:\.(?:csv|tsv|tab|txt|dat|parquet|jsonl|ndjson|json))?(?:\.(?:gz|zst))?$/i;

export function formatOf(path: string): TableFormat {
  const name = path.toLowerCase().replace(/\.(?:gz|zst)$/, '');
  if (name.endsWith('.parquet')) return 'parquet';
  return /\.(?:jsonl|ndjson|json)$/.test(name) ? 'json' : 'text';
}

/** Sorted by name. Throws DATASET_NOT_FOUND when a folder or a pattern holds no table, or tables of several kinds. */
export function tableFiles(path: string): string[] {
  const files = namedFiles(path);
  if (files.length === 0)
    throw new SweepError('DATASET_NOT_FOUND', `${path} holds no table`, {
      path,
      hint: 'tables end with .csv, .tsv, .txt, .parquet, .jsonl, or one of these and .gz or .zst; of others name a pattern, such as "data/*.json"',
    });
  const other = files.find((file) => formatOf(file) !== formatOf(files[0]!));
  if (other !== undefined)
    throw new SweepError(
      'DATASET_NOT_FOUND',
      `${path} holds tables of several kinds: ${files[0]} and ${other}`,
      {
        path,
        hint: 'name those of one kind by a pattern, such as "data/*.csv"',
      },
    );
  return files;
}

/** Whether it names files by a pattern: only where no file is called so. */
export function isPattern(path: string): boolean {
  return /[*?]/.test(basename(path)) && !existsSync(path);
}

function namedFiles(path: string): string[] {
  if (isPattern(path)) {
    const pattern = new RegExp(
      `^${basename(path)
        .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
        .replaceAll('*', '.*')
        .replaceAll('?', '.')}$`,
    );
    return filesIn(dirname(path)).filter((file) => pattern.test(basename(file)));
  }
  return isFolder(path) ? tablesIn(path) : [path];
}

/** Tables of any kind in a folder, sorted by name. */
export function tablesIn(folder: string): string[] {
  return filesIn(folder).filter((file) => TABLE_NAME.test(file));
}

/** A path below a file is none. */
export function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}

function filesIn(folder: string): string[] {
  if (!isFolder(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !entry.name.startsWith('.') && !entry.isDirectory())
    .map(({ name }) => name)
    .sort(byNumberedName)
    .map((name) => join(folder, name));
}

/** As names of any kind are sorted, but that `part-2` comes before `part-10`. */
export function byNumberedName(left: string, right: string): number {
  const parts = (name: string): string[] => name.split(/(\d+)/);
  const [ours, theirs] = [parts(left), parts(right)];
  for (const [place, part] of ours.entries()) {
    const other = theirs[place];
    if (other === undefined) return 1;
    const isNumber = place % 2 === 1;
    const difference = isNumber ? Number(part) - Number(other) : 0;
    if (difference !== 0) return difference;
    if (!isNumber && part !== other) return part < other ? -1 : 1;
  }
  if (ours.length < theirs.length) return -1;
  return left < right ? -1 : Number(left > right);
}
