import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createScheduler } from '../../../src/search/registry.js';
import type { Scheduler, StopDecision } from '../../../src/search/scheduler.js';
import { seedsNeeded } from '../../../src/search/schedulers/wilcoxon.js';
import { errorAt, errorsOf, gruGridDocument, parseDocument } from '../../support/fixtures/sweep-documents.js';

function report(scheduler: Scheduler, index: number, losses: readonly (number | null)[]): StopDecision[] {
  return losses.flatMap((loss, place) =>
    scheduler.observe({ type: 'report', index, epoch: place + 1, loss }),
  );
}

test('plateau stops what stands still above the best, at the epoch at which patience is over', () => {
  const scheduler = createScheduler(
    { type: 'plateau', patience: 2, minDelta: 0 },
    { epochs: 8, repeats: 1, total: null, seed: 1 },
  );
  assert.deepEqual(report(scheduler, 0, [3, 2, 1.9, 1.9, 1.9, 1.9, 1.9, 1.9]), [], 'the first is the best');
  const [stop, ...others] = report(scheduler, 1, [3, 2.5, 2.6, 2.7, 2.4, 2, 1, 1]);
  assert.deepEqual(others, []);
  assert.deepEqual([stop?.index, stop?.epoch], [1, 4]);
  assert.match(stop?.reason ?? '', /^at epoch 4 its best loss 2.5 has not fallen in 2 epochs.* had 1.9$/);
  assert.deepEqual(report(scheduler, 2, [3, 2.5, 2.4, 2.3, 2.2, 2.1, 2, 1.95]), [], 'it still falls');
  assert.deepEqual(report(scheduler, 3, [3, 1, 1, 1, 1, 1, 1, 1]), [], 'the best may stand still');
  assert.equal(report(scheduler, 4, [null, null, null, null])[0]?.epoch, 3);
});

test('plateau takes a fall of no more than minDelta for none', () => {
  const create = (minDelta: number): Scheduler => {
    const scheduler = createScheduler(
      { type: 'plateau', patience: 1, minDelta },
      { epochs: 5, repeats: 1, total: null, seed: 1 },
    );
    report(scheduler, 0, [1, 1, 1, 1, 1]);
    return scheduler;
  };
  assert.equal(report(create(0.1), 1, [3, 2.95, 2.9]).length, 1);
  assert.equal(report(create(0.01), 1, [3, 2.95, 2.9]).length, 0);
});

test('wilcoxon gives up a point from the seed on at which the signed-rank test is sure', () => {
  assert.deepEqual([0.5, 0.1, 0.05, 0.01].map(seedsNeeded), [2, 4, 5, 7]);
  const scheduler = createScheduler(
    { type: 'wilcoxon', grace: 1, reduction: 3, pValue: 0.1 },
    { epochs: 3, repeats: 6, total: 24, seed: 1 },
  );
  const play = (point: number, offset: number): StopDecision[] =>
    Array.from({ length: 6 }, (_, repeat) =>
      report(scheduler, point * 6 + repeat, [0.5 + repeat / 10 + offset, 0.5, 0.5]),
    ).flat();
  assert.deepEqual(play(0, 0), [], 'nothing to compare with');
  const given = play(1, 0.01);
  assert.deepEqual(
    given.map(({ index, epoch }) => [index, epoch]),
    [
      [9, 1],
      [10, 1],
      [11, 1],
    ],
  );
  assert.match(given[0]?.reason ?? '', /4 of its seeds are worse.* p = 0.0625\)$/);
  assert.deepEqual(play(2, -0.01), [], 'a better point goes on, and is the one to beat');
  assert.equal(play(3, 0).length, 3);
});

test('a wilcoxon whose seeds are too few to ever be sure is refused, with what would do', () => {
  const document = gruGridDocument();
  const scheduler = { type: 'wilcoxon' };
  const { message, hint } = errorAt(
    errorsOf(() => parseDocument({ ...document, scheduler, repeats: 3 })),
    'scheduler',
  );
  assert.match(message, /below 0\.1 takes 4 of them, and "repeats" is 3/);
  assert.match(hint ?? '', /"repeats" to 4 or more/);
  assert.equal(parseDocument({ ...document, scheduler, repeats: 4 }).scheduler.type, 'wilcoxon');
});
