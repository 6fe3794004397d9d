import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  blockBootstrapDifference,
  blockBootstrapMean,
  defaultBlockLength,
} from '../../../src/statistics/bootstrap.js';
import { seededRandom } from '../../../src/statistics/seeded-random.js';
import { studentQuantile } from '../../../src/statistics/student-t.js';
import { meanInterval } from '../../../src/study/finished-row.js';

/** First-order autoregressive series around `mean`, unit innovations; burnt in. */
function autoregressive(count: number, rho: number, mean: number, seed: number): Float64Array {
  const random = seededRandom(seed);
  const gauss = (): number =>
    Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
  const series = new Float64Array(count);
  let state = 0;
  for (let at = -200; at < count; at += 1) {
    state = rho * state + gauss();
    if (at >= 0) series[at] = mean + state;
  }
  return series;
}

function coverage(blockLength: number): number {
  const repetitions = 300;
  let covered = 0;
  for (let seed = 0; seed < repetitions; seed += 1) {
    const series = autoregressive(1_500, 0.7, 5, seed);
    const [low, high] = blockBootstrapMean(series, { blockLength, resamples: 300, seed }).interval;
    if (low <= 5 && 5 <= high) covered += 1;
  }
  return covered / repetitions;
}

describe('blockBootstrapMean', () => {
  it('covers the mean of an autocorrelated series about as often as it says', () => {
    // 300 repetitions: a standard error of 1.3 points around 95 %; blocks lose a little of the variance.
    const share = coverage(40);
    assert.ok(share >= 0.89 && share <= 0.98, `covered ${share}`);
  });

  it('would be too sure of itself without blocks: they are what the test above needs', () => {
    const share = coverage(1);
    assert.ok(share < 0.75, `covered ${share}`);
  });

  it('is the same for the same seed and another for another', () => {
    const series = autoregressive(500, 0.5, 1, 1);
    const options = { blockLength: 20, seed: 7 };
    assert.deepEqual(blockBootstrapMean(series, options), blockBootstrapMean(series, options));
    assert.notDeepEqual(
      blockBootstrapMean(series, options),
      blockBootstrapMean(series, { ...options, seed: 8 }),
    );
  });

  it('has known bits: they are part of a result that must not differ between machines', () => {
    const series = Float64Array.from({ length: 100 }, (_, at) => ((at * 37) % 101) / 101);
    const { mean, interval } = blockBootstrapMean(series, { blockLength: 5, resamples: 200, seed: 42 });
    assert.deepEqual([mean, ...interval], [0.49366336633663366, 0.46671122112211205, 0.5193448844884487]);
  });

  it('is narrower for more confidence lost', () => {
    const series = autoregressive(500, 0.5, 1, 1);
    const width = (confidence: number): number => {
      const [low, high] = blockBootstrapMean(series, { blockLength: 20, confidence }).interval;
      return high - low;
    };
    assert.ok(width(0.5) < width(0.95));
  });

  it('gives a point for constant series and for one value', () => {
    assert.deepEqual(blockBootstrapMean([3], { blockLength: 10 }), { mean: 3, interval: [3, 3] });
    const { interval } = blockBootstrapMean(new Float64Array(50).fill(2), { blockLength: 7 });
    assert.ok(Math.abs(interval[0] - 2) < 1e-12 && Math.abs(interval[1] - 2) < 1e-12);
  });

  it('does not shrink to a point when blocks are as long as the series', () => {
    const [low, high] = blockBootstrapMean(autoregressive(100, 0.5, 1, 3), { blockLength: 1_000 }).interval;
    assert.ok(high - low > 0.01);
  });

  it('refuses no values, and values that are not finite', () => {
    assert.throws(() => blockBootstrapMean([], { blockLength: 1 }), RangeError);
    assert.throws(() => blockBootstrapMean([1, Number.NaN], { blockLength: 1 }), RangeError);
  });

  it('draws a resample in a fraction of the time that summing it value by value takes', () => {
    const series = autoregressive(100_000, 0.9, 1, 1);
    const resamples = 300;
    const blockLength = defaultBlockLength(series.length, 144);
    const timeOf = (work: () => void): number => {
      const begin = performance.now();
      work();
      return performance.now() - begin;
    };
    let sum = 0;
    const sumAll = (): void => {
      for (let draw = 0; draw < resamples; draw += 1) for (const value of series) sum += value;
    };
    const draw = (): void => void blockBootstrapMean(series, { blockLength, resamples });
    timeOf(sumAll);
    timeOf(draw);
    const ratio = Math.min(timeOf(draw), timeOf(draw)) / Math.min(timeOf(sumAll), timeOf(sumAll));
    assert.ok(Number.isFinite(sum) && ratio < 0.5, `ratio ${ratio}`);
  });
});

