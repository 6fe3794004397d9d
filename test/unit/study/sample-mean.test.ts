// Intervals and tests over dependent samples: right values, what bears none, and how often they are right.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compareAnswers, compareForecasts } from '../../../src/statistics/forecast-test.js';
import { standardErrorOfMean } from '../../../src/statistics/long-run-variance.js';
import { meanInterval, meanOfSamples } from '../../../src/statistics/sample-mean.js';
import { studentQuantile, studentTail } from '../../../src/statistics/student-t.js';
import {
  autoregressive,
  MEAN_ABSOLUTE,
  normalNumbers,
  overlapping,
} from '../../support/fixtures/dependent-errors.js';
import { legacyNormal } from '../../support/fixtures/legacy-random.js';

/** Share of simulated series whose 95 % interval covers the truth, among those that are given one. */
function coverage(draw: (normal: () => number) => Float64Array, overlap = 1) {
  const normal = normalNumbers(3);
  const repetitions = 500;
  let given = 0;
  let covered = 0;
  for (let repetition = 0; repetition < repetitions; repetition += 1) {
    const { interval } = meanInterval(draw(normal).map(Math.abs), 'positive', overlap);
    if (interval === null) continue;
    given += 1;
    if (interval[0] <= MEAN_ABSOLUTE && MEAN_ABSOLUTE <= interval[1]) covered += 1;
  }
  return { given: given / repetitions, covered: covered / given };
}

describe('meanInterval covers the mean absolute error as often as it says', () => {
  const cases: [string, number, (normal: () => number) => Float64Array][] = [
    ['independent errors', 1, (normal) => autoregressive(200, 0, normal)],
    ['AR(1) 0.5', 1, (normal) => autoregressive(200, 0.5, normal)],
    ['AR(1) 0.9', 1, (normal) => autoregressive(2_000, 0.9, normal)],
    ['an overlap of 24', 24, (normal) => overlapping(1_000, 24, normal)],
  ];
  for (const [name, overlap, draw] of cases)
    it(name, () => {
      const { given, covered } = coverage(draw, overlap);
      assert.ok(given > 0.9, `given ${given}`);
      // 500 series: a standard error of one point.
      assert.ok(Math.abs(covered - 0.95) < 0.03, `covered ${covered}`);
    });

  it('and gives none where it could not', () => {
    for (const [count, correlation] of [
      [100, 0.9],
      [200, 0.98],
      [1_000, 0.999],
    ] as const)
      assert.ok(coverage((normal) => autoregressive(count, correlation, normal)).given < 0.05, `${count}`);
  });
});

/** Of the product itself, when it was made. */
const KNOWN_BITS = [0.4705770269849399, 0.5178823131767899];

describe('meanInterval', () => {
  const normal = normalNumbers(5);
  const errors = autoregressive(500, 0.5, normal).map(Math.abs);

  it('contains the mean, wider to the side that has more room', () => {
    const { interval, reason } = meanInterval(errors, 'positive');
    const mean = errors.reduce((sum, value) => sum + value, 0) / errors.length;
    assert.ok(interval !== null && reason === null);
    assert.ok(interval[0] < mean && mean < interval[1] && interval[1] - mean > mean - interval[0]);
  });

  it('has known bits: they are part of a result that must not differ between machines', () => {
    const series = Float64Array.from({ length: 100 }, (_, at) => ((at * 37) % 101) / 101);
    assert.deepEqual(meanInterval(series, 'positive').interval, KNOWN_BITS);
  });

  it('gives none to few, overlapping, dependent or equal values, and says why', () => {
    const reasonOf = (values: ArrayLike<number>, overlap = 1) => {
      const { interval, reason } = meanInterval(values, 'positive', overlap);
      assert.equal(interval, null);
      return reason;
    };
    assert.equal(reasonOf([1]), 'too-few');
    for (const count of [2, 5, 8, 20, 29]) assert.equal(reasonOf(errors.subarray(0, count)), 'too-few');
    assert.equal(reasonOf(errors.subarray(0, 60), 48), 'overlap');
    assert.equal(reasonOf(autoregressive(300, 0.99, normalNumbers(1)).map(Math.abs)), 'dependent');
    assert.equal(reasonOf(new Float64Array(500).fill(0.1)), 'constant');
    assert.equal(reasonOf(new Float64Array(500)), 'constant');
  });

  it('refuses no values, and values that are not finite', () => {
    assert.throws(() => meanInterval([], 'real'), RangeError);
    assert.throws(() => meanInterval([1, Number.NaN], 'real'), RangeError);
  });

  it('takes milliseconds', () => {
    const series = autoregressive(5_000, 0.9, normalNumbers(1)).map(Math.abs);
    meanInterval(series, 'positive');
    const begin = performance.now();
    for (let round = 0; round < 5; round += 1) meanInterval(series, 'positive');
    assert.ok((performance.now() - begin) / 5 < 250);
  });
});

