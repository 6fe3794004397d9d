// How labelled reviews lie in a prepared file, and what their word ids mean. Four bytes each, in this order:
//   [R]      labels, float32, 0 or 1
//   [R + 1]  uint32: where the ids of each review begin, counted from the first id; the last entry is the end
//   [words]  word ids, float32 (exact up to 2²⁴), of the whole vocabulary: a trial's maxFeatures is applied on reading
import { SweepError } from '../../errors.js';

/** Keras' conventions (imdb.load_data: start_char 1, oov_char 2, index_from 3). */
export const PADDING = 0;
export const START = 1;
export const UNKNOWN = 2;
/** The most frequent word has rank 1 and so id 4; 3 is nobody's. */
export const INDEX_OFFSET = 3;
/** Larger whole numbers are not all float32 numbers. */
export const LARGEST_ID = 2 ** 24;

/** A review whole: the start mark, then an id for each word. `rankOf` gives 0 for a word that has none. */
export function idsOfRanks<Word>(words: ArrayLike<Word>, rankOf: (word: Word) => number): Float32Array {
  const ids = new Float32Array(1 + words.length);
  ids[0] = START;
  for (let at = 0; at < words.length; at++) {
    const rank = rankOf(words[at]!);
    ids[at + 1] = rank === 0 ? UNKNOWN : rank + INDEX_OFFSET;
  }
  return ids;
}

/** Values of four bytes that `reviews` reviews with `words` ids in all take. */
export function reviewValues(reviews: number, words: number): number {
  return 2 * reviews + 1 + words;
}

export interface ReviewArrays {
  readonly labels: Float32Array;
  readonly starts: Uint32Array;
  readonly ids: Float32Array;
}

/** The three parts of a mapped file, as views of the same memory. */
export function viewReviews(values: Float32Array, reviews: number): ReviewArrays {
  if (values.length < reviewValues(reviews, 0)) {
    throw new SweepError('INTERNAL', `${values.length} values hold no ${reviews} reviews`);
  }
  return {
    labels: values.subarray(0, reviews),
    starts: new Uint32Array(values.buffer, values.byteOffset + 4 * reviews, reviews + 1),
    ids: values.subarray(2 * reviews + 1),
  };
}
