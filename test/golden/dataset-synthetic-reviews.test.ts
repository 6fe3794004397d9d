// The synthetic reviews: the same bits everywhere, lengths like those of IMDB, and of the right difficulty for counting
// words and for reading them in order. The digest was made by synthetic-reviews.ts, SYNTHETIC_REVIEWS_VERSION 1, seed 2011,
// 25,000 reviews: per review its label and its length, then its words, little-endian uint32.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import {
  NOT,
  SYNTHETIC_REVIEWS,
  SYNTHETIC_REVIEWS_SEED,
  syntheticReviews,
} from '../../src/dataset/reviews/synthetic-reviews.js';

const GOLDEN_REVIEWS = '1ec6c88bda8730a5a2b3781e326c7f8d44e4dcad104346f7f599ab640951910e';

interface Review {
  readonly label: 0 | 1;
  readonly words: Uint32Array;
}

function generate(count: number, seed: number): Review[] {
  const reviews: Review[] = [];
  for (const [label, words] of syntheticReviews({ count, seed }))
    reviews.push({ label, words: words.slice() });
  return reviews;
}

/** Accuracy on `tested` of naive Bayes (multinomial, add one) over the features of `learnt`. */
function naiveBayes(
  learnt: readonly Review[],
  tested: readonly Review[],
  featuresOf: (words: Uint32Array) => number[],
): number {
  const counts = [new Map<number, number>(), new Map<number, number>()] as const;
  const totals = [0, 0];
  for (const { label, words } of learnt)
    for (const feature of featuresOf(words)) {
      counts[label].set(feature, (counts[label].get(feature) ?? 0) + 1);
      totals[label]! += 1;
    }
  const vocabulary = new Set([...counts[0].keys(), ...counts[1].keys()]).size;
  const weight = (feature: number): number =>
    Math.log(((counts[1].get(feature) ?? 0) + 1) / (totals[1]! + vocabulary)) -
    Math.log(((counts[0].get(feature) ?? 0) + 1) / (totals[0]! + vocabulary));
  let right = 0;
  for (const { label, words } of tested) {
    const score = featuresOf(words).reduce((sum, feature) => sum + weight(feature), 0);
    if (score > 0 === (label === 1)) right++;
  }
  return right / tested.length;
}

test('the reviews have their golden digest', () => {
  const hash = createHash('sha256');
  let reviews = 0;
  for (const [label, words] of syntheticReviews({ count: SYNTHETIC_REVIEWS, seed: SYNTHETIC_REVIEWS_SEED })) {
    hash.update(new Uint8Array(Uint32Array.of(label, words.length).buffer));
    hash.update(new Uint8Array(words.slice().buffer));
    reviews++;
  }
  assert.equal(reviews, SYNTHETIC_REVIEWS);
  assert.equal(hash.digest('hex'), GOLDEN_REVIEWS);
});

test('half are positive, and they are as long as real ones', () => {
  const reviews = generate(4_000, 7);
  assert.equal(reviews.filter(({ label }) => label === 1).length, 2_000);
  const lengths = reviews.map(({ words }) => words.length).sort((left, right) => left - right);
  const median = lengths[2_000]!;
  assert.ok(median > 160 && median < 190, `median ${median}`);
  assert.ok(lengths[3_900]! > 500, `97.5 % quantile ${lengths[3_900]}`);
});

test('counting words is right in about 85 %, and seeing what "not" stands before in clearly more', () => {
  const reviews = generate(23_000, 7);
  const [learnt, tested] = [reviews.slice(0, 20_000), reviews.slice(20_000)];
  const counted = naiveBayes(learnt, tested, (words) => [...words]);
  const inOrder = naiveBayes(learnt, tested, (words) =>
    [...words].map((word, at) => (words[at - 1] === NOT ? NOT + 1 + word : word)),
  );
  assert.ok(counted > 0.82 && counted < 0.88, `counted ${counted}`);
  assert.ok(inOrder > counted + 0.03, `in order ${inOrder}, counted ${counted}`);
});
