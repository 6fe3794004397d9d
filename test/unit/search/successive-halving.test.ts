import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createScheduler } from '../../../src/search/registry.js';
import { rungEpochs } from '../../../src/search/schedulers/asha.js';
import { BestShare } from '../../../src/search/schedulers/best-share.js';
import { hyperbandBrackets } from '../../../src/search/schedulers/hyperband.js';

test("hyperband's brackets for 81 epochs and a factor of 3 are those of the paper's table 1", () => {
  const shown = hyperbandBrackets(81, 3).map((bracket) =>
    bracket.map(({ trials, epoch }) => `${trials}@${epoch}`).join(' '),
  );
  assert.deepEqual(shown, [
    '81@1 27@3 9@9 3@27 1@81',
    '27@3 9@9 3@27 1@81',
    '9@9 3@27 1@81',
    '6@27 2@81',
    '5@81',
  ]);
});

test("asha's rungs are the powers of its factor from the grace on, below the last epoch", () => {
  assert.deepEqual(rungEpochs(1, 3, 81), [1, 3, 9, 27]);
  assert.deepEqual(rungEpochs(2, 4, 33), [2, 8, 32]);
  assert.deepEqual(rungEpochs(5, 3, 5), []);
});

test('the cut-off is the loss of the last of the best share, at least one', () => {
  const share = new BestShare(1 / 3);
  const verdicts = [0.5, 0.4, 0.6, 0.3, 0.45, 0.35, 0.35].map((loss) => share.judge(loss));
  assert.deepEqual(
    verdicts.map(({ cutoff, rank, judged, goesOn }) => [cutoff, rank, judged, goesOn]),
    [
      [0.5, 1, 1, true],
      [0.4, 1, 2, true],
      [0.4, 3, 3, false],
      [0.3, 1, 4, true],
      [0.3, 3, 5, false],
      [0.35, 2, 6, true],
      [0.35, 2, 7, true],
    ],
  );
});

test('a trial without a finite loss stops at its first rung even as the first one', () => {
  const verdict = new BestShare(1 / 3).judge(Number.POSITIVE_INFINITY);
  assert.equal(verdict.goesOn, false);
});

test('points take turns at the brackets of asha, and all repeats of a point stand in one', () => {
  const scheduler = createScheduler(
    { type: 'asha', grace: 1, reduction: 2, brackets: 2 },
    { epochs: 4, repeats: 2, total: 12, seed: 1 },
  );
  const stops = Array.from({ length: 8 }, (_, index) =>
    scheduler.observe({ type: 'report', index, epoch: 1, loss: index }),
  ).flat();
  // Points 0 and 2 are judged at epoch 1, points 1 and 3 only from epoch 2 on.
  assert.deepEqual(
    stops.map(({ index, epoch }) => [index, epoch]),
    [
      [1, 1],
      [4, 1],
      [5, 1],
    ],
  );
  assert.equal(
    stops[1]?.reason,
    'rung 1 of 2 (epoch 1, bracket 0): rank 3 of 3, its best loss 4 is above the cut-off 0',
  );
});
