// Samples of reviews against a direct port of Keras' pad_sequences (maxlen, padding 'pre', truncating 'pre').
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { SampleSet } from '../../../src/dataset/sample-set.js';
import type { ClassifyTask } from '../../../src/study/trial/trial.js';
import { openSplit } from '../../../src/task/open-split.js';
import { openTestSplit } from '../../../src/task/test-split.js';
import { type Review, reviewsInMemory } from '../../support/fixtures/small-reviews.js';

const review: fc.Arbitrary<Review> = fc.record({
  label: fc.constantFrom(0 as const, 1 as const),
  ids: fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 0, maxLength: 30 }),
});
const cases = fc.record({
  reviews: fc.array(review, { minLength: 3, maxLength: 20 }),
  maxLength: fc.integer({ min: 1, max: 35 }),
  maxFeatures: fc.integer({ min: 5, max: 70 }),
  reversed: fc.boolean(),
  stride: fc.integer({ min: 1, max: 4 }),
  cuts: fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })),
});

function padSequence(ids: readonly number[], maxLength: number): number[] {
  const kept = ids.slice(-maxLength);
  return [...Array<number>(maxLength - kept.length).fill(0), ...kept];
}

/** Both stride layouts that engines use: batch-major and time-major. */
function readAll(samples: SampleSet, isTimeMajor: boolean): { inputs: number[][]; targets: number[] } {
  const { count, timesteps } = samples;
  const indices = Uint32Array.from({ length: count }, (_, index) => count - 1 - index);
  const out = new Float32Array(3 + count * timesteps).fill(-1);
  const [timeStride, rowStride] = isTimeMajor ? [count, 1] : [1, timesteps];
  samples.gather(indices, 0, count, out, 3, timeStride, rowStride);
  const targets = new Float32Array(count);
  samples.gatherTargets(indices, 0, count, targets, 0);
  const inputs = Array.from({ length: count }, (_, index) =>
    Array.from(
      { length: timesteps },
      (_, time) => out[3 + time * timeStride + (count - 1 - index) * rowStride]!,
    ),
  );
  assert.deepEqual([...out.subarray(0, 3)], [-1, -1, -1], 'nothing is written before the offset');
  return { inputs, targets: [...targets].reverse() };
}

test('a sample is the review as Keras pads and cuts it, rare words unknown, its split alone', () => {
  fc.assert(
    fc.property(
      cases,
      fc.boolean(),
      ({ reviews, maxLength, maxFeatures, reversed, stride, cuts }, isTimeMajor) => {
        const [low, high] = cuts
          .map((cut) => 1 + Math.floor(cut * (reviews.length - 2)))
          .sort((a, b) => a - b);
        const first = Math.min(low!, reviews.length - 2);
        const second = Math.max(first + 1, Math.min(high!, reviews.length - 1));
        const split = {
          train: { start: 0, end: first },
          validation: { start: first, end: second },
          test: { start: second, end: reviews.length },
        };
        const dataset = reviewsInMemory(reviews, split);
        const task: ClassifyTask = { kind: 'classify', split, maxLength, maxFeatures, reversed };
        for (const name of ['train', 'validation', 'test'] as const) {
          const step = name === 'test' ? 1 : stride;
          const samples =
            name === 'test' ? openTestSplit(dataset, task) : openSplit(dataset, task, name, step);
          const rows = reviews.slice(split[name].start, split[name].end).filter((_, row) => row % step === 0);
          const expected = rows.map(({ ids }) =>
            padSequence(reversed ? [...ids].reverse() : ids, maxLength).map((id) =>
              id < maxFeatures ? id : 2,
            ),
          );
          const { inputs, targets } = readAll(samples, isTimeMajor);
          assert.deepEqual(inputs, expected);
          assert.deepEqual(
            targets,
            rows.map(({ label }) => label),
          );
          assert.equal(samples.features, 1);
        }
      },
    ),
  );
});
