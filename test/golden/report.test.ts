// The report as a person reads it. The files were read by a person before they were put here; a change to
// them is a change to the product's face.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { lossChart } from '../../src/report/loss-chart.js';
import { CHAPTERS } from '../../src/report/published-figures.js';
import { reportMarkdown } from '../../src/report/report-markdown.js';
import { seriesChart } from '../../src/report/series-chart.js';
import { describeReport } from '../../src/report/study-report.js';
import { CHAPTER_CURVES, chapterView } from '../support/fixtures/report-views.js';

const golden = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../../../test/golden/${name}`, import.meta.url)), 'utf8');

const report = describeReport({
  view: chapterView(),
  curves: CHAPTER_CURVES,
  chapter: CHAPTERS['chapter6-jena']!,
  departures: [],
});
const YEAR_2009 = Date.UTC(2009, 0, 1);
const DAY_MS = 86_400_000;
const series = (days: number) => ({
  title: 'T (degC): the first days',
  label: 'T (degC)',
  from: YEAR_2009,
  to: YEAR_2009 + days * DAY_MS,
  isTime: true,
  low: [-8, -10, -3, 2.5],
  high: [-8, -4, 1, 2.5],
});

test('golden: a report as Markdown', () => {
  assert.equal(reportMarkdown(report), golden('report.md'));
});

test('golden: the losses of an experiment, training as dots, validation as a line, naive persistence dashed', () => {
  const gru = report.experiments.find(({ name }) => name === 'gru');
  assert.ok(gru);
  assert.equal(`${lossChart(gru, report.baseline)}\n`, golden('report-loss.svg'));
});

test('golden: days of a series', () => {
  assert.equal(`${seriesChart(series(20))}\n`, golden('report-series.svg'));
});

test('ticks of years name years', () => {
  assert.match(seriesChart(series(8 * 365)), />2010<[\s\S]*>2016</);
});
