// The model confidence set: against Python's arch on the same resamples, and how often it holds what it must.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { blockResamples } from '../../../src/statistics/block-bootstrap.js';
import {
  confidenceSet,
  SET_SIGNIFICANCE,
  sampledConfidenceSet,
  seededConfidenceSet,
} from '../../../src/statistics/confidence-set.js';
import { autoregressive, normalNumbers } from '../../support/fixtures/dependent-errors.js';

const SAMPLES = 120;
const BLOCK = 6;
const SHIFTS = [0, 0.01, 0.03, 0.05, 0.09, 0.2];

/** x ← 1664525 x + 1013904223 mod 2^32, from 1: in any language the same numbers. */
function linearCongruential(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(1_664_525, state) + 1_013_904_223) >>> 0;
    return state;
  };
}

function fixedSeries(): { errors: Float64Array[]; resamples: number[][] } {
  const next = linearCongruential();
  const carry = SHIFTS.map(() => 0);
  const errors = SHIFTS.map(() => new Float64Array(SAMPLES));
  for (let at = 0; at < SAMPLES; at += 1)
    SHIFTS.forEach((shift, model) => {
      carry[model] = 0.5 * carry[model]! + next() / 2 ** 32 - 0.5;
      errors[model]![at] = 1 + shift + 0.3 * carry[model]!;
    });
  const resamples = Array.from({ length: 500 }, () => {
    const places: number[] = [];
    for (let start = 0; start < SAMPLES; start += BLOCK) {
      const from = Math.floor((next() * SAMPLES) / 2 ** 32);
      for (let step = 0; step < BLOCK; step += 1) places.push((from + step) % SAMPLES);
    }
    return places;
  });
  return { errors, resamples };
}

/** Best first, as the ranking hands them over. */
function sorted(errors: readonly Float64Array[]): Float64Array[] {
  const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);
  return [...errors].sort((left, right) => sum(left) - sum(right));
}

function equalModels(models: number, samples: number, correlation: number, normal: () => number) {
  const shared = autoregressive(samples, correlation, normal);
  const errors = Array.from({ length: models }, () =>
    autoregressive(samples, correlation, normal).map((own, at) => Math.abs(shared[at]! + own)),
  );
  return errors;
}

describe('the model confidence set', () => {
  // arch 8.0.0, numpy: the series and the 500 lists of places made as above by the same generator, then
  //   m = MCS(losses, size=0.05, reps=500, block_size=6, method="max")
  //   m.bootstrap = an object whose bootstrap(reps) yields ((places,), {}) for each list; m.compute(); m.pvalues
  it('has the p-values of arch on the same resamples', () => {
    const { errors, resamples } = fixedSeries();
    assert.deepEqual(confidenceSet(errors, resamples), [1, 0.44, 0.63, 0.15, 0, 0]);
  });

  it('does not depend on the order of the forecasts', () => {
    const { errors, resamples } = fixedSeries();
    const turned = confidenceSet([...errors].reverse(), resamples).reverse();
    assert.deepEqual(turned, confidenceSet(errors, resamples));
  });

  it('tells a worse forecast apart, keeps the best and its like', () => {
    const normal = normalNumbers(3);
    const [first, second, worse] = equalModels(3, 400, 0.5, normal);
    const set = sampledConfidenceSet([first!, second!, worse!.map((error) => error + 0.5)]);
    assert.ok('pValues' in set);
    assert.ok(set.pValues[1]! > SET_SIGNIFICANCE && set.pValues[2]! < 0.01, `${set.pValues}`);
  });

  it('keeps forecasts that are the same, however many', () => {
    const errors = autoregressive(100, 0.3, normalNumbers(5)).map(Math.abs);
    const set = sampledConfidenceSet(Array.from({ length: 7 }, () => errors));
    assert.ok('pValues' in set);
    assert.deepEqual(set.pValues, [1, 1, 1, 1, 1, 1, 1]);
  });

  it('says why where the samples bear none', () => {
    const normal = normalNumbers(9);
    const strong = [autoregressive(200, 0.98, normal), autoregressive(200, 0.98, normal)];
    assert.deepEqual(sampledConfidenceSet(strong), { reason: 'dependent' });
    const weak = [autoregressive(200, 0, normal), autoregressive(200, 0, normal)];
    assert.deepEqual(sampledConfidenceSet(weak, 24), { reason: 'overlap' });
    assert.deepEqual(sampledConfidenceSet(weak.map((series) => series.subarray(0, 29))), {
      reason: 'too-few',
    });
  });

  // The level is 95 %: of 100 series 87 or fewer would hold it with a chance below 0.2 %, of 30 22 or fewer.
  for (const [models, repetitions, least] of [
    [2, 100, 88],
    [10, 60, 50],
    [50, 30, 23],
  ] as const)
    it(`holds the true best of ${models} equal forecasts at its level`, () => {
      const normal = normalNumbers(17);
      let held = 0;
      let given = 0;
      for (let repetition = 0; repetition < repetitions; repetition += 1) {
        const errors = equalModels(models, 200, 0.3, normal);
        // Any of them is the best; one is named before the errors are seen.
        const best = errors[0]!;
        const order = sorted(errors);
        const set = sampledConfidenceSet(order);
        if (!('pValues' in set)) continue;
        given += 1;
        if (set.pValues[order.indexOf(best)]! > SET_SIGNIFICANCE) held += 1;
      }
      assert.ok(given >= repetitions / 2, `${given} sets`);
      assert.ok(held / given >= least / repetitions, `${held} of ${given}`);
    });
});

