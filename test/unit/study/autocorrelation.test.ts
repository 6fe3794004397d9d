// Autocorrelations against values of numpy 2.4, and seasons of series that were made with them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { autocorrelation, findSeasons } from '../../../src/statistics/autocorrelation.js';
import { seededRandom } from '../../../src/statistics/seeded-random.js';

test('autocorrelations are those of numpy', () => {
  // y = x - x.mean(); (y[k:] * y[:n-k]).sum() / (y * y).sum()
  const values = Array.from({ length: 40 }, (_, at) => ((at * 7919) % 101) / 10 + 3 * Math.sin(at / 3));
  const expected = [
    1, -0.0029372746411006224, 0.22572996208481022, 0.14329718746355186, -0.18472886816766576,
    0.489925498486589,
  ];
  for (const [lag, value] of autocorrelation(values, 5).entries())
    assert.ok(Math.abs(value - expected[lag]!) < 1e-12, `lag ${lag}: ${value}`);
});

test('the transform gives what the sums of products give, at any length', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 1, maxLength: 70 }),
      (values) => {
        const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
        const sum = (lag: number): number =>
          values.slice(lag).reduce((all, value, at) => all + (value - mean) * (values[at]! - mean), 0);
        const found = autocorrelation(values, values.length - 1);
        if (sum(0) < 1e-6) return;
        for (const [lag, value] of found.entries()) assert.ok(Math.abs(value - sum(lag) / sum(0)) < 1e-9);
      },
    ),
  );
});

test('values that never vary have none, and a lag beyond them is refused', () => {
  assert.deepEqual([...autocorrelation([2, 2, 2], 2)], [1, 0, 0]);
  assert.throws(() => autocorrelation([1, 2], 2), /2 values have no autocorrelation at lag 2/);
});

const noise = (seed: number): (() => number) => {
  const random = seededRandom(seed);
  return () => random.uniform() + random.uniform() + random.uniform() - 1.5;
};
const periods = (values: readonly number[]): number[] => findSeasons(values).map(({ period }) => period);
const hours = (count: number, valueAt: (hour: number) => number): number[] =>
  Array.from({ length: count }, (_, hour) => valueAt(hour));
const day = (hour: number): number => Math.sin((2 * Math.PI * hour) / 24);
const isWeekend = (hour: number): boolean => Math.floor(hour / 24) % 7 >= 5;

test('a day and a week are found, under a trend and noise', () => {
  const random = noise(1);
  const load = hours(
    24 * 7 * 20,
    (hour) => 0.01 * hour + 5 * day(hour) - (isWeekend(hour) ? 4 : 0) + random(),
  );
  assert.deepEqual(periods(load), [24, 168]);
});

test('a day is found where slow changes hide it', () => {
  const random = noise(2);
  let level = 0;
  const values = hours(24 * 200, (hour) => {
    level += 0.3 * random();
    return 8 * level + 3 * day(hour);
  });
  assert.deepEqual(periods(values), [24]);
});

test('noise, a walk, a line and too few values have no season', () => {
  const random = noise(3);
  let walk = 0;
  assert.deepEqual(periods(hours(2_000, random)), []);
  assert.deepEqual(periods(hours(2_000, () => (walk += random()))), []);
  assert.deepEqual(periods(hours(500, (hour) => 3 * hour)), []);
  assert.deepEqual(periods([]), []);
  assert.deepEqual(periods([1, 2, 1, 2, 1]), []);
});

test('a crest that slow changes pull away from a day of the calendar is that day, one that is further off is not', () => {
  const random = noise(5);
  let level = 0;
  const slow = hours(144 * 60, (at) => {
    level = 0.995 * level + random();
    return level + 4 * Math.sin((2 * Math.PI * at) / 144);
  });
  const [plain] = findSeasons(slow);
  assert.ok(
    plain !== undefined && plain.period !== 144 && Math.abs(plain.period - 144) < 8,
    `${plain?.period}`,
  );
  assert.equal(findSeasons(slow, 600)[0]?.period, 144);
  // Of values half an hour apart it is three days: no season of the calendar.
  assert.equal(findSeasons(slow, 1800)[0]?.period, plain.period);
});