describe('standardErrorOfMean', () => {
  it('is the root of the mean of the first periodogram ordinates over n', () => {
    // numpy 2.4.6: RandomState(1), y[i] = 0.9 y[i-1] + e[i], n = 2000; f = fft(y - mean); sqrt(mean(|f[1:6]|²)) / n.
    const draw = legacyNormal(1);
    let level = 0;
    const series = Float64Array.from({ length: 2_000 }, () => {
      level = 0.9 * level + draw();
      return level;
    });
    const mean = series.reduce((sum, value) => sum + value, 0) / series.length;
    assert.ok(Math.abs(mean - 0.329891101497891) < 1e-12);
    assert.ok(Math.abs(standardErrorOfMean(series, mean, 5) - 0.23021486085648862) < 1e-12);
  });
});

describe('compareForecasts', () => {
  const drawPair = (normal: () => number): [Float64Array, Float64Array] => [
    autoregressive(400, 0.5, normal).map(Math.abs),
    autoregressive(400, 0.5, normal).map(Math.abs),
  ];

  it('calls one of two equal forecasts better about as often as it says', () => {
    const normal = normalNumbers(11);
    const repetitions = 600;
    let rejected = 0;
    for (let repetition = 0; repetition < repetitions; repetition += 1) {
      const { pValue } = compareForecasts(...drawPair(normal));
      if ((pValue ?? 1) < 0.05) rejected += 1;
    }
    // A standard error of 0.9 points.
    assert.ok(Math.abs(rejected / repetitions - 0.05) < 0.03, `rejected ${rejected / repetitions}`);
  });

  it('sees a small lead because windows are paired, and the other side of the coin', () => {
    const [common, own] = drawPair(normalNumbers(2));
    const better = common.map((value, at) => 3 + value + 0.1 * own[at]!);
    const worse = common.map((value) => 3.2 + value);
    const ahead = compareForecasts(better, worse);
    const behind = compareForecasts(worse, better);
    assert.ok(ahead.difference < -0.1 && ahead.pValue !== null && ahead.pValue > 0 && ahead.pValue < 0.001);
    assert.ok(behind.difference > 0.1 && (behind.pValue ?? 0) > 0.999);
  });

  it('has no p-value from one window, nor from windows that overlap by most of their horizon', () => {
    assert.deepEqual(compareForecasts([0.1], [0.4]), {
      difference: 0.1 - 0.4,
      pValue: null,
      reason: 'too-few',
    });
    const normal = normalNumbers(4);
    const [first, second] = [overlapping(236, 144, normal), overlapping(236, 144, normal)];
    assert.equal(compareForecasts(first, second, 144).reason, 'overlap');
  });

  it('has none for a forecast beside itself', () => {
    const [errors] = drawPair(normalNumbers(2));
    assert.deepEqual(compareForecasts(errors, errors), { difference: 0, pValue: null, reason: 'constant' });
  });

  it('refuses series of different windows', () => {
    assert.throws(() => compareForecasts([1, 2], [1]), RangeError);
  });
});

describe('compareAnswers', () => {
  const answers = (right: number, wrong: number): number[] => [
    ...new Array<number>(right).fill(1),
    ...new Array<number>(wrong).fill(0),
  ];
  /** `wins` reviews that only the first gets right, `losses` that only the second does, and some that both do. */
  const tail = (wins: number, losses: number): number =>
    compareAnswers([...answers(wins, losses), 1, 0], [...answers(wins, losses).map((hit) => 1 - hit), 1, 0]);

  it('is the exact sign test over the answers that differ', () => {
    assert.equal(tail(1, 0), 0.5);
    assert.ok(Math.abs(tail(0, 3) - 1) < 1e-12);
    // scipy 1.17: binom.sf(13, 20, 0.5), binom.sf(599, 1000, 0.5).
    assert.ok(Math.abs(tail(14, 6) - 0.057659149169921875) < 1e-12);
    assert.ok(Math.abs(tail(600, 400) / 1.3642320780329735e-10 - 1) < 1e-9);
    assert.ok(Math.abs(tail(6, 14) - (1 - 0.020694732666015625)) < 1e-12);
  });

  it('is 1 where they never differ, and above 0 however far ahead', () => {
    assert.equal(compareAnswers([1, 0, 1], [1, 0, 1]), 1);
    const ahead = tail(25_000, 0);
    assert.ok(ahead > 0 && ahead < 1e-100);
  });
});

describe('Student’s t', () => {
  it('agrees with the table at few and many degrees of freedom', () => {
    // R's qt(0.975, df).
    const table: [number, number][] = [
      [1, 12.7062047],
      [2, 4.30265273],
      [3, 3.18244631],
      [4, 2.77644511],
      [9, 2.26215716],
      [30, 2.04227246],
      [200, 1.97189622],
    ];
    for (const [degrees, expected] of table)
      assert.ok(Math.abs(studentQuantile(degrees, 0.95) - expected) < 1e-6 * expected, `${degrees}`);
  });

  it('has the tails of scipy, and none that is 0', () => {
    assert.ok(Math.abs(studentTail(1.5, 8) - 0.08600164597595561) < 1e-12);
    assert.ok(Math.abs(studentTail(-2, 64) - 0.9751260543031374) < 1e-12);
    assert.ok(studentTail(1e9, 64) > 0 && studentTail(Number.POSITIVE_INFINITY, 4) > 0);
  });
});

it('a bearing knows its degrees of freedom', () => {
  const bearing = meanOfSamples(autoregressive(1_000, 0, normalNumbers(1)));
  assert.ok('degrees' in bearing && bearing.degrees === 20);
});
