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

test('several outputs: the band around the forecast, the error by horizon, what classes are taken for', () => {
  const page = pageOf(12);
  const plain = studyPageHtml(page);
  assert.doesNotMatch(plain, /Error by horizon|<h2>Classes|class="band"|Both objectives/);
  const { forecast } = page;
  assert.ok(forecast !== null && typeof forecast !== 'string');
  const band = {
    nominal: 0.8,
    coverage: 0.75,
    low: forecast.truth.map((value) => value - 1),
    high: forecast.truth.map((value) => value + 3),
  };
  const told = studyPageHtml({
    ...page,
    forecast: { ...forecast, band },
    outputs: {
      unit: '°C',
      steps: [
        { horizonRows: 1, mae: 1, mse: 2, baselineMae: 2 },
        { horizonRows: 24, mae: 3, mse: 9, baselineMae: 2 },
      ],
      quantiles: [],
      band: { nominal: 0.8, coverage: 0.75, width: 4 },
      isConformal: false,
      classes: {
        labels: ['<b>sport', 'trade'],
        macroF1: 0.5,
        confusion: [
          [3, 1],
          [0, 4],
        ],
      },
      labels: {
        subsetAccuracy: 0.25,
        microF1: 0.5,
        macroF1: 0.6,
        each: [
          { name: 'easy', f1: 0.9, samples: 4, given: 4 },
          { name: '<b>hard', f1: 0.3, samples: 7, given: 2 },
        ],
      },
    },
  });
  assert.match(
    told,
    /all labels right 25\.00 %[\s\S]*&lt;b&gt;hard<\/th><td>30\.00<\/td><td>7<\/td><td>2<[\s\S]*easy/,
  );
  assert.match(told, /<\/span> 80 % band, which covers 75\.0 %/);
  const [, way] = /class="band" d="M([^"]+)Z"/.exec(told)!;
  assert.equal(way!.split('L').length, 1_000, 'the ends of 500 windows, there and back');
  assert.match(told, /better at 1 of 2 horizons; its band claims 80\.00 %, covers 75\.00 % and is 4 °C wide/);
  assert.match(told, /&lt;b&gt;sport for trade: 1 \(25\.00 %\)/);
  assert.doesNotMatch(told, /<b>sport/);
});

test('of two objectives the front is drawn and listed, cheapest first', () => {
  const page = pageOf(12);
  const ranked = page.ranked.map((row, at) => ({ ...row, onFront: at === 0 || at === 3 }));
  const sizes = [900, 700, 650, 100];
  const withSizes = ranked.map((each, at) => ({
    ...each,
    row: { ...each.row, metrics: { ...each.row.metrics, latency: sizes[at] ?? 1_000 } },
  }));
  const also = { metric: 'latency', direction: 'minimize' as const };
  const told = studyPageHtml({ ...page, ranked: withSizes, second: { also, name: 'latency' } });
  const section = told.slice(told.indexOf('<h2>Both objectives'));
  const listed = section.slice(section.indexOf('trial on the front'), section.indexOf('</table>'));
  assert.deepEqual(
    [...listed.matchAll(/<tr><td>[^<]*<\/td><td>(\d+)<\/td>/g)].map(([, size]) => Number(size)),
    [100, 900],
  );
});
