// Two trials side by side, and how far the validation samples flattered those that were tested.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ComparedTrial, compareTrials } from '../../../src/leaderboard/comparison.js';
import { comparisonText } from '../../../src/leaderboard/comparison-text.js';
import { finalistTests, optimismOf, overtuningOf } from '../../../src/leaderboard/optimism.js';
import { rankView } from '../../../src/leaderboard/ranking.js';
import type { ForecastTest } from '../../../src/study/test-evaluation.js';
import { autoregressive, normalNumbers } from '../../support/fixtures/dependent-errors.js';
import { foldEvents } from '../../support/fixtures/fold-events.js';
import { created, finished, logged, trialAt } from '../../support/fixtures/study-events.js';

const view = foldEvents(
  logged([
    created({ total: 3 }),
    finished(0, 0.26, { params: { cell: 'gru', units: 8, variant: 'a' } }),
    finished(1, 0.27, { params: { cell: 'gru', units: 16 } }),
    finished(2, 0.3, { params: { cell: 'lstm', units: 16 } }),
  ]),
);

function sideOf(place: number, errors: Float64Array | null): ComparedTrial {
  const ranked = rankView(view)[place]!;
  return {
    row: ranked.row,
    rank: ranked.rank,
    seed: ranked.row.seeds[0]!,
    curve: [],
    errors: errors === null ? null : { samples: errors.length, errors, overlap: 1 },
  };
}

describe('two trials', () => {
  const noise = autoregressive(400, 0.3, normalNumbers(4));
  const other = autoregressive(400, 0.3, normalNumbers(5)).map((value, at) => noise[at]! + 0.1 * value);

  it('differ in some parameters and share others, one that only one has included', () => {
    const { differing, same } = compareTrials(sideOf(0, null), sideOf(1, null), 'validationMae');
    assert.deepEqual(differing, [
      { param: 'units', a: 8, b: 16 },
      { param: 'variant', a: 'a', b: null },
    ]);
    assert.deepEqual(same, { cell: 'gru' });
  });

  it('have a paired difference that what they share does not blur, the other way round its negative', () => {
    const worse = other.map((value) => value + 0.05);
    const [a, b] = [sideOf(0, noise), sideOf(1, worse)];
    const { difference: there } = compareTrials(a, b, 'validationMae');
    const { difference: back } = compareTrials(b, a, 'validationMae');
    assert.ok(there.interval !== null && back.interval !== null);
    assert.ok(there.interval[1] < 0 && there.interval[1] - there.interval[0] < 0.1, `${there.interval}`);
    assert.ok(Math.abs(there.interval[0] + back.interval[1]) < 1e-12);
    assert.ok(Number(there.pValue) < 0.001 && Math.abs(Number(there.pValue) - Number(back.pValue)) < 1e-12);
  });

  it('have none where the errors are not there, not of the same samples, or too dependent', () => {
    const reasonOf = (left: Float64Array | null, right: Float64Array | null, metric = 'validationMae') =>
      compareTrials(sideOf(0, left), sideOf(1, right), metric).difference.reason;
    assert.equal(reasonOf(null, noise), 'not-kept');
    assert.equal(reasonOf(null, null, 'trainLoss'), 'not-sampled');
    assert.equal(reasonOf(null, null, 'validationMacroF1'), 'not-sampled');
    assert.equal(reasonOf(noise, other.subarray(1)), 'other-samples');
    const slow = [6, 7].map((seed) => autoregressive(400, 0.995, normalNumbers(seed)));
    assert.equal(reasonOf(slow[0]!, slow[1]!), 'dependent');
  });
});

describe('the curves of two trials in words', () => {
  const told = (epochs: number): string => {
    const [a, b] = [0, 1].map((place) => {
      const side = sideOf(place, null);
      return { ...side, seed: { ...side.seed, result: { ...side.seed.result, epochs } } };
    }) as [ComparedTrial, ComparedTrial];
    const options = { metric: 'value', direction: 'minimize', dataset: null, useColor: false } as const;
    return comparisonText(a, b, compareTrials(a, b, 'value'), options);
  };

  it('are gone with their log where trials had epochs', () => {
    assert.match(told(9), /Curves \(value\)\nno curve of A: the log that held it is gone/);
  });

  it('are none of trials that were asked once', () => {
    assert.doesNotMatch(told(1), /curve/i);
  });
});

describe('finalists', () => {
  const test = (index: number, testMae: number): ForecastTest => ({
    trial: trialAt(index),
    testMae,
    testMaeUnits: testMae,
    interval: null,
    baselineTestMae: 0.3,
    baselineTestMaeUnits: 0.3,
    pValueVersusBaseline: null,
    windows: 10,
  });
  const tested = {
    ...view,
    tests: [test(2, 0.1), test(1, 0.25), test(0, 0.28)],
    confidenceSet: {
      over: 'samples',
      rows: [0, 1, 2].map((index) => ({ trial: trialAt(index), pValue: index === 2 ? 0.01 : 1 })),
      notCompared: 0,
    },
  } as const;

  it('are the winner and those tied with it, in the order of their ranks', () => {
    assert.deepEqual(
      finalistTests(tested, rankView(tested)).map(({ trial }) => trial),
      [trialAt(0), trialAt(1)],
    );
  });

  it('have an optimism each, and overtuning together', () => {
    assert.deepEqual(optimismOf(test(0, 0.28), tested), { validation: 0.26, optimism: 0.28 - 0.26 });
    assert.equal(optimismOf(test(9, 0.28), tested), null);
    assert.equal(overtuningOf(finalistTests(tested, rankView(tested))), 0.28 - 0.25);
    assert.equal(overtuningOf([test(0, 0.28)]), null);
  });
});
