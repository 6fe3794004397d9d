// The files that a table of a series stands for: one, those of a folder or a pattern, or for SQL the tables beside the sweep file.
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { CsvSource } from '../../study/dataset-source.js';
import { missingFile } from './missing-file.js';
import { whereToGet } from './published-series.js';
import { isFolder, isPattern, tableFiles, tablesIn } from './table/table-files.js';

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

/** Files by which it is known whether the table changed; of SQL all tables of its folder. */
export function seriesFiles(source: CsvSource): string[] {
  if (missingTable(source) !== null) return source.sql === undefined ? [source.path] : [];
  return source.sql === undefined ? tableFiles(source.path) : tablesIn(source.path);
}
