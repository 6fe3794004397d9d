// The files that a table of a series stands for: one, those of a folder or a pattern, or for SQL those that it reads.
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { CsvSource } from '../../study/dataset-source.js';
import { missingFile } from './missing-file.js';
import { whereToGet } from './published-series.js';
import { filesOfSelect } from './table/read-only-sql.js';
import { isFolder, isPattern, tableFiles } from './table/table-files.js';

/** Why the table cannot be had, as a sentence; null when it can. */
export function missingTable({ path, sql }: CsvSource): string | null {
  if (sql !== undefined || isPattern(path)) {
    const folder = sql === undefined ? dirname(path) : path;
    return existsSync(folder) ? null : `there is no folder ${folder}`;
  }
  const reason = isFolder(path) ? null : missingFile(path);
  const source = reason === null ? null : whereToGet(path);
  return source === null ? reason : `${reason}: ${source}`;
}

/**
 * Files by which it is known whether the table changed, in the order in which they are read. Throws what reading SQL throws, of
 * which the files are not known.
 */
export async function seriesFiles(source: CsvSource): Promise<readonly string[]> {
  const { path, sql } = source;
  if (missingTable(source) !== null) return sql === undefined ? [path] : [];
  return sql === undefined ? tableFiles(path) : filesOfSelect(sql, path);
}
