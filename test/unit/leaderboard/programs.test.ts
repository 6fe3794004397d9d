// The leaderboard of a program's study: what it measured beside the objective, the front of both, the row of its baseline, and
// nothing of weights that it does not have.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { selectRows } from '../../../src/leaderboard/filter.js';
import { leaderboardCsv } from '../../../src/leaderboard/leaderboard-csv.js';
import { leaderboardDocument } from '../../../src/leaderboard/leaderboard-document.js';
import { leaderboardTable } from '../../../src/leaderboard/leaderboard-table.js';
import { isRanked, listBoard } from '../../../src/leaderboard/ranking.js';
import { trialTable } from '../../../src/report/exports/trial-table.js';
import { StudyFold } from '../../../src/study/fold.js';
import { emptyView } from '../../../src/study/study-view.js';
import type { Metrics, TrialResult } from '../../../src/study/trial/trial.js';
import { TrialRecords } from '../../../src/study/trial/trial-records.js';
import { describeTrial } from '../../../src/study/trial/trial-story.js';
import { created, failed, finished, logged, started } from '../../support/fixtures/study-events.js';

interface Second {
  readonly metric: string;
  readonly direction: 'minimize' | 'maximize';
}

const LATENCY: Second = { metric: 'latency_ms', direction: 'minimize' };
const BASELINE = { units: 3 };

function programResult(metrics: Metrics): TrialResult {
  return {
    state: 'COMPLETE',
    objective: metrics.val_loss ?? Number.NaN,
    objectiveInterval: null,
    objectiveIntervalReason: 'not-sampled',
    bestEpoch: 4,
    epochs: 4,
    metrics,
    baselineMae: null,
    parameters: 0,
    modelDigest: null,
    durationMs: 1_000,
  };
}

function eventsOf(measured: readonly Metrics[], also: Second = LATENCY) {
  const objective = { type: 'command', metric: 'val_loss', direction: 'minimize', epoch: 'last', also };
  const spec = { objective, repeats: 1, baseline: BASELINE };
  return logged([
    created({ spec, dataset: null, total: measured.length }),
    ...measured.flatMap((metrics, index) => [
      started(index),
      finished(index, metrics.val_loss ?? 0, {
        params: { units: index + 1 },
        result: programResult(metrics),
      }),
    ]),
  ]);
}

function viewOf(measured: readonly Metrics[], also: Second = LATENCY) {
  const fold = new StudyFold(emptyView());
  for (const event of eventsOf(measured, also)) fold.apply(event);
  return fold.view;
}

const MEASURED: readonly Metrics[] = [
  { val_loss: 0.3, latency_ms: 10 },
  { val_loss: 0.2, latency_ms: 90 },
  { val_loss: 0.25, latency_ms: 95 },
  { val_loss: 0.1 },
];
const frontOf = (view: ReturnType<typeof viewOf>): (string | number | boolean | null | undefined)[] =>
  leaderboardDocument(view).leaderboard.flatMap(({ pareto, params }) =>
    pareto === true ? [params.units] : [],
  );

test('the front is of whatever two metrics a program reports, in the direction of each', () => {
  assert.deepEqual(frontOf(viewOf(MEASURED)), [2, 1]);
  assert.deepEqual(frontOf(viewOf(MEASURED, { ...LATENCY, direction: 'maximize' })), [2, 3]);
  const named = leaderboardDocument(viewOf(MEASURED));
  assert.deepEqual([named.also, named.alsoDirection], ['latency_ms', 'minimize']);
});

test('a row says what it measured, which is the baseline, and has no weights', () => {
  const { leaderboard } = leaderboardDocument(viewOf(MEASURED));
  assert.deepEqual(
    leaderboard.map(({ params, isBaseline, metrics, parameters }) => [
      params.units,
      isBaseline,
      metrics?.latency_ms,
      parameters,
    ]),
    [
      [4, false, undefined, null],
      [2, false, 90, null],
      [3, true, 95, null],
      [1, false, 10, null],
    ],
  );
});

test('CSV, --sort and --pareto know the second metric by its name', () => {
  const view = viewOf(MEASURED);
  const [head = '', , second = ''] = leaderboardCsv(view).split('\r\n');
  const names = head.split(',');
  const of = (name: string): string | undefined => second.split(',')[names.indexOf(name)];
  assert.deepEqual(
    [of('metrics.latency_ms'), of('pareto'), of('isBaseline'), of('parameters')],
    ['90', 'true', 'false', ''],
  );
  const rows = selectRows(listBoard(view), view, { pareto: true, sort: 'metrics.latency_ms' });
  assert.deepEqual(
    rows.map((row) => (isRanked(row) ? row.row.params.units : null)),
    [1, 2],
  );
});

test('the table has both columns, the mark, the epochs, and says who has no value', () => {
  const table = leaderboardTable(viewOf(MEASURED), { width: 200, useColor: false });
  assert.match(table, /val_loss/);
  assert.match(table, /latency_ms/);
  assert.match(table, /best\/epochs/);
  assert.match(table, /● marks the front of val_loss and latency_ms: 2 trials that no other one beats/);
  assert.match(table, /1 complete trial without a value of latency_ms: on no front/);
  assert.match(table, /\(baseline\)/);
  assert.doesNotMatch(table, /weights/);
});

test('an export has no weights, and a story no engine', () => {
  const records = new TrialRecords();
  const events = eventsOf(MEASURED);
  for (const event of events) records.add(event);
  const { head, rows } = trialTable(
    records.list({ metric: 'val_loss', direction: 'minimize', epoch: 'last' }),
  );
  assert.equal(rows[0]?.[head.indexOf('parameters')], null);
  const trial = String(rows[0]?.[head.indexOf('trial')]);
  const story = describeTrial(events, trial);
  const text = story?.lines.map((line) => line.text).join('\n') ?? '';
  assert.match(text, /began from the start$/m);
  assert.doesNotMatch(text, /wasm/);
});

test('a baseline that failed is named as well', () => {
  const fold = new StudyFold(emptyView());
  const spec = { objective: { metric: 'val_loss' }, baseline: BASELINE };
  for (const event of logged([
    created({ spec, dataset: null, total: 1 }),
    failed(0, { final: true, params: BASELINE }),
  ]))
    fold.apply(event);
  assert.deepEqual(
    leaderboardDocument(fold.view).leaderboard.map(({ rank, isBaseline }) => [rank, isBaseline]),
    [[null, true]],
  );
});