describe('the confidence set over seeds', () => {
  it('pairs by seed: what all models share is no spread', () => {
    const luck = [0, 5, -3, 8];
    const noise = [0.01, -0.01, 0.02, -0.02];
    const worse = luck.map((value, seed) => value + 1 + noise[seed]!);
    const [best, other] = seededConfidenceSet([luck, worse]);
    // The t of the paired differences is 1 / (0.018257 / 2) = 109.5 with 3 degrees of freedom; its p-value, over two
    // models: 2 * scipy.stats.t.sf(109.5445, 3).
    assert.equal(best, 1);
    assert.ok(Math.abs(other! - 1.677e-6) < 0.001e-6, `${other}`);
  });

  it('holds all of 10 equal models at its level, with three seeds', () => {
    const normal = normalNumbers(23);
    let held = 0;
    for (let repetition = 0; repetition < 400; repetition += 1) {
      const values = Array.from({ length: 10 }, () => Array.from({ length: 3 }, normal));
      const sum = ([a = 0, b = 0, c = 0]: number[]) => a + b + c;
      values.sort((left, right) => sum(left) - sum(right));
      if (seededConfidenceSet(values).every((pValue) => pValue > SET_SIGNIFICANCE)) held += 1;
    }
    // 3.5 standard errors below the level.
    assert.ok(held / 400 > 0.91, `${held} of 400`);
  });

  it('keeps equal values and tells a constant difference apart', () => {
    assert.deepEqual(
      seededConfidenceSet([
        [1, 2, 3],
        [1, 2, 3],
        [1, 2, 3],
      ]),
      [1, 1, 1],
    );
    const [, other] = seededConfidenceSet([
      [1, 2, 3],
      [2, 3, 4],
    ]);
    assert.ok(other! < 1e-9);
  });
});

describe('resamples', () => {
  it('are whole blocks that go round the end, the same for the same seed', () => {
    const [first] = blockResamples(7, 3, 1, 4);
    const [again] = blockResamples(7, 3, 1, 4);
    assert.deepEqual(first, again);
    for (const start of [0, 3])
      for (const step of [1, 2]) assert.equal(first![start + step], (first![start]! + step) % 7);
    assert.notDeepEqual([...blockResamples(7, 3, 1, 5)][0], first);
  });
});
