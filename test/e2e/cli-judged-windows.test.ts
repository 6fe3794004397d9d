// Models with windows of several lengths, ranked on the same rows: from validate to the leaderboard, the export and resume.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { LeaderboardDocument } from '../../src/leaderboard/leaderboard-document.js';
import { UNEVEN_SERIES, UNEVEN_SPLIT, unevenCsv } from '../support/fixtures/uneven-series.js';
import { createWorkplace } from '../support/processes/cli.js';

function prepare(t: TestContext) {
  const place = createWorkplace(t);
  writeFileSync(join(place.directory, 'uneven.csv'), unevenCsv());
  const write = (name: string, more: object): string => {
    const file = join(place.directory, `${name}.json`);
    const dataset = { source: { csv: 'uneven.csv', time: null }, target: 'a', split: UNEVEN_SPLIT };
    writeFileSync(file, JSON.stringify({ name, dataset, ...more }));
    return file;
  };
  return { place, write };
}

const naive = {
  window: { lookback: 1, delay: 0 },
  model: { type: 'baseline' },
  variants: { short: {}, long: { window: { lookback: 60 } } },
};
const linear = {
  window: { lookback: '$lookback', delay: 0 },
  model: { type: 'linear' },
  space: { lookback: [1, 60] },
  training: { epochs: 60, batchSize: 32, learningRate: 0.005, optimizer: 'adam' },
};

/** Of the last value as the forecast of the next one, over rows 260 to 299, which the longest window can reach. */
function persistenceByHand(): number {
  const train = UNEVEN_SERIES.slice(0, 200);
  const mean = train.reduce((sum, value) => sum + value, 0) / train.length;
  const std = Math.sqrt(train.reduce((sum, value) => sum + (value - mean) ** 2, 0) / train.length);
  const errors = Array.from({ length: 40 }, (_, at) =>
    Math.abs((UNEVEN_SERIES[260 + at] ?? Number.NaN) - (UNEVEN_SERIES[259 + at] ?? Number.NaN)),
  );
  return errors.reduce((sum, error) => sum + error, 0) / errors.length / std;
}

test('two models that predict the same rank the same, however far their windows reach', async (t) => {
  const { place, write } = prepare(t);
  const { leaderboard } = await place.json<LeaderboardDocument>('start', write('same', naive), '-w', '1');
  assert.equal(leaderboard.length, 2);
  assert.equal(leaderboard[0]?.objective, leaderboard[1]?.objective);
  for (const { objective, validationWindows } of leaderboard) {
    assert.equal(objective?.toFixed(4), '1.1153');
    assert.ok(Math.abs((objective ?? 0) - persistenceByHand()) < 1e-4);
    assert.equal(validationWindows, 40);
  }
});

test('the winner is the better model on the rows that all have; the study goes on, exports and is taken from the cache', async (t) => {
  const { place, write } = prepare(t);
  const file = write('winner', linear);
  const checked = await place.json<{ windows: object; warnings: string[] }>('validate', file);
  assert.deepEqual(checked.windows, {
    validation: 40,
    test: 40,
    validationStride: 1,
    longest: { lookback: 60, delay: 0, path: 'space.lookback[1]' },
    shortest: { lookback: 1, delay: 0, path: 'space.lookback[0]' },
    lost: { validation: 59, test: 59 },
  });
  assert.deepEqual(checked.warnings, []);

  const document = await place.json<LeaderboardDocument>('start', file, '-w', '1');
  const [first, second] = document.leaderboard;
  assert.equal(first?.params.lookback, 1);
  assert.equal(second?.objective?.toFixed(4), '1.4565');
  assert.equal(document.baseline.validationMae?.toFixed(4), '1.1153');
  assert.deepEqual([first?.betterThanBaseline, second?.betterThanBaseline], [true, false]);
  assert.ok(document.test[0] && 'windows' in document.test[0] && document.test[0].windows === 40);

  const shown = await place.call('show', document.study, first?.trial ?? '');
  assert.match(shown.stdout, /judged on 40 validation windows; naive persistence 1 row ahead has MAE 1\.115/);
  const exported = await place.call('export', document.study, '--best-model', 'model');
  assert.equal(exported.code, 0, exported.stderr);
  const again = await place.json<LeaderboardDocument>('start', file, '-w', '1');
  assert.equal(again.trials.cached, 2);
  assert.deepEqual(
    again.leaderboard.map(({ objective }) => objective),
    document.leaderboard.map(({ objective }) => objective),
  );
});

test('a space that leaves no window is refused with its place, one that leaves few is warned of', async (t) => {
  const { place, write } = prepare(t);
  const none = await place.call('validate', write('none', { ...linear, space: { lookback: [1, 100] } }));
  assert.equal(none.code, 2);
  assert.match(none.stderr, /none\.json:1:\d+: .*space\.lookback\[1\]/);
  const few = await place.call('validate', write('few', { ...linear, space: { lookback: [1, 80] } }));
  assert.equal(few.code, 0, few.stderr);
  assert.match(
    few.stdout,
    /WARNING: every trial is judged on only 20 validation windows: space\.lookback\[1\]/,
  );
});
