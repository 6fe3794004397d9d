// A rolling origin through the command line: ranked by the mean over its blocks in the unit of the latest, which is tested and
// exported; and every trial says which block it is of.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { LeaderboardDocument } from '../../src/leaderboard/leaderboard-document.js';
import { UNEVEN_SERIES, unevenCsv } from '../support/fixtures/uneven-series.js';
import { createWorkplace } from '../support/processes/cli.js';

const ROWS = UNEVEN_SERIES.length;
const VALIDATION = 40;
const TEST = 60;
const BLOCKS = 3;

/** Of the last value as the forecast of the next one, in the unit. */
function persistence(start: number, end: number): number {
  let sum = 0;
  for (let row = start + 1; row < end; row++)
    sum += Math.abs((UNEVEN_SERIES[row] ?? Number.NaN) - (UNEVEN_SERIES[row - 1] ?? Number.NaN));
  return sum / (end - start - 1);
}

test('a point is judged by the mean over its blocks, and the latest is tested', async (t) => {
  const place = createWorkplace(t);
  writeFileSync(join(place.directory, 'uneven.csv'), unevenCsv());
  const file = join(place.directory, 'rolling.json');
  const split = { rolling: { blocks: BLOCKS, validation: VALIDATION }, test: TEST };
  writeFileSync(
    file,
    JSON.stringify({
      name: 'rolling',
      dataset: { source: { csv: 'uneven.csv', time: null }, target: 'a', split },
      window: { lookback: 1, delay: 0 },
      variants: { naive: { model: { type: 'baseline' } }, linear: { model: { type: 'linear' } } },
      training: { epochs: 1, batchSize: 32 },
    }),
  );
  const { study, leaderboard, baseline } = await place.json<LeaderboardDocument & { study: string }>(
    'start',
    file,
    '-w',
    '1',
  );
  const naive = leaderboard.find(({ params }) => params.variant === 'naive');
  assert.ok(naive !== undefined);
  const end = ROWS - TEST;
  const expected = Array.from({ length: BLOCKS }, (_, back) =>
    persistence(end - (back + 1) * VALIDATION, end - back * VALIDATION),
  );
  const mean = expected.reduce((sum, one) => sum + one, 0) / BLOCKS;
  assert.ok(
    Math.abs((naive.validationMaeUnits ?? 0) - mean) < 1e-4 * mean,
    'the mean over the blocks, in the unit',
  );
  assert.ok(Math.abs((naive.baselineMae ?? 0) - (naive.objective ?? 1)) < 1e-6);
  assert.ok(
    Math.abs((baseline?.validationMaeUnits ?? 0) - mean) < 1e-4 * mean,
    'common sense over the same blocks',
  );
  assert.equal(naive.seeds.length, BLOCKS);
  assert.ok(naive.objectiveInterval !== null, 'an interval over the blocks');

  const { stdout } = await place.call('leaderboard', study);
  assert.match(stdout, / blocks [\s\S]* 3\/3 /);
  assert.match(stdout, /judged on the same 39 validation windows of each of 3 blocks/);
  const shown = await place.call('show', study, naive.trial);
  assert.match(
    shown.stdout,
    new RegExp(`block 3 of 3, trained on rows 0 to ${end - VALIDATION - 1}, judged on`),
  );
  const told = await place.call('explain', study, naive.trial);
  assert.match(told.stdout, /queued for .*; block 3 of 3/);

  const trials = (await place.call('export', study, '--format', 'csv')).stdout.split('\n').slice(1);
  const earlier = trials.find((line) => /^[0-9]+,/.test(line) && Number(line.split(',')[0]) % BLOCKS === 1);
  const refused = await place.call(
    'export',
    study,
    '--best-model',
    'model',
    '--trial',
    earlier!.split(',')[1]!,
  );
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /is of block 2 of 3: it judges its point at an earlier origin/);
});
