// Where the errors of a forecast lie, as the page is told.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forecastAnswer } from '../../../src/dashboard/forecast-answer.js';

const HOUR_MS = 3_600_000;
/** A Thursday in January. */
const FIRST_MS = Date.parse('2015-01-01T00:00:00Z');

/** Two days of hours: one degree too high at noon, right elsewhere. */
function forecast(changes: Partial<Parameters<typeof forecastAnswer>[0]> = {}) {
  const truth = Float32Array.from({ length: 48 }, (_, hour) => hour % 24);
  return forecastAnswer({
    trial: 'abc',
    target: 'T (degC)',
    unit: 'degC',
    synthetic: false,
    firstMs: FIRST_MS,
    stepMs: HOUR_MS,
    stride: 1,
    horizonRows: 24,
    irregularSteps: 0,
    truth,
    prediction: truth.map((value) => (value === 12 ? 13 : value)),
    naiveError: new Float32Array(48).fill(2),
    band: null,
    ...changes,
  });
}

test('errors are told by hour, weekday and season of the data', () => {
  const { mae, naiveMae, byHour, byWeekday, bySeason, unit, horizon } = forecast();
  assert.equal(mae, 2 / 48);
  assert.equal(naiveMae, 2);
  assert.equal(unit, '°C');
  assert.equal(horizon, '24 rows ahead');
  assert.deepEqual(
    byHour.filter((group) => group.mae > 0),
    [{ name: '12', windows: 2, mae: 1, naiveMae: 2 }],
  );
  assert.deepEqual(
    byWeekday.map(({ name, windows }) => [name, windows]),
    [
      ['Thu', 24],
      ['Fri', 24],
    ],
  );
  assert.deepEqual(
    bySeason.map(({ name, windows }) => [name, windows]),
    [['Dec–Feb', 48]],
  );
});

test('December belongs to the winter, March to the spring', () => {
  const name = (text: string): string | undefined =>
    forecast({ firstMs: Date.parse(text) }).bySeason[0]?.name;
  assert.equal(name('2015-12-05T00:00:00Z'), 'Dec–Feb');
  assert.equal(name('2015-03-05T00:00:00Z'), 'Mar–May');
  assert.equal(name('2015-08-05T00:00:00Z'), 'Jun–Aug');
  assert.equal(name('2015-11-05T00:00:00Z'), 'Sep–Nov');
});

test('rows without times have no hours', () => {
  const { byHour, byWeekday, bySeason, firstMs } = forecast({ firstMs: null, stepMs: null });
  assert.deepEqual([byHour, byWeekday, bySeason, firstMs], [[], [], [], null]);
});

test('each residual is in one bin, and the bins lie around zero', () => {
  const { residuals, bias } = forecast();
  assert.equal(
    residuals.reduce((sum, { count }) => sum + count, 0),
    48,
  );
  assert.equal(residuals.at(-1)?.count, 2);
  assert.ok(Math.abs(residuals[0]!.from + residuals.at(-1)!.to) < 1e-9);
  assert.equal(bias, 2 / 48);
});

test('a forecast without any error has one bin', () => {
  const truth = Float32Array.from([1, 2, 3]);
  const { residuals, mae } = forecast({ truth, prediction: truth, naiveError: Float32Array.from([0, 0, 0]) });
  assert.deepEqual(residuals, [{ from: 0, to: 0, count: 3 }]);
  assert.equal(mae, 0);
});

test('a band is told with what it covers of the windows', () => {
  const band = {
    nominal: 0.8,
    low: Float32Array.from({ length: 48 }, (_, hour) => (hour < 12 ? 100 : -1)),
    high: new Float32Array(48).fill(200),
  };
  const told = forecast({ band }).band;
  assert.equal(told?.nominal, 0.8);
  assert.equal(told?.coverage, 0.75);
  assert.equal(told?.low[3], 100);
  assert.equal(forecast().band, null);
});
