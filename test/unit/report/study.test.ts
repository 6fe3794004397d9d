// What a report says of a study: order, units, times, what is missing, and when published figures may be compared.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { warningsOf } from '../../../src/report/experiment-table.js';
import { CHAPTERS } from '../../../src/report/published-figures.js';
import { reportHtml } from '../../../src/report/report-html.js';
import { reportMarkdown } from '../../../src/report/report-markdown.js';
import { describeReport } from '../../../src/report/study-report.js';
import { EpochReports } from '../../../src/study/trial/epoch-reports.js';
import { foldEvents } from '../../support/fixtures/fold-events.js';
import {
  CHAPTER_CURVES,
  chapterEvents,
  chapterView,
  epochReport,
} from '../../support/fixtures/report-views.js';
import { created, finished, logged, reported, result, trialAt } from '../../support/fixtures/study-events.js';

const chapter = CHAPTERS['chapter6-jena']!;
const report = (departures: readonly string[] = [], synthetic = false) =>
  describeReport({ view: chapterView({ synthetic }), curves: CHAPTER_CURVES, chapter, departures });

test('experiments come in the order of the sweep file, each with its published figure or none', () => {
  const { experiments } = report();
  assert.deepEqual(
    experiments.map(({ name, published }) => [name, published?.value ?? null]),
    [
      ['naive', 0.29],
      ['gru', 0.265],
      ['lstm', null],
    ],
  );
});

test('errors and their intervals are given in the unit of the target', () => {
  const gru = report().experiments[1]!;
  assert.ok(Math.abs(gru.objectiveUnits! - 2.65) < 1e-12);
  assert.deepEqual(
    gru.intervalUnits?.map((value) => Number(value.toFixed(9))),
    [2.55, 2.75],
  );
});

test('seconds an epoch are the median of the reports, without them the mean of the trial, of nothing trained none', () => {
  const [naive, gru, lstm] = report().experiments;
  assert.equal(naive?.secondsPerEpoch, null);
  assert.equal(gru?.secondsPerEpoch, 4);
  assert.equal(gru?.timeRatio, 168 / 4);
  assert.equal(lstm?.secondsPerEpoch, 4);
  assert.equal(lstm?.timeRatio, null);
});

test('with a departure no ratio is given, and the columns say that the figures are not comparable', () => {
  const doubtful = report(['the profile fast trains less than the chapter']);
  assert.deepEqual(
    doubtful.experiments.map(({ timeRatio }) => timeRatio),
    [null, null, null],
  );
  const text = reportMarkdown(doubtful);
  assert.match(text, /published MAE \(not comparable\)/);
  assert.match(text, /not comparable: the profile fast trains less/);
  assert.doesNotMatch(text, /times as fast/);
  const sound = reportMarkdown(report());
  assert.doesNotMatch(sound, /not comparable/);
  assert.match(sound, /times as fast/);
});

test('a stand-in is marked in the first warning and at its plots', () => {
  const synthetic = report([], true);
  assert.match(warningsOf(synthetic)[0] ?? '', /^SYNTHETIC DATA \(jena-synthetic\)/);
  const plot = { title: 'T', label: 'T', from: 0, to: 1, isTime: false, low: [0, 1], high: [0, 2] };
  assert.match(reportHtml(synthetic, [plot]), /<b>T<\/b>, SYNTHETIC/);
  assert.doesNotMatch(reportHtml(report(), [plot]), /SYNTHETIC/);
});

test('failed experiments and lost curves are named, and only curves that there are are drawn', () => {
  const text = reportMarkdown(report());
  assert.match(text, /FAILED conv1d: TRIAL_/);
  assert.match(text, /No curve of lstm/);
  const page = reportHtml(report(), []);
  assert.equal(page.match(/<figure>/g)?.length, 1);
  assert.equal(page.match(/class="training"/g)?.length, 3);
  assert.match(page, /class="baseline"/);
});

