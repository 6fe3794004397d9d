// Writes the prepared file of labelled reviews: splits them, ranks the words of the training reviews, turns words into ids.
// The second half of preparing them; review-source.ts is the first, prepare.ts calls both.
import { SweepError } from '../../errors.js';
import type { ReviewsSpec } from '../../study/dataset-source.js';
import type { RowSplit } from '../../study/trial/trial.js';
import type { DatasetMetadata, ReviewFacts } from '../dataset.js';
import { publishPrepared } from '../prepared/prepared-writer.js';
import { INDEX_OFFSET, idsOfRanks, LARGEST_ID, reviewValues } from '../prepared/review-layout.js';
import type { PrepareOptions } from '../sources/source-rows.js';
import { turnsOf } from '../turns.js';
import type { SourceReviews } from './review-source.js';
import type { ReviewStore } from './review-store.js';
import { splitReviews } from './split-reviews.js';
import { rankWords } from './word-ranks.js';

const REVIEWS_PER_WRITE = 1024;

/** Returns the metadata with its digest. Throws DATASET_TOO_SHORT, SPEC_INVALID (more words than ids). */
export async function writeReviews(
  read: SourceReviews,
  spec: ReviewsSpec,
  options: PrepareOptions,
): Promise<{ readonly metadata: DatasetMetadata; readonly notices: readonly string[] }> {
  const turn = turnsOf(options.signal);
  const { training, test } = read;
  const { order, split } = splitReviews(training.count, test?.count ?? null, spec);
  const ranks = read.words === 'ranked' ? null : rankWords(training, order.slice(0, split.train.end));
  if (ranks !== null && ranks.length + INDEX_OFFSET > LARGEST_ID)
    throw new SweepError('SPEC_INVALID', `${ranks.length} different words are more than ${LARGEST_ID} ids`);

  const rows = split.test.end;
  const placeOf = (row: number): { store: ReviewStore; review: number } =>
    row < order.length
      ? { store: training, review: order[row]! }
      : { store: test ?? training, review: row - order.length };
  const labels = Float32Array.from({ length: rows }, (_, row) => {
    const { store, review } = placeOf(row);
    return store.labels[review]!;
  });
  const starts = new Uint32Array(rows + 1);
  for (let row = 0; row < rows; row++) {
    const { store, review } = placeOf(row);
    starts[row + 1] = starts[row]! + 1 + store.wordsOf(review).length;
  }
  const idsOf = (row: number): Float32Array => {
    const { store, review } = placeOf(row);
    return idsOfRanks(store.wordsOf(review), (word) => (ranks === null ? word : (ranks[word] ?? 0)));
  };

  const facts = describeReviews(labels, starts, split, vocabularyOf(read, ranks), read);
  const metadata = await publishPrepared(
    options.cacheDirectory,
    {
      version: 1,
      rows,
      columns: [],
      split,
      source: read.source,
      time: null,
      missing: { policy: 'error', values: 0 },
      reviews: facts,
    },
    { rows: reviewValues(rows, facts.words), features: 1 },
    async (write) => {
      write(new Uint8Array(labels.buffer));
      write(new Uint8Array(starts.buffer));
      for (let row = 0; row < rows; row += REVIEWS_PER_WRITE) {
        const end = Math.min(rows, row + REVIEWS_PER_WRITE);
        const block = new Float32Array(starts[end]! - starts[row]!);
        for (let review = row; review < end; review++)
          block.set(idsOf(review), starts[review]! - starts[row]!);
        write(new Uint8Array(block.buffer));
        options.onProgress?.({ phase: 'write', done: end, total: rows });
        await turn();
      }
    },
  );
  return { metadata, notices: read.notices };
}

function describeReviews(
  labels: Float32Array,
  starts: Uint32Array,
  split: RowSplit,
  vocabulary: number,
  { classes, tags }: Pick<SourceReviews, 'classes' | 'tags'>,
): ReviewFacts {
  const lengths = Uint32Array.from(labels, (_, row) => starts[row + 1]! - starts[row]!).sort();
  const countOf = (label: number, { start, end }: RowSplit['train']): number => {
    let count = 0;
    for (let row = start; row < end; row++) if (labels[row] === label) count++;
    return count;
  };
  const sizes = tags?.sets.map(({ length }) => length);
  const isPositive = (label: number): boolean => (sizes === undefined ? label === 1 : sizes[label]! > 0);
  const positive = ({ start, end }: RowSplit['train']): number =>
    labels.subarray(start, end).filter(isPositive).length / (end - start);
  const countTag = (tag: number, { start, end }: RowSplit['train']): number =>
    labels.subarray(start, end).filter((label) => tags?.sets[label]?.includes(tag)).length;
  return {
    words: starts.at(-1)!,
    vocabulary,
    medianLength: lengths[lengths.length >>> 1]!,
    longest: lengths.at(-1)!,
    positive: {
      train: positive(split.train),
      validation: positive(split.validation),
      test: positive(split.test),
    },
    ...(classes === undefined
      ? {}
      : {
          classes: classes.map((name, label) => ({
            name,
            train: countOf(label, split.train),
            validation: countOf(label, split.validation),
            test: countOf(label, split.test),
          })),
        }),
    ...(tags === undefined
      ? {}
      : {
          tags: {
            names: tags.names.map((name, tag) => ({
              name,
              train: countTag(tag, split.train),
              validation: countTag(tag, split.validation),
              test: countTag(tag, split.test),
            })),
            sets: tags.sets,
          },
        }),
  };
}

/** Words with an id of their own: those of the training reviews, or the largest rank that the source gave. */
function vocabularyOf({ training, test }: SourceReviews, ranks: Uint32Array | null): number {
  let largest = 0;
  if (ranks !== null) {
    for (const rank of ranks) largest = Math.max(largest, rank);
    return largest;
  }
  for (const store of test === null ? [training] : [training, test])
    for (let review = 0; review < store.count; review++)
      for (const rank of store.wordsOf(review)) largest = Math.max(largest, rank);
  return largest;
}
