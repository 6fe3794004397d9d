import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createScheduler } from '../../../src/search/registry.js';
import type { StopDecision } from '../../../src/search/scheduler.js';
import { projectedFall } from '../../../src/search/schedulers/projected-halving.js';

test('a fall is forecast as a geometric series over the doublings that are left', () => {
  // 1 → 8 are three doublings: 0.5 + 0.25 + 0.125.
  assert.equal(projectedFall(1, 0.5, 1, 8), 0.875);
  assert.equal(projectedFall(2, 0.5, 4, 8), 1);
  // 4 → 6 is log2(1.5) = 0.585 of a doubling.
  assert.ok(Math.abs(projectedFall(1, 0.5, 4, 6) - 0.5 * Math.log2(1.5)) < 1e-12);
  assert.equal(projectedFall(0, 0.9, 1, 1024), 0);
  assert.equal(projectedFall(1, 0.5, 8, 8), 0);
});

/** Each trial's losses up to epoch 8 of 16, one after the other. */
function stopsOf(trust: number, curves: readonly (readonly number[])[]): StopDecision[] {
  const scheduler = createScheduler(
    { type: 'projected-halving', grace: 4, share: 0.5, trust },
    { epochs: 16, repeats: 1, total: null, seed: 1 },
  );
  return curves.flatMap((losses, index) =>
    losses.flatMap((loss, place) => scheduler.observe({ type: 'report', index, epoch: place + 1, loss })),
  );
}

test('a trial that stands worse and falls faster goes on where the forecast is trusted, and not where it is not', () => {
  const flat = [0.52, 0.51, 0.505, 0.5];
  const falling = [2, 1.4, 1, 0.6];
  // Of two one goes on.
  assert.deepEqual(
    stopsOf(0, [flat, falling]).map(({ index, epoch }) => [index, epoch]),
    [[1, 4]],
  );
  assert.deepEqual(stopsOf(1, [flat, falling]), []);
  const [stop] = stopsOf(1, [falling, flat]);
  assert.deepEqual([stop?.index, stop?.epoch], [1, 4]);
  assert.match(
    stop?.reason ?? '',
    /^rung 1 of 2 \(epoch 4\): rank 2 of 2, its best loss 0.5, forecast to fall to 0.49\d*, is above the cut-off -?0\.\d+$/,
  );
});

test('losses that are not finite stop a trial and spoil no forecast', () => {
  const gone = [null, null, null, null] as unknown as number[];
  const late = [null, null, 0.9, 0.4] as unknown as number[];
  const stops = stopsOf(1, [gone, late, [1, 0.9, 0.85, 0.8], [0.9, 0.6, 0.5, 0.3]]);
  assert.deepEqual(
    stops.map(({ index }) => index),
    [0, 2],
  );
});
