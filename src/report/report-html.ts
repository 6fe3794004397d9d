// The report of a chapter as one page: table, curves, plots of the data. It loads nothing and runs no script.
import { escapeXml } from './chart-frame.js';
import { experimentTable, factsOf, notesOf, warningsOf } from './experiment-table.js';
import { lossChart } from './loss-chart.js';
import { REPORT_STYLE } from './report-style.js';
import { type SeriesPlot, seriesChart } from './series-chart.js';
import type { Experiment, StudyReport } from './study-report.js';

/** How many curves are drawn, the best ones of a study with more: a page is read, not searched. */
const CURVES_DRAWN = 24;

export function reportHtml(report: StudyReport, plots: readonly SeriesPlot[]): string {
  const title = escapeXml(report.title);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${REPORT_STYLE}</style>
</head>
<body>
<h1>${title}</h1>
${warningsOf(report)
  .map((warning) => `<p class="warning">${escapeXml(warning)}</p>\n`)
  .join('')}${factsOf(report)
  .map((fact) => `<p class="facts">${escapeXml(fact)}</p>`)
  .join('\n')}
<div class="wide">
${tableHtml(report)}
</div>
<ul>
${notesOf(report)
  .map((note) => `<li>${escapeXml(note)}</li>`)
  .join('\n')}
</ul>
${curvesHtml(report)}${plotsHtml(report, plots)}</body>
</html>
`;
}

function tableHtml(report: StudyReport): string {
  const { head, rows } = experimentTable(report);
  const cells = (tag: 'th' | 'td', texts: readonly string[]): string =>
    `<tr>${texts.map((text) => `<${tag}>${escapeXml(text)}</${tag}>`).join('')}</tr>`;
  return [
    '<table>',
    `<thead>${cells('th', head)}</thead>`,
    `<tbody>${rows.map((row) => cells('td', row)).join('\n')}</tbody>`,
    '</table>',
  ].join('\n');
}

function curvesHtml(report: StudyReport): string {
  const trained = report.experiments.filter(isTrained);
  const drawn = trained.slice(0, CURVES_DRAWN);
  if (drawn.length === 0) return '';
  const isComparable = isBaselineLoss(report);
  const baselineOf = ({ baseline }: Experiment): number | null => (isComparable ? baseline : null);
  const key = [
    '<span class="key-training">● training</span>',
    '<span class="key-validation">— validation</span>',
    ...(drawn.some((one) => baselineOf(one) !== null) ? ['- - naive persistence'] : []),
  ].join(' · ');
  const figures = drawn.map(
    (experiment) =>
      `<figure>\n<figcaption><b>${escapeXml(experiment.name)}</b></figcaption>\n${lossChart(experiment, baselineOf(experiment))}\n</figure>\n`,
  );
  return `<h2>Training and validation loss</h2>
<p class="facts">${key}${drawn.length < trained.length ? ` · the best ${drawn.length} of ${trained.length}` : ''}</p>
<div class="charts">
${figures.join('')}</div>
`;
}

function isTrained({ curve }: Experiment): boolean {
  return curve?.some(({ trainLoss }) => trainLoss !== null) === true;
}

/** Naive persistence stands in a chart where the loss is what is ranked by: then both are mean absolute errors. */
function isBaselineLoss({ metric, experiments }: StudyReport): boolean {
  const isLoss = experiments.every(
    ({ curve, objective }) =>
      curve === null || curve.some(({ validationLoss }) => validationLoss === objective),
  );
  return metric === 'validationMae' && isLoss;
}

function plotsHtml({ data }: StudyReport, plots: readonly SeriesPlot[]): string {
  if (plots.length === 0) return '';
  const doubt = data.synthetic ? ', SYNTHETIC' : '';
  const figures = plots.map(
    (plot) =>
      `<figure>\n<figcaption><b>${escapeXml(plot.title)}</b>${doubt}</figcaption>\n${seriesChart(plot)}\n</figure>\n`,
  );
  return `<h2>The data</h2>\n${figures.join('')}`;
}
