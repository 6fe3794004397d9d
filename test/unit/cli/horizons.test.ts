import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  describeHorizon,
  describeSteps,
  listHorizons,
  rhythmOf,
} from '../../../src/cli/validate/horizons.js';
import { planStudy } from '../../../src/coordinator/plan/spec-plan.js';
import { parseSweepSpec } from '../../../src/sweep-file/parse.js';
import { TEST_ENGINE } from '../../support/fakes/list-plan.js';
import { smallDataset } from '../../support/fixtures/small-dataset.js';

const HOUR = 3_600;
const DAY = 24 * HOUR;

test('the horizon is told in words, and the other reading where the delay is one off a round one', () => {
  for (const [step, delay, rowSeconds, text] of [
    // Hourly rows: the last row read is one before the row that the delay counts from.
    [1, 24, HOUR, 'OT 25 hours after the last row read; for 24 hours after it, delay 23'],
    [1, 23, HOUR, 'OT 24 hours after the last row read (23 hours after the row that delay counts from)'],
    [1, 25, HOUR, 'OT 26 hours after the last row read; for 24 hours after it, delay 23'],
    [1, 22, HOUR, 'OT 23 hours after the last row read; for 24 hours after it, delay 23'],
    [6, 144, 600, 'OT 25 hours after the last row read; for 24 hours after it, delay 138'],
    [6, 145, 600, 'OT 1510 minutes after the last row read; for 24 hours after it, delay 138'],
    [1, 143, 600, 'OT 24 hours after the last row read (1430 minutes after the row that delay counts from)'],
    [1, 145, 600, 'OT 1460 minutes after the last row read; for 24 hours after it, delay 143'],
    [1, 144, 600, 'OT 1450 minutes after the last row read; for 24 hours after it, delay 143'],
    [1, 7, DAY, 'OT 8 days after the last row read; for 7 days after it, delay 6'],
    [1, 6, DAY, 'OT 7 days after the last row read (6 days after the row that delay counts from)'],
    [1, 8, DAY, 'OT 9 days after the last row read; for 7 days after it, delay 6'],
    [1, 28, DAY, 'OT 29 days after the last row read; for 28 days after it, delay 27'],
    [1, 29, DAY, 'OT 30 days after the last row read (29 days after the row that delay counts from)'],
    [1, 30, DAY, 'OT 31 days after the last row read; for 30 days after it, delay 29'],
    [1, 31, DAY, 'OT 32 days after the last row read; for 30 days after it, delay 29'],
    [1, 366, DAY, 'OT 367 days after the last row read; for 365 days after it, delay 364'],
    [1, 167, HOUR, 'OT 7 days after the last row read (167 hours after the row that delay counts from)'],
    [1, 168, HOUR, 'OT 169 hours after the last row read; for 7 days after it, delay 167'],
    [1, 169, HOUR, 'OT 170 hours after the last row read; for 7 days after it, delay 167'],
    [24, 0, HOUR, 'OT 24 hours after the last row read'],
    [1, 9, HOUR, 'OT 10 hours after the last row read'],
    [1, 4, 600, 'OT 50 minutes after the last row read; for 1 hour after it, delay 5'],
    [2, 3, null, 'OT 5 rows after the last row read'],
  ] as const)
    assert.equal(describeHorizon('OT', step, delay, rowSeconds).text, text);
});

test('of several steps the nearest and the farthest are told', () => {
  const told = (steps: number, nearest: number, delay: number, step: number, rowSeconds: number | null) =>
    describeSteps('OT', { step, delay, steps, nearest }, rowSeconds);
  assert.equal(told(24, 0, 23, 1, HOUR).text, 'OT in 24 steps, 1 hour to 24 hours after the last row read');
  assert.equal(told(3, 0, 20, 4, null).text, 'OT in 3 steps, 4 rows to 24 rows after the last row read');
  const { rows, seconds } = told(2, 5, 47, 1, HOUR);
  assert.deepEqual([rows, seconds], [48, 48 * HOUR]);
});

test('variants whose farthest step is the same are told each', () => {
  const { metadata } = smallDataset();
  const spec = parseSweepSpec(
    JSON.stringify({
      name: 'horizons',
      dataset: { source: 'd.csv', target: 'level', split: { train: 0.6, validation: 0.2, test: 0.2 } },
      model: { type: 'linear' },
      variants: {
        all: { window: { lookback: 5, horizon: [1, 24] } },
        one: { window: { lookback: 5, step: 1, delay: 23 } },
        late: { window: { lookback: 5, horizon: [13, 24] } },
        again: { window: { lookback: 9, horizon: [13, 24] } },
      },
      space: {},
    }),
    'horizons.json',
  );
  const horizons = listHorizons(planStudy(spec, metadata, TEST_ENGINE), metadata);
  assert.deepEqual(
    horizons.map(({ text }) => text),
    [
      'level in 24 steps, 1 row to 24 rows after the last row read',
      'level 24 rows after the last row read',
      'level in 12 steps, 13 rows to 24 rows after the last row read',
    ],
  );
});

test('of months and trading days rows are counted, of a series with gaps time', () => {
  const time = { first: '', last: '', stepSeconds: DAY, irregular: [] };
  assert.equal(rhythmOf({ time: { ...time, irregularSteps: 20 }, rows: 48 }), null);
  assert.equal(rhythmOf({ time: { ...time, irregularSteps: 4 }, rows: 48 }), DAY);
  assert.equal(rhythmOf({ time: null, rows: 48 }), null);
});