describe('blockBootstrapDifference', () => {
  const noise = autoregressive(2_000, 0.7, 0, 5);
  const ownNoise = autoregressive(2_000, 0.2, 0, 9);
  const better = noise.map((value, at) => 3 + value + 0.3 * ownNoise[at]!);
  const worse = noise.map((value) => 3.3 + value);

  it('sees a small lead because windows are paired, and how sure it is', () => {
    const estimate = blockBootstrapDifference(better, worse, { blockLength: 40 });
    assert.ok(estimate.difference < -0.2);
    assert.ok(estimate.interval[1] < 0);
    assert.ok(estimate.pValue < 0.01 && estimate.pValue > 0);
  });

  it('gives the other side of the coin when the two are exchanged', () => {
    const estimate = blockBootstrapDifference(worse, better, { blockLength: 40 });
    assert.ok(estimate.difference > 0.2);
    assert.ok(estimate.pValue > 0.99);
  });

  it('is right about as often as it says when neither is better', () => {
    let rejected = 0;
    const repetitions = 300;
    for (let seed = 0; seed < repetitions; seed += 1) {
      const first = autoregressive(600, 0.5, 1, 2 * seed + 1);
      const second = autoregressive(600, 0.5, 1, 2 * seed + 2);
      if (blockBootstrapDifference(first, second, { blockLength: 25, resamples: 200, seed }).pValue <= 0.05)
        rejected += 1;
    }
    // 5 % expected, standard error 1.3 points; blocks lose a little of the variance.
    assert.ok(rejected / repetitions < 0.1, `rejected ${rejected / repetitions}`);
  });

  it('refuses series of different windows', () => {
    assert.throws(() => blockBootstrapDifference([1, 2], [1], { blockLength: 1 }), RangeError);
  });
});

describe('defaultBlockLength', () => {
  it('is the cube root, rounded up, but not shorter than the overlap', () => {
    assert.equal(defaultBlockLength(1_000), 10);
    assert.equal(defaultBlockLength(100_000), 47);
    assert.equal(defaultBlockLength(100_000, 144), 144);
    assert.equal(defaultBlockLength(1), 1);
  });
});

describe('studentQuantile', () => {
  // Table of Abramowitz & Stegun 26.10 / R's qt(0.975, df).
  const table: [number, number][] = [
    [1, 12.7062047],
    [2, 4.30265273],
    [3, 3.18244631],
    [4, 2.77644511],
    [9, 2.26215716],
    [30, 2.04227246],
    [200, 1.97189622],
  ];
  for (const [degrees, expected] of table) {
    it(`agrees with the table at ${degrees} degrees of freedom`, () => {
      assert.ok(Math.abs(studentQuantile(degrees, 0.95) - expected) < 1e-6 * expected);
    });
  }

  it('gives intervals that cover the mean of few normal values as often as they say', () => {
    const repetitions = 2_000;
    let covered = 0;
    for (let seed = 0; seed < repetitions; seed += 1) {
      const [low, high] = meanInterval(Array.from(autoregressive(4, 0, 1, seed)), 0.95);
      if (low <= 1 && 1 <= high) covered += 1;
    }
    assert.ok(Math.abs(covered / repetitions - 0.95) < 0.015, `covered ${covered / repetitions}`);
  });
});
