// Losses against their definitions, their slopes against finite differences, and our logarithm against the host's.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { logarithm, lossOf, lossSlope } from '../../../src/engine/loss-functions.js';

it('the logarithm is within 5e-16 of the host’s, or of 1', () => {
  for (let i = 1; i <= 20_000; i++)
    for (const x of [i / 20_000, 1e-7 * (i / 200), 2 ** (-i / 200), 1 - i * 1e-9]) {
      if (x <= 0 || x > 1) continue;
      const expected = Math.log(x);
      assert.ok(Math.abs(logarithm(x) - expected) <= 5e-16 * Math.max(1, Math.abs(expected)), `ln ${x}`);
    }
  assert.equal(logarithm(1), 0);
  for (const x of [0, -1, 1.5, Number.NaN]) assert.ok(Number.isNaN(logarithm(x)));
});

it('slopes are those of the losses, either side of every corner', () => {
  // float32 values: the error is rounded to float32, so the step is one that it holds exactly.
  const h = 2 ** -12;
  for (const loss of ['mae', 'mse', 'huber', 'binaryCrossentropy'] as const)
    for (const target of [0, 1])
      for (const prediction of [0.0625, 0.25, 0.5, 0.75, 0.9375]) {
        const slope = (lossOf(loss, prediction + h, target) - lossOf(loss, prediction - h, target)) / (2 * h);
        // h²·f‴/6, f‴ at most 2/0.0625³ for the cross-entropy.
        assert.ok(Math.abs(lossSlope(loss, prediction, target) - slope) < 1e-4, `${loss} ${prediction}`);
      }
  assert.deepEqual(
    [-3, -1, -0.5, 0, 0.5, 1, 3].map((error) => lossSlope('huber', error, 0)),
    [-1, -1, -0.5, 0, 0.5, 1, 1],
  );
  assert.deepEqual(
    [-3, -1, 0.5, 1, 3].map((error) => lossOf('huber', error, 0)),
    [2.5, 0.5, 0.125, 0.5, 2.5],
  );
});

it('cross-entropy is cut off where Keras cuts it, and NaN stays NaN', () => {
  for (const [prediction, target] of [
    [0, 1],
    [1, 0],
    [-2, 1],
  ] as const) {
    assert.ok(Math.abs(lossOf('binaryCrossentropy', prediction, target) + Math.log(1e-7)) < 1e-8);
    assert.equal(lossSlope('binaryCrossentropy', prediction, target), 0);
  }
  for (const loss of ['mae', 'mse', 'huber', 'binaryCrossentropy'] as const) {
    assert.ok(Number.isNaN(lossOf(loss, Number.NaN, 1)), loss);
    assert.ok(Number.isNaN(lossSlope(loss, Number.NaN, 1)), loss);
  }
});
