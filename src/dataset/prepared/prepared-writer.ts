// Writes a prepared dataset: its values behind their header (of a series, normalised float32 rows), then the metadata.
// Two processes that write the same dataset write the same bytes.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import type { RowRange, SplitName } from '../../study/trial/trial.js';
import { faultError } from '../../wording/fault-words.js';
import { type ColumnMetadata, type DatasetMetadata, type OneSeries, rowWidth } from '../dataset.js';
import type { RowStore } from '../series/row-store.js';
import type { Turn } from '../turns.js';
import { encodeHeader, layoutDigest, metadataPath, preparedPath } from './prepared-format.js';
import { publishFile } from './publish-file.js';

const LARGEST_FLOAT32 = 3.4028234663852886e38;

/** A series. Returns the metadata with its digest. Throws CSV_VALUE when a normalised value does not fit a float32. */
export async function writePrepared(
  cacheDirectory: string,
  store: RowStore,
  description: Omit<DatasetMetadata, 'digest'>,
  placeOf: (row: number) => string,
  onRows: (done: number) => void,
  turn: Turn,
  /** The class of each label as the store has it, in its last column. */
  classOf: (label: number) => number = (label) => label,
): Promise<DatasetMetadata> {
  const shape = { rows: description.rows, features: rowWidth(description) };
  return publishPrepared(cacheDirectory, description, shape, (write) =>
    writeValues(store, description, placeOf, write, onRows, turn, classOf),
  );
}

/** Puts the header before what `writeBody` writes, and both files in their places. Returns the metadata with its digest. */
export async function publishPrepared(
  cacheDirectory: string,
  description: Omit<DatasetMetadata, 'digest'>,
  shape: { readonly rows: number; readonly features: number },
  writeBody: (write: (bytes: Uint8Array) => void) => Promise<void>,
): Promise<DatasetMetadata> {
  const hash = createHash('sha256');
  let digest = '';
  await publishFile(cacheDirectory, async (put) => {
    const write = (bytes: Uint8Array): void => {
      hash.update(bytes);
      put(bytes);
    };
    write(encodeHeader({ ...shape, layoutDigest: layoutDigest(description) }));
    await writeBody(write);
    digest = hash.digest('hex');
    // The metadata first: whoever sees the values finds their description.
    await publishMetadata(cacheDirectory, { ...description, digest });
    return preparedPath(cacheDirectory, digest);
  });
  return { ...description, digest };
}

async function writeValues(
  store: RowStore,
  description: Omit<DatasetMetadata, 'digest'>,
  placeOf: (row: number) => string,
  write: (bytes: Uint8Array) => void,
  onRows: (done: number) => void,
  turn: Turn,
  classOf: (label: number) => number,
): Promise<void> {
  for (const [range, scales] of scalesOf(description))
    await writeRange(store, description, range, scales, placeOf, write, onRows, turn, classOf);
}

type Scales = readonly Pick<ColumnMetadata, 'mean' | 'std' | 'held'>[];

/** Stretches of rows, all of them together, each with the means and deviations of its columns. */
function* scalesOf({
  columns,
  rows,
  series,
  rolling,
}: Omit<DatasetMetadata, 'digest'>): Generator<readonly [range: RowRange, scales: Scales]> {
  const latestRows = rolling?.rows ?? rows;
  if (series === undefined || series.normalise === 'together') yield [{ start: 0, end: latestRows }, columns];
  else yield* scalesOfEach(series.list, 0, ['train', 'validation', 'test']);
  for (const { split, columns: own, series: each = [] } of rolling?.blocks.slice(1) ?? []) {
    const { start } = split.train;
    if (series !== undefined && series.normalise !== 'together')
      yield* scalesOfEach(each, start, ['train', 'validation']);
    else yield [{ start, end: split.validation.end }, own];
  }
}

function* scalesOfEach(
  list: readonly Pick<OneSeries, 'stretches' | 'columns'>[],
  first: number,
  splits: readonly SplitName[],
): Generator<readonly [range: RowRange, scales: Scales]> {
  let end = first;
  for (const name of splits)
    for (const { stretches, columns = [] } of list) {
      const start = end;
      end += stretches[name][1];
      yield [{ start, end }, columns];
    }
}

function writeRange(
  store: RowStore,
  description: Omit<DatasetMetadata, 'digest'>,
  range: RowRange,
  scales: Scales,
  placeOf: (row: number) => string,
  write: (bytes: Uint8Array) => void,
  onRows: (done: number) => void,
  turn: Turn,
  classOf: (label: number) => number,
): Promise<void> {
  const { columns } = description;
  const features = rowWidth(description);
  const mean = Float64Array.from(scales, (column) => column.mean);
  const std = Float64Array.from(scales, (column) => column.std);
  const held = scales.map((column) => column.held === true);
  let normalised = new Float32Array(0);
  return store.forEachBlock(range.start, range.end, turn, (values, count, firstRow) => {
    if (normalised.length !== count * features) normalised = new Float32Array(count * features);
    let beyond = Number.POSITIVE_INFINITY;
    for (let at = columns.length; at < count * features && features > columns.length; at += features)
      normalised[at] = classOf(values[at]!);
    for (let feature = 0; feature < columns.length; feature++) {
      // A held column stays 0.
      if (held[feature]) continue;
      const middle = mean[feature]!;
      const deviation = std[feature]!;
      for (let at = feature, end = count * features; at < end; at += features) {
        const value = (values[at]! - middle) / deviation;
        if (!(Math.abs(value) <= LARGEST_FLOAT32) && at < beyond) beyond = at;
        normalised[at] = value;
      }
    }
    if (beyond < values.length) {
      throw faultError('CSV_VALUE', {
        kind: 'beyond-float32',
        place: placeOf(firstRow + Math.floor(beyond / features)),
        column: columns[beyond % features]?.name ?? '',
        value: values[beyond]!,
      });
    }
    write(new Uint8Array(normalised.buffer));
    onRows(firstRow + count);
  });
}

/**
 * The metadata of a digest is written once, what another file with equal values says of itself is in the index; but those of
 * an earlier program may lack the range of the columns.
 */
async function publishMetadata(cacheDirectory: string, metadata: DatasetMetadata): Promise<void> {
  const path = metadataPath(cacheDirectory, metadata.digest);
  if (existsSync(path) && (metadata.columns[0]?.min === undefined || hasRanges(path))) return;
  await publishFile(cacheDirectory, (put) => {
    put(`${JSON.stringify(metadata, null, 2)}\n`);
    return path;
  });
}

function hasRanges(path: string): boolean {
  try {
    const { columns } = JSON.parse(readFileSync(path, 'utf8')) as Partial<DatasetMetadata>;
    return columns?.[0]?.min !== undefined;
  } catch {
    // Damaged: written anew.
    return false;
  }
}
