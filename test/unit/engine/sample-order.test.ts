// Which samples a step sees: a function of seed, epoch and step alone.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { createSampleOrder } from '../../../src/engine/training/sample-order.js';
import { keyOfSeed } from '../../../src/kernels/random.js';

const key = keyOfSeed(11);

it('one pass visits every sample exactly once, in batches of which the last may be smaller', () => {
  for (const [count, batchSize] of [
    [1, 4],
    [4, 4],
    [103, 16],
    [1_000, 128],
  ] as const) {
    const order = createSampleOrder(key, count, batchSize, null);
    assert.equal(order.stepsPerEpoch, Math.ceil(count / batchSize));
    for (const epoch of [1, 2]) {
      const seen: number[] = [];
      for (let step = 0; step < order.stepsPerEpoch; step++) {
        const batch = order.batch(epoch, step);
        const isLast = step === order.stepsPerEpoch - 1;
        assert.equal(batch.length, isLast ? count - step * batchSize : batchSize);
        seen.push(...batch);
      }
      assert.deepEqual(
        seen.sort((a, b) => a - b),
        Array.from({ length: count }, (_, index) => index),
      );
    }
  }
});

it('with a number of steps, batches are full and drawn evenly from all samples', () => {
  const order = createSampleOrder(key, 10, 16, 500);
  assert.equal(order.stepsPerEpoch, 500);
  const counts = new Array<number>(10).fill(0);
  for (let step = 0; step < 500; step++) {
    const batch = order.batch(1, step);
    assert.equal(batch.length, 16);
    for (const index of batch) counts[index] = (counts[index] as number) + 1;
  }
  // 800 each; five standard deviations of a binomial count are 134.
  for (const count of counts) assert.ok(Math.abs(count - 800) < 134, `${count}`);
});

for (const stepsPerEpoch of [null, 7])
  it(`a batch depends on seed, epoch and step, not on what was asked before (steps: ${stepsPerEpoch})`, () => {
    const batchOf = (seed: number, epoch: number, step: number, before: readonly number[] = []) => {
      const order = createSampleOrder(keyOfSeed(seed), 112, 16, stepsPerEpoch);
      for (const earlier of before) order.batch(earlier, 0);
      return [...order.batch(epoch, step)];
    };
    assert.deepEqual(batchOf(1, 3, 2, [1, 2, 3]), batchOf(1, 3, 2));
    assert.deepEqual(batchOf(1, 3, 2, [5]), batchOf(1, 3, 2));
    const different = [batchOf(1, 3, 2), batchOf(2, 3, 2), batchOf(1, 4, 2), batchOf(1, 3, 3)];
    assert.equal(new Set(different.map(String)).size, 4);
  });
