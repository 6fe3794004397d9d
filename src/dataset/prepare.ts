// From a dataset spec to a prepared file: picks the first source that is here, reads or generates it, resolves the split,
// and writes normalised rows or word ids. Never downloads (jena-download.ts does, when asked). A second call is a look-up.
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { machineLimitOf, SweepError } from '../errors.js';
import type { DatasetSource, DatasetSpec, ReviewsSpec, RowsSpec } from '../study/dataset-source.js';
import type { Notice } from '../wording/fault-words.js';
import { byKind, forecastNames, labelsOf } from './by-kind.js';
import type { DatasetMetadata } from './dataset.js';
import { makeCacheDirectory } from './prepared/cache-directory.js';
import { indexKey, readIndex, withFacts, writeIndex } from './prepared/prepare-index.js';
import { FORMAT_VERSION, metadataPath, preparedPath, verifyPrepared } from './prepared/prepared-format.js';
import { writeReviews } from './reviews/prepare-reviews.js';
import { identifyReviews, missingReviews, readReviews } from './reviews/review-source.js';
import { checkTarget, type Written, writeSeries } from './series/write-series.js';
import { JENA_CSV_SHA256, JENA_ROWS, jenaCsvPath, jenaCsvSource } from './sources/jena-series.js';
import { missingTable, seriesFiles } from './sources/series-files.js';
import { type PrepareOptions, readSource } from './sources/source-rows.js';
import { SYNTHETIC_SEED, SYNTHETIC_VERSION } from './sources/synthetic/synthetic-jena.js';

/** Raised whenever the same file comes to be read otherwise: what was prepared before is prepared anew. */
const READING = 2;

export interface PreparedDataset {
  readonly metadata: DatasetMetadata;
  /** The `.f32` file. */
  readonly path: string;
  readonly fromCache: boolean;
  /** What a person should know: sources passed over, values filled, columns left out, steps that break the rhythm. */
  readonly notices: readonly Notice[];
}

/** How values become normalised: what was prepared in another way is prepared anew. 2: columns constant in training are held. */
const NORMALISATION = 2;

/** Counts what a CSV is read as: one that was prepared when it was misread is read anew. 2: misreadings are refused; 3, 4: more of them are, and notices are facts; 5: dialects are found, empty columns left out; 6: so are row numbers called "Unnamed: 0", and the time is the first column beside them; 7: series one after the other are refused, and more is noted; 8: blank rows, decimal commas in quotes and files by their numbers are read, and the hour that comes twice. */
const CSV_READING = 8;

/** Left by a process that was killed while it prepared: older than this, nobody writes it any more. */
const STALE_TEMPORARY_MS = 24 * 3600 * 1000;

/**
 * Throws DATASET_NOT_FOUND when no source is here; CSV_… for what is wrong in the file that was chosen (a damaged file
 * is never passed over); DATASET_TOO_SHORT and SPEC_INVALID for the split, the columns and the target.
 */
export async function prepareDataset(spec: DatasetSpec, options: PrepareOptions): Promise<PreparedDataset> {
  const { cacheDirectory } = options;
  makeCacheDirectory(cacheDirectory);
  const chosen = await choose(spec, cacheDirectory);
  const key = indexKey([FORMAT_VERSION, NORMALISATION, READING, ...chosen.identity]);
  const known = await findPrepared(cacheDirectory, key);
  if (known !== null && 'metadata' in known) {
    chosen.check(known.metadata);
    return { ...known, fromCache: true, notices: [...chosen.passedOver, ...known.notices] };
  }
  removeStaleTemporaries(cacheDirectory);
  const { metadata, notices } = await writeNaming(cacheDirectory, async () => {
    const written = await chosen.write(options);
    const { digest, source, time, missing, found } = written.metadata;
    writeIndex(cacheDirectory, key, {
      digest,
      source,
      time,
      missing,
      ...(found === undefined ? {} : { found }),
      notices: written.notices,
    });
    return written;
  });
  const { digest } = metadata;
  const path = preparedPath(cacheDirectory, digest);
  const mended = known === null ? [] : [`${known.damage}: prepared anew from its source`];
  return { metadata, path, fromCache: false, notices: [...chosen.passedOver, ...mended, ...notices] };
}

/** A write that finds no space names no file. */
async function writeNaming<Value>(place: string, write: () => Promise<Value>): Promise<Value> {
  try {
    return await write();
  } catch (thrown) {
    throw machineLimitOf(thrown, place) ?? thrown;
  }
}

/** What will be prepared: everything its bytes depend on, and how to write it. */
interface Chosen {
  readonly identity: readonly unknown[];
  readonly passedOver: readonly string[];
  /** That what was prepared before, for another spec, serves this one. */
  check(metadata: DatasetMetadata): void;
  write(options: PrepareOptions): Promise<Written>;
}

