// What is in the cache, and what is in one prepared dataset: the content of `sweep data info`. Values only, no layout.
import { readdirSync, statSync } from 'node:fs';
import { SweepError } from '../errors.js';
import type { ForecastTask } from '../study/trial/trial.js';
import { type ColumnMetadata, type DatasetMetadata, rowWidth, type SourceFacts } from './dataset.js';
import { openDataset } from './prepared/mapped-file.js';
import { readSources, withFacts } from './prepared/prepare-index.js';
import { readPrepared, verifyPrepared } from './prepared/prepared-format.js';
import { naivePersistence } from './series/naive-persistence.js';

export interface DatasetListing {
  readonly digest: string;
  readonly path: string;
  readonly sizeBytes: number;
  /** null: the file is damaged, and `problem` says how. */
  readonly metadata: DatasetMetadata | null;
  readonly problem: string | null;
  /** Names of further sources with the same values. */
  readonly alsoFrom: readonly string[];
}

/** `std` is 0 of a column that is constant over the training rows: what it is elsewhere is not kept. */
export interface ColumnDescription extends ColumnMetadata {
  /** Over all rows, in the column's unit; of a file prepared before these were kept to float32 precision. */
  readonly min: number;
  readonly max: number;
}

export interface DatasetDescription {
  readonly metadata: DatasetMetadata;
  readonly path: string;
  readonly sizeBytes: number;
  readonly columns: readonly ColumnDescription[];
  /** Naive persistence on the validation windows; null when no task was given. */
  readonly naive: { readonly mae: number; readonly maeUnits: number; readonly windows: number } | null;
  /** Names of further sources with the same values. */
  readonly alsoFrom: readonly string[];
}

/** The prepared datasets in the cache, damaged ones included, sorted by source name, then digest. */
export function listDatasets(cacheDirectory: string): DatasetListing[] {
  const sources = readSources(cacheDirectory);
  return digestsIn(cacheDirectory)
    .map((digest) => listOne(cacheDirectory, digest, sources.get(digest) ?? []))
    .sort((a, b) => compare(nameOf(a), nameOf(b)) || compare(a.digest, b.digest));
}

/**
 * `digest` may be a unique prefix; `facts` are of the source that is meant, by default the one prepared last.
 * O(rows · columns). Throws DATASET_NOT_FOUND, DATASET_CORRUPT.
 */
export async function describeDataset(
  cacheDirectory: string,
  digest: string,
  task: Pick<ForecastTask, 'targetColumn' | 'window'> | null = null,
  facts?: SourceFacts,
): Promise<DatasetDescription> {
  const whole = completeDigest(cacheDirectory, digest);
  const sources = readSources(cacheDirectory).get(whole) ?? [];
  const { path } = await verifyPrepared(cacheDirectory, whole);
  const dataset = openDataset(cacheDirectory, whole);
  try {
    const { values } = dataset;
    const metadata = withFacts(dataset.metadata, facts ?? sources.at(-1) ?? dataset.metadata);
    const columns = metadata.columns.map((column, place) => {
      const { low, high } = rangeOf(values, place, rowWidth(metadata));
      const toUnit = (value: number): number => value * column.std + column.mean;
      // A constant column is stored with deviation 1, so that nothing is divided by 0: what it has is 0. Older files do
      // not mark it.
      const isConstant = column.held ?? (column.std === 1 && isFlat(values, place, metadata));
      return {
        ...column,
        std: isConstant ? 0 : column.std,
        min: column.min ?? toUnit(low),
        max: column.max ?? toUnit(high),
      };
    });
    let naive: DatasetDescription['naive'] = null;
    if (task !== null) {
      const { mae, absoluteErrors } = naivePersistence(
        dataset,
        { kind: 'forecast', split: metadata.split, ...task },
        'validation',
      );
      const std = metadata.columns[task.targetColumn]?.std ?? Number.NaN;
      naive = { mae, maeUnits: mae * std, windows: absoluteErrors.length };
    }
    const alsoFrom = otherNames(metadata, sources);
    return { metadata, path, sizeBytes: statSync(path).size, columns, naive, alsoFrom };
  } finally {
    dataset.close();
  }
}

/** Whether the column has one value over the training rows. */
function isFlat(values: Float32Array, column: number, metadata: DatasetMetadata): boolean {
  const { start, end } = metadata.split.train;
  const features = rowWidth(metadata);
  const { low, high } = rangeOf(values.subarray(start * features, end * features), column, features);
  return low === high;
}

function rangeOf(values: Float32Array, column: number, features: number): { low: number; high: number } {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let at = column; at < values.length; at += features) {
    const value = values[at]!;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return { low, high };
}

function otherNames(metadata: DatasetMetadata, sources: readonly SourceFacts[]): string[] {
  const names = new Set(sources.map(({ source }) => source.name));
  names.delete(metadata.source.name);
  return [...names];
}

function listOne(cacheDirectory: string, digest: string, sources: readonly SourceFacts[]): DatasetListing {
  const file = `${cacheDirectory}/${digest}.f32`;
  try {
    const { path, metadata: written } = readPrepared(cacheDirectory, digest);
    const metadata = withFacts(written, sources.at(-1) ?? written);
    const alsoFrom = otherNames(metadata, sources);
    return { digest, path, sizeBytes: statSync(path).size, metadata, problem: null, alsoFrom };
  } catch (error) {
    if (!(error instanceof SweepError)) throw error;
    const sizeBytes = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    return { digest, path: file, sizeBytes, metadata: null, problem: error.message, alsoFrom: [] };
  }
}

function completeDigest(cacheDirectory: string, prefix: string): string {
  const found = digestsIn(cacheDirectory).filter((digest) => digest.startsWith(prefix));
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  const what = found.length === 0 ? 'no prepared dataset begins' : `${found.length} prepared datasets begin`;
  throw new SweepError('DATASET_NOT_FOUND', `${what} with "${prefix.slice(0, 80)}" in ${cacheDirectory}`, {
    hint: '"sweep data info" lists them',
  });
}

function digestsIn(cacheDirectory: string): string[] {
  let names: string[];
  try {
    names = readdirSync(cacheDirectory);
  } catch (error) {
    // No cache directory yet: nothing is prepared.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  return names.flatMap((name) => /^([0-9a-f]{64})\.f32$/.exec(name)?.[1] ?? []);
}

function nameOf(listing: DatasetListing): string {
  return listing.metadata?.source.name ?? '';
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
