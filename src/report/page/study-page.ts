// A study as one page that is read from top to bottom: what was asked, what came out, on what data, how sure it is, and how to
// do it again. It loads nothing and runs no script; what is long is folded away.
import type { StudyInsight } from '../../leaderboard/insight.js';
import type { OutputFigures } from '../../leaderboard/outputs/output-figures.js';
import type { RankedRow } from '../../leaderboard/ranking.js';
import type { SecondMetric } from '../../study/trial/second-metric.js';
import { countOf } from '../../wording/plural.js';
import { escapeXml } from '../chart-frame.js';
import { notesOf, testLines, warningsOf } from '../experiment-table.js';
import { REPORT_STYLE } from '../report-style.js';
import { type SeriesPlot, seriesChart } from '../series-chart.js';
import type { StudyReport } from '../study-report.js';
import {
  classSection,
  columnSection,
  frontSection,
  horizonSection,
  labelSection,
} from './output-sections.js';
import { PAGE_STYLE } from './page-style.js';
import { placeOf, rankedTable } from './ranked-table.js';
import {
  curvesChart,
  FORECAST_DRAWN,
  type ForecastStretch,
  forecastChart,
  historyChart,
} from './study-charts.js';
import { figuresOf, type StudyFigures } from './study-figures.js';

export interface StudyPage {
  readonly report: StudyReport;
  /** In the order of the report's experiments. */
  readonly ranked: readonly RankedRow[];
  readonly direction: 'minimize' | 'maximize';
  readonly insight: StudyInsight | null;
  readonly plots: readonly SeriesPlot[];
  /** Of the best trial; or why there is none; null: it forecasts nothing. */
  readonly forecast: ForecastStretch | string | null;
  /** Of its other target columns; absent: there is one. */
  readonly otherForecasts?: readonly ForecastStretch[];
  /** Of the best trial; null: it has one output. */
  readonly outputs: OutputFigures | null;
  /** The second objective, by the name that it is called; null: the study has one. */
  readonly second: { readonly also: SecondMetric; readonly name: string } | null;
  readonly again: Reproduction;
}

export interface Reproduction {
  readonly commands: readonly string[];
  /** The sweep file, as it was checked. */
  readonly spec: string;
  readonly seed: number | null;
  /** Of the weights of the best trial; null: it has none. */
  readonly weightsDigest: string | null;
}

