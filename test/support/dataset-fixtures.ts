// CSV files and prepared datasets for tests of the dataset room and of the rooms above it.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type PreparedDataset, prepareDataset } from '../../src/dataset/prepare.js';
import type { CsvSource, DatasetSpec, SplitSpec } from '../../src/study/dataset-source.js';

export function csvSource(path: string, options: Partial<CsvSource> = {}): CsvSource {
  return { type: 'csv', path, time: null, missing: [-9999], onMissing: 'error', columns: null, ...options };
}

export const HALF_AND_QUARTERS: SplitSpec = { type: 'fractions', train: 0.5, validation: 0.25, test: 0.25 };

/** Splits the rows one after another; each range is [start, end). */
export function rowSplit(train: number, validation: number, test: number): SplitSpec {
  return {
    type: 'rows',
    train: { start: 0, end: train },
    validation: { start: train, end: train + validation },
    test: { start: train + validation, end: train + validation + test },
  };
}

/** `rows × features` values that tell row and column: column c of row r is r + c / 100. */
export function countingCsv(rows: number, features: number): string {
  const names = Array.from({ length: features }, (_, column) => `c${column} (u)`);
  const lines = Array.from({ length: rows }, (_, row) =>
    names.map((_, column) => `${row}.${String(column).padStart(2, '0')}`).join(','),
  );
  return `${[names.join(','), ...lines].join('\n')}\n`;
}

/** Writes the text as a CSV file into `directory` and prepares it, its cache in the same directory. */
export async function prepareText(
  directory: string,
  text: string | Buffer,
  options: { csv?: Partial<CsvSource>; split?: SplitSpec; target?: string } = {},
): Promise<PreparedDataset> {
  const path = join(directory, 'data.csv');
  writeFileSync(path, text);
  const spec: DatasetSpec = {
    sources: [csvSource(path, options.csv)],
    target: options.target ?? 'c0 (u)',
    split: options.split ?? HALF_AND_QUARTERS,
  };
  return prepareDataset(spec, { cacheDirectory: join(directory, 'cache') });
}

/** The directory of real series, or null: tests that need it skip, and say so. */
export function realDataDirectory(): string | null {
  return process.env.SWEEP_TEST_DATA ?? null;
}
