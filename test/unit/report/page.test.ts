// The page of a study: its question and answer, common sense where it stands, what is drawn, and that it stays one small file.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { insightOf } from '../../../src/coordinator/archive/study-insight.js';
import { rankView } from '../../../src/leaderboard/ranking.js';
import { type StudyPage, studyPageHtml } from '../../../src/report/page/study-page.js';
import { describeReport } from '../../../src/report/study-report.js';
import type { StudyEvent } from '../../../src/study/events.js';
import { parseSweepSpec } from '../../../src/sweep-file/parse.js';
import { foldEvents } from '../../support/fixtures/fold-events.js';
import { epochReport } from '../../support/fixtures/report-views.js';
import { created, finished, logged, result } from '../../support/fixtures/study-events.js';
import { gruGridDocument } from '../../support/fixtures/sweep-documents.js';

const SPEC = {
  ...parseSweepSpec(JSON.stringify(gruGridDocument()), 'made-up.json'),
  space: { cell: ['gru', 'lstm'], units: { type: 'int' as const, low: 1, high: 2000, log: false } },
};

/** Objectives rise by a thousandth a trial, around common sense (0.29). */
function pageOf(trials: number, name = 'gru'): StudyPage {
  const ends: StudyEvent[] = Array.from({ length: trials }, (_, index) =>
    finished(index, 0.2 + index / 1000, {
      params: { cell: index % 2 === 0 ? name : 'lstm', units: index + 1 },
      result: result(0.2 + index / 1000, {
        state: index % 5 === 4 ? 'PRUNED' : 'COMPLETE',
        objectiveInterval: index % 5 === 4 ? null : [0.19 + index / 1000, 0.21 + index / 1000],
        baselineMae: 0.29,
      }),
    }),
  );
  const view = foldEvents(logged([created({ total: trials, spec: SPEC }), ...ends]));
  const curves = new Map(
    rankView(view).map(({ row }) => [
      row.trial,
      [1, 2, 3].map((epoch) => epochReport(epoch, 0.4, 0.5 / epoch, 10)),
    ]),
  );
  return {
    report: describeReport({ view, curves, chapter: null, departures: [] }),
    ranked: rankView(view),
    direction: 'minimize',
    insight: insightOf(view),
    plots: [],
    forecast: {
      label: 'T (degC)',
      firstMs: Date.UTC(2020, 0, 1),
      stepMs: 3_600_000,
      truth: Array.from({ length: 900 }, (_, at) => Math.sin(at)),
      prediction: Array.from({ length: 900 }, (_, at) => Math.sin(at) + 0.5),
      band: null,
    },
    outputs: null,
    second: null,
    again: {
      commands: ['sweep start sweep.json'],
      spec: JSON.stringify(SPEC),
      seed: 42,
      weightsDigest: 'sha256:dd',
    },
  };
}

test('it asks in a sentence, answers in figures, and says how to do it again', () => {
  const page = studyPageHtml(pageOf(120));
  assert.match(page, /class="question">Which (?:cell and units|units and cell) give the lowest MAE of T/);
  assert.match(page, /Of 120 trials \(24 stopped early\), cell=gru units=1 is best/);
  assert.match(page, /; 31\.0 % less than naive persistence/);
  for (const title of [
    'Leaderboard',
    'What mattered',
    'The search',
    'Learning curves',
    'Forecasts against the truth',
    'Do it again',
  ])
    assert.match(page, new RegExp(`<h2>${title}`));
  assert.match(page, /mean absolute error 0\.5 over 900 windows; the newest 500 are drawn/);
  assert.match(page, /sweep start sweep\.json/);
});

test('common sense is a row after all that are better, wherever it stands', () => {
  const few = studyPageHtml(pageOf(20));
  assert.equal(few.split('class="common-sense"').length, 2);
  const page = studyPageHtml(pageOf(200));
  const folded = page.slice(page.indexOf('<details>'));
  // Of trials 0 to 90 every fifth was stopped, and stands below the complete ones.
  const above = folded.slice(0, folded.indexOf('class="common-sense"'));
  assert.match(above.slice(above.lastIndexOf('<tr>')), /units=(?:89|91)</);
  assert.match(
    page.slice(0, page.indexOf('<details>')),
    /class="common-sense"/,
    'and it is seen without opening',
  );
});

test('a thousand trials are one page below 3 MB that loads nothing and runs no script', () => {
  const page = studyPageHtml(pageOf(1_000));
  assert.ok(Buffer.byteLength(page) < 3_000_000, `${Buffer.byteLength(page)} bytes`);
  assert.doesNotMatch(page, /<script|<img|https?:\/\/|@import|url\(/);
  assert.match(page, /<details><summary>\d+ more rows/);
});

test('what others wrote is text', () => {
  const page = studyPageHtml(pageOf(12, '<img src=x onerror=alert(1)>'));
  assert.doesNotMatch(page, /<img/);
});
