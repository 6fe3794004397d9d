// The reviews of one source, read or generated: the first half of preparing labelled reviews (prepare-reviews.ts).
import { createHash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { SweepError } from '../../errors.js';
import type { ReviewArchiveSource, ReviewSource, ReviewTableSource } from '../../study/dataset-source.js';
import type { DatasetMetadata } from '../dataset.js';
import { hashFile } from '../prepared/hash-file.js';
import { INDEX_OFFSET, LARGEST_ID } from '../prepared/review-layout.js';
import { missingFile } from '../sources/missing-file.js';
import { type PrepareOptions, unverifiedNotices } from '../sources/source-rows.js';
import { checkInterrupt, turnsOf } from '../turns.js';
import { IMDB_SHA256, imdbName, imdbPath, imdbSource } from './imdb-reviews.js';
import { readLists, readNpz, readNumbers } from './npz.js';
import { ReviewStore, WordNumbers } from './review-store.js';
import { readReviewTable } from './review-table.js';
import type { TagNames, TagSets } from './review-tags.js';
import { splitWords } from './review-words.js';
import {
  SYNTHETIC_REVIEWS,
  SYNTHETIC_REVIEWS_SEED,
  SYNTHETIC_REVIEWS_VERSION,
  syntheticReviews,
} from './synthetic-reviews.js';

export interface SourceReviews {
  readonly training: ReviewStore;
  /** null: the source has no reviews set apart for the test. */
  readonly test: ReviewStore | null;
  /** `numbered`: words are numbers to be ranked by frequency; `ranked`: they are frequency ranks from 1 already. */
  readonly words: 'numbered' | 'ranked';
  /** The words by number; null: the source has numbers alone. */
  readonly vocabulary: (() => readonly string[]) | null;
  readonly source: DatasetMetadata['source'];
  readonly notices: readonly string[];
  /** The classes' names, of more than two; absent: there are two. */
  readonly classes?: readonly string[];
  /** Of texts that may have several labels. */
  readonly tags?: TagNames;
}

/** Why the source cannot be had; null when it can. */
export function missingReviews(source: ReviewSource, cacheDirectory: string): string | null {
  if (source.type !== 'named') {
    const paths =
      source.type === 'table' && source.test !== null ? [source.path, source.test] : [source.path];
    return paths.map(missingFile).find((reason) => reason !== null) ?? null;
  }
  if (source.name === 'reviews-synthetic' || existsSync(imdbPath(cacheDirectory))) return null;
  return 'the IMDB reviews are not here: run "sweep data fetch imdb"';
}

/** Everything of a source that its reviews depend on. A file is known by path, size and time of change. */
export function identifyReviews(source: ReviewSource, cacheDirectory: string): unknown {
  if (source.type === 'named') {
    if (source.name === 'imdb')
      return ['imdb', IMDB_SHA256, identifyReviews(imdbSource(cacheDirectory), cacheDirectory)];
    return [source.name, SYNTHETIC_REVIEWS_VERSION, SYNTHETIC_REVIEWS_SEED, SYNTHETIC_REVIEWS];
  }
  if (source.type === 'npz') return ['npz', ...identifyFile(source.path)];
  const { format, path, test, text, label, header, type: _, ...form } = source;
  const base = [
    format,
    ...identifyFile(path),
    test === null ? null : identifyFile(test),
    text,
    label,
    header,
  ];
  return [...base, REVIEW_READING, form];
}

/** Counts what a table of reviews is read as: one that was prepared when it was misread is read anew. */
const REVIEW_READING = 2;

function identifyFile(path: string): unknown[] {
  const { size, mtimeMs } = statSync(path);
  return [resolve(path), size, mtimeMs];
}

/** Throws CSV_…, SPEC_INVALID and DATASET_CORRUPT for what is wrong in a file. */
export async function readReviews(source: ReviewSource, options: PrepareOptions): Promise<SourceReviews> {
  switch (source.type) {
    case 'table':
      return readTables(source, options);
    case 'npz':
      return readArchive(source, () => basename(source.path));
    case 'named':
      return source.name === 'imdb' ? readImdb(options) : generateReviews(options);
  }
}

async function readImdb({ cacheDirectory }: PrepareOptions): Promise<SourceReviews> {
  const archive = imdbSource(cacheDirectory);
  const read = await readArchive(archive, imdbName);
  return { ...read, notices: unverifiedNotices('imdb', read.source.name, archive.path) };
}

async function readTables(
  source: ReviewTableSource,
  { onProgress, signal }: PrepareOptions,
): Promise<SourceReviews> {
  const paths = source.test === null ? [source.path] : [source.path, source.test];
  const total = paths.reduce((sum, path) => sum + statSync(path).size, 0);
  const hash = createHash('sha256');
  const numbers = new WordNumbers();
  const notices: string[] = [];
  const stores: ReviewStore[] = [];
  let classes: readonly string[] | null = null;
  let tags: TagSets | null = null;
  let done = 0;
  for (const path of paths) {
    const store = new ReviewStore();
    const read = await readReviewTable(
      path,
      classes === null ? source : { ...source, classes: [...classes] },
      {
        onBytes(bytes) {
          checkInterrupt(signal);
          hash.update(bytes);
          done += bytes.length;
          onProgress?.({ phase: 'read', done, total });
        },
        signal,
        onReview: (label, text) => store.append(label, numbers.numberAll(splitWords(text))),
      },
      tags,
    );
    notices.push(...read.notices);
    // Those of the training hold for the test, whichever of them it has.
    classes ??= read.classes;
    tags ??= read.tags;
    tags?.close();
    stores.push(store);
  }
  const [training, test] = stores;
  return {
    training: training!,
    test: test ?? null,
    words: 'numbered',
    vocabulary: () => numbers.words,
    source: { name: basename(source.path), synthetic: false, digest: hash.digest('hex') },
    notices,
    ...(classes === null ? {} : { classes }),
    ...(tags === null ? {} : { tags: tags.summary() }),
  };
}

const ARRAYS = ['x_train', 'y_train', 'x_test', 'y_test'] as const;

async function readArchive(
  { path }: ReviewArchiveSource,
  nameOf: (sha256: string) => string,
): Promise<SourceReviews> {
  const digest = await hashFile(path);
  const arrays = await readNpz(path, ARRAYS);
  const store = (part: 'train' | 'test'): ReviewStore =>
    rankedReviews(
      readLists(arrays[`x_${part}`], `${path}:x_${part}`),
      readNumbers(arrays[`y_${part}`], `${path}:y_${part}`),
      `${path}:${part}`,
    );
  return {
    training: store('train'),
    test: store('test'),
    words: 'ranked',
    vocabulary: null,
    source: { name: nameOf(digest), synthetic: false, digest },
    notices: [],
  };
}

function rankedReviews(
  lists: readonly (readonly number[])[],
  labels: readonly number[],
  at: string,
): ReviewStore {
  const store = new ReviewStore();
  if (lists.length !== labels.length || lists.length === 0) {
    throw new SweepError('DATASET_CORRUPT', `${at}: ${lists.length} reviews have ${labels.length} labels`, {
      path: at,
    });
  }
  for (const [review, ranks] of lists.entries()) {
    const label = labels[review];
    const wrong = ranks.find((rank) => !(rank >= 1 && rank + INDEX_OFFSET <= LARGEST_ID));
    if (wrong !== undefined || (label !== 0 && label !== 1)) {
      const what =
        wrong === undefined ? `label ${label} is neither 0 nor 1` : `${wrong} is no rank of a word`;
      throw new SweepError('DATASET_CORRUPT', `${at}: review ${review}: ${what}`, { path: at });
    }
    store.append(label, ranks);
  }
  return store;
}

async function generateReviews({ onProgress, signal }: PrepareOptions): Promise<SourceReviews> {
  const turn = turnsOf(signal);
  const generate = async (seed: number, before: number): Promise<ReviewStore> => {
    const store = new ReviewStore();
    for (const [label, words] of syntheticReviews({ count: SYNTHETIC_REVIEWS, seed })) {
      store.append(label, words);
      if (store.count % 100 === 0) await turn();
      if (store.count % 5_000 === 0)
        onProgress?.({ phase: 'generate', done: before + store.count, total: 2 * SYNTHETIC_REVIEWS });
    }
    return store;
  };
  const identity = `reviews-synthetic ${SYNTHETIC_REVIEWS_VERSION} ${SYNTHETIC_REVIEWS_SEED} ${SYNTHETIC_REVIEWS}`;
  return {
    training: await generate(SYNTHETIC_REVIEWS_SEED, 0),
    test: await generate(SYNTHETIC_REVIEWS_SEED + 1, SYNTHETIC_REVIEWS),
    words: 'numbered',
    vocabulary: null,
    source: {
      name: 'reviews-synthetic',
      synthetic: true,
      digest: createHash('sha256').update(identity).digest('hex'),
    },
    notices: [],
  };
}