async function choose(spec: DatasetSpec, cacheDirectory: string): Promise<Chosen> {
  return byKind<Chosen | Promise<Chosen>>(spec, {
    series: (series) => chooseSeries(series, cacheDirectory),
    reviews: (reviews) => chooseReviews(reviews, cacheDirectory),
    labelled: (rows) => chooseSeries(rows, cacheDirectory),
  });
}

function chooseReviews(spec: ReviewsSpec, cacheDirectory: string): Chosen {
  const { source, passedOver } = firstAtHand(spec.sources, (one) => missingReviews(one, cacheDirectory));
  return {
    identity: ['reviews', identifyReviews(source, cacheDirectory), spec.validationSplit, spec.testSplit],
    passedOver,
    check() {},
    write: async (options) => writeReviews(await readReviews(source, options), spec, options),
  };
}

async function chooseSeries(spec: RowsSpec, cacheDirectory: string): Promise<Chosen> {
  const { source, passedOver } = firstAtHand(spec.sources, (one) => missingSeries(one, cacheDirectory));
  const labels = labelsOf(spec);
  return {
    identity: [
      await identify(source, cacheDirectory),
      spec.split,
      ...(spec.series === undefined ? [] : [spec.series]),
      ...(spec.calendar === undefined ? [] : [{ calendar: spec.calendar }]),
      // Other rows are found by another column of labels, of a series any target is.
      ...(labels === null ? [] : [{ labels }]),
    ],
    passedOver,
    check(metadata) {
      for (const target of forecastNames(spec)) checkTarget(metadata, target);
    },
    async write(options) {
      const read = await readSource(source, spec, options);
      try {
        return await writeSeries(read, spec, options);
      } finally {
        read.store.close();
      }
    },
  };
}

/** The first source that can be had, and why those before it cannot. */
function firstAtHand<Source>(
  sources: readonly Source[],
  missing: (source: Source) => string | null,
): { source: Source; passedOver: string[] } {
  const passedOver: string[] = [];
  for (const source of sources) {
    const reason = missing(source);
    if (reason === null) return { source, passedOver };
    passedOver.push(reason);
  }
  throw new SweepError('DATASET_NOT_FOUND', passedOver.join('; ') || 'the dataset names no source', {
    path: 'dataset.source',
    hint: 'give the file with --data FILE, or correct "source" in the sweep file',
  });
}

/** Why the source cannot be had; null when it can. */
function missingSeries(source: DatasetSource, cacheDirectory: string): string | null {
  if (source.type === 'csv') return missingTable(source);
  if (source.name === 'jena-synthetic' || existsSync(jenaCsvPath(cacheDirectory))) return null;
  return 'the real Jena series is not here: run "sweep data fetch jena"';
}

/** Everything of a source that its rows depend on. A file is known by path, size and time of change. */
async function identify(source: DatasetSource, cacheDirectory: string): Promise<unknown> {
  if (source.type === 'named') {
    if (source.name === 'jena-synthetic')
      return ['jena-synthetic', SYNTHETIC_VERSION, SYNTHETIC_SEED, JENA_ROWS];
    return ['jena', JENA_CSV_SHA256, await identify(jenaCsvSource(cacheDirectory), cacheDirectory)];
  }
  const { type: _, path, ...form } = source;
  const files = (await seriesFiles(source)).map((file) => {
    const { size, mtimeMs } = statSync(file);
    return [resolve(file), size, mtimeMs];
  });
  return ['csv', CSV_READING, resolve(path), files, form];
}

/** null: it was never prepared, or deleted since. */
async function findPrepared(
  cacheDirectory: string,
  key: string,
): Promise<
  { metadata: DatasetMetadata; path: string; notices: readonly Notice[] } | { damage: string } | null
> {
  const entry = readIndex(cacheDirectory, key);
  if (entry === null) return null;
  try {
    const { path, metadata } = await verifyPrepared(cacheDirectory, entry.digest);
    return { metadata: withFacts(metadata, entry), path, notices: entry.notices };
  } catch (error) {
    if (!(error instanceof SweepError)) throw error;
    if (error.code !== 'DATASET_CORRUPT') return null;
    // Values are replaced by what is prepared anew, metadata only when they are gone.
    rmSync(metadataPath(cacheDirectory, entry.digest), { force: true });
    return { damage: error.message };
  }
}

function removeStaleTemporaries(cacheDirectory: string): void {
  for (const name of readdirSync(cacheDirectory)) {
    if (!name.startsWith('.') || !name.endsWith('.tmp')) continue;
    const path = join(cacheDirectory, name);
    const status = statSync(path, { throwIfNoEntry: false });
    if (status !== undefined && Date.now() - status.mtimeMs > STALE_TEMPORARY_MS)
      rmSync(path, { force: true, recursive: true });
  }
}
