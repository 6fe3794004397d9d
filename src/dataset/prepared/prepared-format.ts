// The bytes of a prepared dataset: `<digest>.f32` (header, then float32 rows) and `<digest>.json` (metadata).
// Owns both layouts and their checks; writing stands in prepare.ts, mapping in mapped-file.ts.
import { createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { SweepError } from '../../errors.js';
import { type DatasetMetadata, type ReviewFacts, rowWidth, type SeriesFacts } from '../dataset.js';
import { hashFile } from './hash-file.js';
import { reviewValues } from './review-layout.js';

/*
 * Header, little-endian:
 *   0  8 bytes  magic "SWEEPF32"
 *   8  u32      version
 *  12  u32      features (labelled reviews: 1), and one more for the labels of rows that have some
 *  16  u64      rows (labelled reviews: their values, see review-layout.ts)
 *  24  u64      offset of the first value, a multiple of 64 (a cache line)
 *  32  32 bytes SHA-256 of the layout: column names, means, deviations, split, synthetic or not, reviews or not
 * The layout digest makes the file's digest stand for everything a trial depends on: equal values under another
 * split or other column names are another dataset.
 */
const MAGIC = 'SWEEPF32';
export const FORMAT_VERSION = 1;
export const DATA_OFFSET = 64;

const DIGEST = /^[0-9a-f]{64}$/;

export interface PreparedHeader {
  readonly version: number;
  readonly features: number;
  readonly rows: number;
  readonly dataOffset: number;
  readonly layoutDigest: string;
}

export function preparedPath(cacheDirectory: string, digest: string): string {
  return join(cacheDirectory, `${checkDigest(digest)}.f32`);
}

export function metadataPath(cacheDirectory: string, digest: string): string {
  return join(cacheDirectory, `${checkDigest(digest)}.json`);
}

/** A digest goes into a path: nothing else may. */
function checkDigest(digest: string): string {
  if (DIGEST.test(digest)) return digest;
  throw new SweepError('DATASET_NOT_FOUND', `"${digest.slice(0, 80)}" is not a dataset digest`, {
    hint: 'a digest is 64 characters 0-9a-f; see "sweep data info"',
  });
}

/** What of the metadata the values depend on or stand for; where they came from is left out. */
export function layoutDigest(
  metadata: Pick<
    DatasetMetadata,
    'columns' | 'split' | 'source' | 'rows' | 'reviews' | 'series' | 'rolling' | 'labels'
  >,
): string {
  const { train, validation, test } = metadata.split;
  const layout = [
    metadata.columns.map(({ name, mean, std, held }) =>
      held ? [name, mean, std, 'held'] : [name, mean, std],
    ),
    [train, validation, test].map((range) => [range.start, range.end]),
    metadata.source.synthetic,
    ...(metadata.reviews === undefined
      ? []
      : [{ reviews: metadata.rows, ...classNames(metadata.reviews), ...tagsOf(metadata.reviews) }]),
    ...(metadata.series === undefined ? [] : [layoutOf(metadata.series)]),
    ...(metadata.rolling === undefined ? [] : [metadata.rolling]),
    ...(metadata.labels === undefined
      ? []
      : [{ labels: metadata.labels.column, ...classNames(metadata.labels) }]),
  ];
  return createHash('sha256').update(JSON.stringify(layout)).digest('hex');
}

function layoutOf({ column, normalise, list }: SeriesFacts): unknown {
  return {
    column,
    normalise,
    list: list.map(({ name, stretches: { train, validation, test }, columns = [] }) => [
      name,
      [train, validation, test],
      columns.map(({ mean, std, held = false }) => [mean, std, held]),
    ]),
  };
}

export function encodeHeader(header: Omit<PreparedHeader, 'version' | 'dataOffset'>): Buffer {
  const bytes = Buffer.alloc(DATA_OFFSET);
  bytes.write(MAGIC, 0, 'latin1');
  bytes.writeUInt32LE(FORMAT_VERSION, 8);
  bytes.writeUInt32LE(header.features, 12);
  bytes.writeBigUInt64LE(BigInt(header.rows), 16);
  bytes.writeBigUInt64LE(BigInt(DATA_OFFSET), 24);
  bytes.write(header.layoutDigest, 32, 'hex');
  return bytes;
}

/** Throws DATASET_CORRUPT when the bytes are no header of this format. */
function decodeHeader(bytes: Buffer, path: string): PreparedHeader {
  if (bytes.length < DATA_OFFSET || bytes.toString('latin1', 0, 8) !== MAGIC) {
    throw corrupt(path, 'it does not begin with the header of a prepared dataset');
  }
  const version = bytes.readUInt32LE(8);
  if (version !== FORMAT_VERSION) {
    throw corrupt(path, `its format is version ${version}, this program reads version ${FORMAT_VERSION}`);
  }
  const header = {
    version,
    features: bytes.readUInt32LE(12),
    rows: Number(bytes.readBigUInt64LE(16)),
    dataOffset: Number(bytes.readBigUInt64LE(24)),
    layoutDigest: bytes.toString('hex', 32, 64),
  };
  if (header.dataOffset < DATA_OFFSET || header.dataOffset % 64 !== 0) {
    throw corrupt(path, `its values begin at byte ${header.dataOffset}, which is not a multiple of 64`);
  }
  return header;
}

export interface PreparedFile {
  readonly path: string;
  readonly header: PreparedHeader;
  readonly metadata: DatasetMetadata;
}

/**
 * As readPrepared, and that the contents are those of the file's name: what is about to be trained on is looked at
 * whole, once a process (24 MB in 25 ms). Throws DATASET_NOT_FOUND, DATASET_CORRUPT.
 */
export async function verifyPrepared(cacheDirectory: string, digest: string): Promise<PreparedFile> {
  const prepared = readPrepared(cacheDirectory, digest);
  const found = await hashFile(prepared.path);
  if (found !== digest) throw corrupt(prepared.path, `its contents have the digest ${found}`);
  return prepared;
}

/** Reads and checks header, size and metadata against each other. Throws DATASET_NOT_FOUND, DATASET_CORRUPT. */
export function readPrepared(cacheDirectory: string, digest: string): PreparedFile {
  const path = preparedPath(cacheDirectory, digest);
  const header = decodeHeader(readHead(path), path);
  const expected = header.dataOffset + header.rows * header.features * Float32Array.BYTES_PER_ELEMENT;
  const found = statSync(path).size;
  if (found !== expected) {
    throw corrupt(
      path,
      `it has ${found} bytes, ${header.rows} rows of ${header.features} columns take ${expected}`,
    );
  }
  const metadata = readMetadata(metadataPath(cacheDirectory, digest));
  if (
    metadata.digest !== digest ||
    !isOfShape(header, metadata) ||
    layoutDigest(metadata) !== header.layoutDigest
  ) {
    throw corrupt(path, 'it and its .json do not belong together');
  }
  return { path, header, metadata };
}

function isOfShape(header: PreparedHeader, metadata: DatasetMetadata): boolean {
  const { rows, reviews } = metadata;
  if (reviews !== undefined)
    return header.features === 1 && header.rows === reviewValues(rows, reviews.words);
  return header.rows === rows && header.features === rowWidth(metadata);
}

function readHead(path: string): Buffer {
  const head = Buffer.alloc(DATA_OFFSET);
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (cause) {
    throw new SweepError('DATASET_NOT_FOUND', `there is no prepared dataset at ${path}`, {
      path,
      hint: 'prepare it again: "sweep data import FILE", or start the sweep, which prepares its data',
      cause,
    });
  }
  try {
    return head.subarray(0, readSync(file, head, 0, DATA_OFFSET, 0));
  } finally {
    closeSync(file);
  }
}

function readMetadata(path: string): DatasetMetadata {
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw corrupt(path, 'its metadata cannot be read', cause);
  }
  if (!isMetadata(parsed)) throw corrupt(path, 'its metadata lacks fields of this version');
  return parsed;
}