export function studyPageHtml(page: StudyPage): string {
  const { report } = page;
  const figures = figuresOf(report, page.direction);
  const title = escapeXml(report.study);
  const tested = new Set(testLines(report));
  const notes = notesOf(report).filter((note) => !tested.has(note));
  const sections = [
    `<p class="question">${escapeXml(questionOf(page, figures))}</p>`,
    ...warningsOf(report).map((warning) => `<p class="warning">${escapeXml(warning)}</p>`),
    `<p class="answer">${escapeXml(answerOf(page, figures))}</p>`,
    section('Leaderboard', rankedTable(report, page.ranked, figures), tieNote(page.ranked)),
    section('What mattered', importanceBars(page.insight), 'for being in the best tenth'),
    section('The search', historyOf(page, figures), 'each trial, and the best so far'),
    section(
      'Both objectives',
      page.second && frontSection({ ...page, ...page.second, experiments: report.experiments }, figures),
      'the line joins the trials that no other one beats in both',
    ),
    section(
      'Learning curves',
      curvesChart(report.experiments, figures),
      'the best in colour, those that were stopped dashed; rest on a line for its name',
    ),
    section(
      'Forecasts against the truth',
      [page.forecast, ...(page.otherForecasts ?? [])].map(forecastOf).join('\n'),
      'the best trial, on validation windows',
    ),
    section(
      'Error by column',
      page.outputs && columnSection(page.outputs),
      'the best trial, on validation windows',
    ),
    section(
      'Error by horizon',
      page.outputs && horizonSection(page.outputs),
      'the best trial, on validation windows',
    ),
    section(
      'Classes',
      page.outputs?.classes ? classSection(page.outputs.classes) : '',
      'the best trial, on validation samples: a row a class, a column an answer',
    ),
    section(
      'Labels',
      page.outputs?.labels ? labelSection(page.outputs.labels) : '',
      'the best trial, on validation samples: the worst first',
    ),
    section('The data', dataOf(page), ''),
    section('The test', listOf(testLines(report)), 'read once, after the ranking was fixed'),
    section('Notes', listOf(notes), ''),
    section('Do it again', againOf(page), ''),
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${REPORT_STYLE}${PAGE_STYLE}</style>
</head>
<body>
<h1>${title}</h1>
${sections.filter((text) => text !== '').join('\n')}
</body>
</html>
`;
}

function listOf(notes: readonly string[]): string {
  if (notes.length === 0) return '';
  return `<ul>${notes.map((note) => `<li>${escapeXml(note)}</li>`).join('\n')}</ul>`;
}

function section(title: string, content: string | null, note: string): string {
  if (content === null || content === '') return '';
  return `<section><h2>${title}${note === '' ? '' : ` <small>${escapeXml(note)}</small>`}</h2>\n${content}</section>`;
}

function questionOf({ report, insight, direction }: StudyPage, { metric }: StudyFigures): string {
  const names = insight?.params.map(({ param }) => param) ?? [];
  const shown = names.length > 5 ? [...names.slice(0, 4), `${names.length - 4} more`] : names;
  const listed =
    shown.length < 2 ? (shown[0] ?? 'setting') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
  const rows = report.experiments.find(({ horizonRows }) => horizonRows !== null)?.horizonRows;
  const ahead = rows == null ? '' : `, ${countOf(rows, 'row')} ahead`;
  const verb = shown.length < 2 ? 'gives' : 'give';
  return `Which ${listed} ${verb} the ${direction === 'minimize' ? 'lowest' : 'highest'} ${metric}${report.target === '' ? '' : ` of ${report.target}`}${ahead}?`;
}

function answerOf({ report, ranked }: StudyPage, figures: StudyFigures): string {
  const { experiments, failed } = report;
  const [best] = experiments;
  const stopped = experiments.filter(({ state }) => state === 'PRUNED').length;
  const others = [
    ...(stopped === 0 ? [] : [`${stopped} stopped early`]),
    ...(failed.length === 0 ? [] : [`${failed.length} failed`]),
  ];
  const count = `${countOf(experiments.length + failed.length, 'trial')}${others.length === 0 ? '' : ` (${others.join(', ')})`}`;
  if (best === undefined) return `None of ${count} has a result.`;
  const value = figures.valueOf(best);
  const interval = figures.intervalOf(best);
  const unit = figures.sign === '' ? '' : ` ${figures.sign}`;
  const sure =
    interval === null ? '' : `, 95 % interval ${figures.text(interval[0])} … ${figures.text(interval[1])}`;
  const { baseline } = figures;
  const better = baseline === null || baseline.value === 0 ? '' : againstText(value, baseline, figures, unit);
  const tied = ranked.filter((row) => row.tied).length;
  const ties = tied === 0 ? '' : ` The data do not tell ${countOf(tied, 'other row')} from it.`;
  const place = placeOf(experiments, figures);
  const common =
    place === null || baseline === null
      ? ''
      : ` ${baseline.name.slice(0, 1).toUpperCase()}${baseline.name.slice(1)} stands at place ${place + 1}.`;
  return `Of ${count}, ${best.name} is best: ${figures.metric} ${figures.text(value)}${unit}${sure}${better}.${ties}${common}`;
}

function againstText(
  value: number,
  { name, value: against }: { readonly name: string; readonly value: number },
  { text }: StudyFigures,
  unit: string,
): string {
  const share = Math.abs(value / against - 1);
  return `; ${(100 * share).toFixed(1)} % ${value < against ? 'less' : 'more'} than ${name} (${text(against)}${unit})`;
}

function tieNote(ranked: readonly RankedRow[]): string {
  return ranked.some(({ tied }) => tied) ? '≈: the data do not tell the row from the winner' : '';
}

function importanceBars(insight: StudyInsight | null): string {
  const known = insight?.params.filter(({ importance }) => importance !== null) ?? [];
  if (known.length === 0) return '';
  const most = Math.max(...known.map(({ importance }) => importance!), 1e-9);
  return `<table class="importance"><tbody>${known
    .map(
      ({ param, importance, best }) =>
        `<tr><th scope="row">${escapeXml(param)}</th><td><svg viewBox="0 0 300 12" aria-hidden="true"><rect class="dot" width="${Math.round((300 * importance!) / most)}" height="10" y="1"/></svg></td><td>${Math.round(100 * importance!)} %</td><td class="quiet">${best === null ? '' : `best mean at ${escapeXml(valueText(best.value))}`}</td></tr>`,
    )
    .join('\n')}</tbody></table>`;
}

function valueText(value: unknown): string {
  if (Array.isArray(value)) return value.map(valueText).join(' … ');
  return typeof value === 'number' ? String(Number(value.toPrecision(3))) : String(value);
}

function historyOf({ report, ranked }: StudyPage, figures: StudyFigures): string {
  const points = report.experiments.map((experiment, at) => ({
    experiment,
    index: Math.min(...ranked[at]!.row.seeds.map(({ index }) => index)),
  }));
  return points.length < 2 ? '' : historyChart(points, figures);
}

function forecastOf(forecast: StudyPage['forecast']): string {
  if (forecast === null) return '';
  if (typeof forecast === 'string') return `<p class="facts">${escapeXml(forecast)}</p>`;
  const { truth, prediction, band } = forecast;
  if (truth.length < 2) return '';
  const error = truth.reduce((sum, value, at) => sum + Math.abs(value - prediction[at]!), 0) / truth.length;
  const drawn = truth.length > FORECAST_DRAWN ? `; the newest ${FORECAST_DRAWN} are drawn` : '';
  return `<p class="facts"><span class="key-truth">— truth</span> <span class="key-validation">— forecast</span>${band === null ? '' : ` <span class="key-band">■</span> ${Number((100 * band.nominal).toPrecision(4))} % band, which covers ${(100 * band.coverage).toFixed(1)} %`} · mean absolute error ${Number(error.toPrecision(4))} over ${countOf(truth.length, 'window')}${drawn}</p>
${forecastChart(forecast)}`;
}

function dataOf({ report, plots }: StudyPage): string {
  const { data } = report;
  if (data.task === null) return '';
  const doubt = data.synthetic ? ', SYNTHETIC' : '';
  return `<p class="facts">${escapeXml(data.source)}${report.target === '' ? '' : `, target ${escapeXml(report.target)}`}; digest <code>${escapeXml(data.digest)}</code></p>
${plots.map((plot) => `<figure><figcaption><b>${escapeXml(plot.title)}</b>${doubt}</figcaption>\n${seriesChart(plot)}</figure>`).join('\n')}`;
}

function againOf({ report, again }: StudyPage): string {
  const facts = [
    ['study', report.study],
    ['sweep', report.version],
    ['engine', report.data.task === null ? null : report.engine],
    ['seed', again.seed === null ? null : String(again.seed)],
    ['profile', report.profile],
    ['digest of the data', report.data.digest || null],
    ['digest of the best weights', again.weightsDigest],
  ] as const;
  return `<pre>${linesOf(again.commands.join('\n'))}</pre>
<table class="facts-table"><tbody>${facts.flatMap(([name, value]) => (value === null ? [] : [`<tr><th scope="row">${name}</th><td><code>${escapeXml(value)}</code></td></tr>`])).join('')}</tbody></table>
<details><summary>the sweep file, as it was checked</summary><pre>${linesOf(again.spec)}</pre></details>`;
}

/** Line breaks stay. */
function linesOf(text: string): string {
  return text.split('\n').map(escapeXml).join('\n');
}
