// Each trial beside the persistence of its own problem: one row a horizon, and never the least of all.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leaderboardCsv } from '../../../src/leaderboard/leaderboard-csv.js';
import { leaderboardDocument } from '../../../src/leaderboard/leaderboard-document.js';
import { leaderboardTable } from '../../../src/leaderboard/leaderboard-table.js';
import { reportMarkdown } from '../../../src/report/report-markdown.js';
import { describeReport } from '../../../src/report/study-report.js';
import { foldEvents } from '../../support/fixtures/fold-events.js';
import { created, finished, logged, result } from '../../support/fixtures/study-events.js';

/** An hour ahead persistence is at 0.1, a day ahead at 0.4. */
const trial = (index: number, delay: number, mae: number) =>
  finished(index, mae, {
    params: { delay, units: index },
    result: result(mae, {
      baselineMae: delay === 0 ? 0.1 : 0.4,
      horizonRows: delay + 1,
      validationSamples: 1234,
    }),
  });
const several = [created(), trial(0, 0, 0.15), trial(1, 23, 0.3), trial(2, 0, 0.05), trial(3, 23, 0.5)];
const view = foldEvents(logged(several));
const lines = (of = view) => leaderboardTable(of, { width: 160, useColor: false }).split('\n');

test('a trial is better than naive when it beats its own horizon, not another', () => {
  const { leaderboard } = leaderboardDocument(view);
  assert.deepEqual(
    leaderboard.map(({ objective, baselineMae, betterThanBaseline }) => [
      objective,
      baselineMae,
      betterThanBaseline,
    ]),
    [
      [0.05, 0.1, true],
      [0.15, 0.1, false],
      [0.3, 0.4, true],
      [0.5, 0.4, false],
    ],
  );
});

test('the document lists one baseline a problem, and has the best trial’s where there was one', () => {
  const { baseline, baselines } = leaderboardDocument(view);
  assert.equal(baseline.validationMae, 0.1);
  assert.deepEqual(
    baselines?.map(({ horizonRows, validationMae, validationWindows }) => [
      horizonRows,
      validationMae,
      validationWindows,
    ]),
    [
      [1, 0.1, 1234],
      [24, 0.4, 1234],
    ],
  );
  const later = foldEvents(logged([created(), trial(0, 0, 0.15), trial(1, 23, 0.12)]));
  assert.equal(leaderboardDocument(later).baseline.validationMae, 0.4, 'the winner’s, not the least');
  const one = leaderboardDocument(foldEvents(logged([created(), trial(0, 0, 0.15)])));
  assert.ok(!('baselines' in one));
  assert.equal(one.baseline.validationMae, 0.1);
});

test('the table has a naive row a problem, each at its place, and the count of windows', () => {
  const text = lines();
  const order = text.flatMap(
    (line) => /^(?:≈ | {2})?(\d) {2}|naive persistence, (\d+) rows? ahead/.exec(line)?.slice(1) ?? [],
  );
  assert.deepEqual(order.filter(Boolean), ['1', '1', '2', '3', '24', '4']);
  assert.ok(text.includes('judged on the same 1,234 validation windows'));
  assert.ok(text.some((line) => /^NOT better than its own naive persistence: 2 trials of 4$/.test(line)));
  const single = lines(foldEvents(logged([created(), trial(0, 0, 0.15)])));
  assert.equal(single.filter((line) => /naive/.test(line)).length, 1);
  assert.ok(!single.some((line) => /ahead|naive MAE/.test(line)));
});

test('a result of an older version joins the problem whose figure it has', () => {
  const older = finished(4, 0.2, {
    params: { delay: 23, units: 4 },
    result: result(0.2, { baselineMae: 0.4 }),
  });
  const mixed = foldEvents(logged([...several, older]));
  assert.equal(leaderboardDocument(mixed).baselines?.length, 2);
  const unequal = foldEvents(
    logged([
      created(),
      finished(0, 0.2, { result: result(0.2, { baselineMae: 0.3 }) }),
      finished(1, 0.4, { result: result(0.4, { baselineMae: 0.5 }) }),
    ]),
  );
  assert.deepEqual(
    leaderboardDocument(unequal).baselines?.map(({ validationMae }) => validationMae),
    [0.3, 0.5],
  );
});

test('CSV and report give count and baseline by trial', () => {
  const [head = '', ...rows] = leaderboardCsv(view).trimEnd().split('\r\n');
  const names = head.split(',');
  const cells = (name: string) => rows.map((row) => row.split(',')[names.indexOf(name)]);
  assert.deepEqual(cells('validationWindows'), Array(4).fill('1234'));
  assert.deepEqual(cells('baselineMae'), ['0.1', '0.1', '0.4', '0.4']);
  assert.deepEqual(cells('betterThanBaseline'), ['true', 'false', 'true', 'false']);
  const report = describeReport({ view, curves: new Map(), chapter: null, departures: [] });
  assert.equal(report.baseline, null);
  assert.deepEqual(
    report.experiments.map(({ baseline }) => baseline),
    [0.1, 0.1, 0.4, 0.4],
  );
  const markdown = reportMarkdown(report);
  assert.match(markdown, /judged on the same 1,234 validation windows/);
  assert.match(markdown, /Naive persistence 24 rows ahead on the same validation samples: MAE 0\.4000/);
});