function isMetadata(value: unknown): value is DatasetMetadata {
  if (typeof value !== 'object' || value === null) return false;
  const metadata = value as Partial<Record<keyof DatasetMetadata, unknown>>;
  return (
    metadata.version === 1 &&
    typeof metadata.digest === 'string' &&
    typeof metadata.rows === 'number' &&
    Array.isArray(metadata.columns) &&
    typeof metadata.split === 'object' &&
    metadata.split !== null &&
    ['train', 'validation', 'test'].every((name) => name in (metadata.split as object)) &&
    typeof metadata.source === 'object' &&
    metadata.source !== null &&
    'time' in metadata &&
    typeof metadata.missing === 'object'
  );
}

export function corrupt(path: string, what: string, cause?: unknown): SweepError {
  return new SweepError('DATASET_CORRUPT', `prepared dataset ${path} is damaged: ${what}`, {
    path,
    hint: 'it is prepared again from its source by "sweep data import FILE", or by starting the sweep',
    cause,
  });
}

/** And for other sets of them. */
function tagsOf({ tags }: ReviewFacts): { readonly tags?: unknown } {
  return tags === undefined ? {} : { tags: [tags.names.map(({ name }) => name), tags.sets] };
}

/** Equal numbers for labels of other names are another dataset. */
function classNames({ classes }: Pick<ReviewFacts, 'classes'>): { readonly classes?: readonly string[] } {
  return classes === undefined ? {} : { classes: classes.map(({ name }) => name) };
}
