import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeHorizon } from '../../../src/cli/validate/horizons.js';

const HOUR = 3_600;

test('the horizon is told in words, and the other reading where the delay is one off a round one', () => {
  for (const [step, delay, rowSeconds, text] of [
    // Hourly rows: the last row read is one before the row that the delay counts from.
    [1, 24, HOUR, 'OT 25 hours after the last row read; for 24 hours after it, delay 23'],
    [1, 23, HOUR, 'OT 24 hours after the last row read'],
    [1, 22, HOUR, 'OT 23 hours after the last row read; for 24 hours after it, delay 23'],
    [6, 144, 600, 'OT 25 hours after the last row read; for 24 hours after it, delay 138'],
    [1, 143, 600, 'OT 24 hours after the last row read'],
    [1, 144, 600, 'OT 1450 minutes after the last row read; for 24 hours after it, delay 143'],
    [1, 7, 24 * HOUR, 'OT 8 days after the last row read; for 7 days after it, delay 6'],
    [1, 9, HOUR, 'OT 10 hours after the last row read'],
    [1, 4, 600, 'OT 50 minutes after the last row read; for 1 hour after it, delay 5'],
    [2, 3, null, 'OT 5 rows after the last row read'],
  ] as const)
    assert.equal(describeHorizon('OT', step, delay, rowSeconds).text, text);
});
