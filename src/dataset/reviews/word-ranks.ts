// Which words are how frequent in the training reviews: rank 1 is the most frequent, as Keras' Tokenizer numbers them.
import type { ReviewStore } from './review-store.js';

/**
 * `[word number]`: rank from 1, 0 for words that no training review holds. Equal counts rank in the order of first
 * occurrence in the source, which is the order of the numbers. O(words + vocabulary · log).
 */
export function rankWords(reviews: ReviewStore, training: readonly number[]): Uint32Array {
  let counts = new Uint32Array(1 << 16);
  let known = 0;
  for (const review of training) {
    for (const word of reviews.wordsOf(review)) {
      if (word >= counts.length) {
        const grown = new Uint32Array(Math.max(word + 1, 2 * counts.length));
        grown.set(counts);
        counts = grown;
      }
      counts[word]! += 1;
      known = Math.max(known, word + 1);
    }
  }
  const words = Array.from({ length: known }, (_, word) => word).filter((word) => counts[word]! > 0);
  words.sort((left, right) => counts[right]! - counts[left]! || left - right);
  const ranks = new Uint32Array(known);
  for (const [place, word] of words.entries()) ranks[word] = place + 1;
  return ranks;
}
