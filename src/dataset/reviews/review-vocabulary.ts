// The words behind the ids of a prepared review dataset, read again from its source: the prepared file holds ids alone.
import { basename } from 'node:path';
import { SweepError } from '../../errors.js';
import type { ReviewSource, ReviewsSpec, ReviewTableSource } from '../../study/dataset-source.js';
import type { DatasetMetadata } from '../dataset.js';
import { INDEX_OFFSET } from '../prepared/review-layout.js';
import { missingReviews, readReviews } from './review-source.js';
import { splitReviews } from './split-reviews.js';
import { rankWords } from './word-ranks.js';

/** The table that the dataset was prepared from; null: it was none, and words are numbers. */
export function findReviewTable(spec: ReviewsSpec, metadata: DatasetMetadata): ReviewTableSource | null {
  const source = spec.sources.find((one) => nameOf(one) === metadata.source.name);
  return source?.type === 'table' ? source : null;
}

/**
 * Words by rank, those that have an id below `maxFeatures`. Throws DATASET_NOT_FOUND when the table is gone or is no longer
 * what the dataset was prepared from, and what reading it throws. O(words).
 */
export async function readVocabulary(
  table: ReviewTableSource,
  spec: ReviewsSpec,
  metadata: DatasetMetadata,
  options: { readonly cacheDirectory: string; readonly maxFeatures: number },
): Promise<readonly string[]> {
  const missing = missingReviews(table, options.cacheDirectory);
  if (missing !== null) throw changed(missing);
  const read = await readReviews(table, { cacheDirectory: options.cacheDirectory });
  if (read.vocabulary === null || read.source.digest !== metadata.source.digest)
    throw changed(`${table.path} is no longer what the study was trained on`);
  const { order, split } = splitReviews(read.training.count, read.test?.count ?? null, spec);
  const ranks = rankWords(read.training, order.slice(0, split.train.end));
  const names = read.vocabulary();
  const words: string[] = [];
  for (const [number, rank] of ranks.entries())
    if (rank > 0 && rank + INDEX_OFFSET < options.maxFeatures) words[rank - 1] = names[number]!;
  return words;
}

function nameOf(source: ReviewSource): string {
  return source.type === 'named' ? source.name : basename(source.path);
}

function changed(what: string): SweepError {
  return new SweepError('DATASET_NOT_FOUND', `the words of the study's reviews cannot be read: ${what}`, {
    hint: 'bring the original file back: the model knows words by their frequency in it',
  });
}