test('a study that was cut short says so', () => {
  const events = chapterEvents().filter(({ type }) => type !== 'study.state');
  const view = foldEvents(logged(events));
  const cut = describeReport({ view, curves: new Map(), chapter: null, departures: [] });
  assert.match(warningsOf(cut)[0] ?? '', /did not end/);
});

test('a study of one’s own is named by what varies, best first, without columns of published figures', () => {
  const view = foldEvents(
    logged([
      created({ total: 2 }),
      finished(0, 0.3, { params: { units: 8, cell: 'gru' } }),
      finished(1, 0.2, { params: { units: 16, cell: 'gru' } }),
    ]),
  );
  const own = describeReport({ view, curves: new Map(), chapter: null, departures: [] });
  assert.deepEqual(
    own.experiments.map(({ name }) => name),
    ['units=16', 'units=8'],
  );
  assert.doesNotMatch(reportMarkdown(own), /published/i);
});

test('of a program nothing is said of data, engine, weights or a validation that it does not have', () => {
  const {
    weightsDigest: _,
    objectiveIntervalReason: reason,
    ...stopped
  } = result(0.3, {
    epochs: 1,
    bestEpoch: 1,
    objectiveInterval: null,
    objectiveIntervalReason: 'not-sampled',
  });
  const measured = { ...stopped, objectiveIntervalReason: reason! };
  const view = foldEvents(
    logged([
      created({ total: 2, dataset: null, spec: { objective: { metric: 'loss' } } }),
      finished(0, 0.3, { params: { x: 1 }, result: measured }),
      finished(1, 0.4, { params: { x: 2 }, result: { ...stopped, state: 'PRUNED' } }),
    ]),
  );
  const text = reportMarkdown(describeReport({ view, curves: new Map(), chapter: null, departures: [] }));
  assert.doesNotMatch(text, /data|engine|weights|validation samples:|No curve/);
  assert.match(text, /No 95 % interval of any experiment/);
});

test('of many experiments the best are drawn, and the page says so; a pruned one is marked', () => {
  const many = Array.from({ length: 30 }, (_, index) =>
    finished(index, 0.3 - index / 1000, {
      params: { units: index },
      result: result(0.3 - index / 1000, index === 29 ? { state: 'PRUNED' } : {}),
    }),
  );
  const view = foldEvents(logged([created({ total: 30 }), ...many]));
  const curve = [epochReport(1, 0.4, 0.3, 10)];
  const curves = new Map(many.map(({ trial }) => [trial, curve]));
  const page = reportHtml(describeReport({ view, curves, chapter: null, departures: [] }), []);
  assert.equal(page.match(/<svg /g)?.length, 24);
  assert.match(page, /the best 24 of 30/);
  assert.match(page, /<td>units=29 \(pruned\)<\/td>/);
});

test('names of other parties cannot become marks of the page or cells of the table', () => {
  const view = foldEvents(
    logged([
      created({ total: 2 }),
      finished(0, 0.3, { params: { cell: '<script>x</script>' } }),
      finished(1, 0.2, { params: { cell: 'a|b' } }),
    ]),
  );
  const own = describeReport({ view, curves: new Map(), chapter: null, departures: [] });
  assert.doesNotMatch(reportHtml(own, []), /<script/);
  assert.match(reportMarkdown(own), /cell=a\\\|b/);
});

test('reports of an epoch are those of its newest attempt, and a curve with a gap is none', () => {
  const events = logged([
    reported(1, 1, 0.5, 1),
    reported(1, 2, 0.4, 2),
    reported(1, 2, 0.9, 1),
    reported(2, 2, 0.4),
    reported(3, 1, 0.4),
  ]);
  const reports = new EpochReports(new Set([trialAt(1), trialAt(2)]));
  for (const event of events) reports.add(event);
  assert.deepEqual(
    reports.of(trialAt(1), 2)?.map(({ metrics }) => metrics.validationMae),
    [0.5, 0.4],
  );
  assert.equal(reports.of(trialAt(1), 3), null);
  assert.equal(reports.of(trialAt(2), 2), null);
  assert.equal(reports.of(trialAt(3), 1), null);
});
