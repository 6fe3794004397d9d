// The leaderboard of a study's page: ranks with ties, intervals as figures and drawn on one scale, and common sense as a row
// where it stands.
import type { RankedRow } from '../../leaderboard/ranking.js';
import { DASH, formatCount } from '../../wording/figures.js';
import { escapeXml, px } from '../chart-frame.js';
import { hasWeights } from '../experiment-table.js';
import { type Experiment, isUntrained, type StudyReport } from '../study-report.js';
import type { StudyFigures } from './study-figures.js';

/** Of more rows the others are folded away, and found by whoever opens them. */
const SHOWN = 25;
const BAR_WIDTH = 150;
/** Of the rows that the drawn scale is taken from: the worst would press the others together. */
const SCALE_SHARE = 0.9;

export function rankedTable(
  report: StudyReport,
  ranked: readonly RankedRow[],
  figures: StudyFigures,
): string {
  const { experiments } = report;
  const isWeighed = hasWeights(report);
  const draw = intervalDrawer(experiments, figures);
  const baselinePlace = placeOf(experiments, figures);
  const lines = experiments.map((experiment, at) =>
    rowHtml(experiment, ranked[at]!, figures, { draw, isWeighed }),
  );
  if (baselinePlace !== null && figures.baseline !== null) {
    const { name, value } = figures.baseline;
    lines.splice(
      baselinePlace,
      0,
      `<tr class="common-sense"><td></td><td>${escapeXml(name)}</td><td>${figures.text(value)}</td><td></td><td>${draw(value, null)}</td>${isWeighed ? '<td></td>' : ''}<td></td></tr>`,
    );
  }
  const [shown, folded] = [lines.slice(0, SHOWN), lines.slice(SHOWN)];
  const hasBaselineBelow = baselinePlace !== null && baselinePlace >= SHOWN;
  const naive = hasBaselineBelow ? [lines[baselinePlace!]!] : [];
  return `<div class="wide">${tableOf([...shown, ...naive], figures, isWeighed)}</div>
${folded.length === 0 ? '' : `<details><summary>${folded.length} more rows</summary>\n<div class="wide">${tableOf(folded, figures, isWeighed)}</div></details>\n`}`;
}

/** Where common sense stands among the complete ones; null: there is none. */
export function placeOf(experiments: readonly Experiment[], figures: StudyFigures): number | null {
  const { baseline, isLess } = figures;
  if (baseline === null || experiments.some(isUntrained)) return null;
  const place = experiments.findIndex((experiment) => {
    const value = figures.valueOf(experiment);
    return experiment.state !== 'COMPLETE' || (isLess ? value > baseline.value : value < baseline.value);
  });
  return place < 0 ? experiments.length : place;
}

function tableOf(lines: readonly string[], { title }: StudyFigures, isWeighed: boolean): string {
  return `<table class="ranks"><thead><tr><th>rank</th><th>trial</th><th>${escapeXml(title)}</th><th>95 % interval</th><th></th>${isWeighed ? '<th>weights</th>' : ''}<th>epochs</th></tr></thead>
<tbody>
${lines.join('\n')}
</tbody></table>`;
}

type DrawInterval = (value: number, interval: readonly [number, number] | null) => string;

function rowHtml(
  experiment: Experiment,
  { rank, tied }: RankedRow,
  figures: StudyFigures,
  { draw, isWeighed }: { readonly draw: DrawInterval; readonly isWeighed: boolean },
): string {
  const { name, state, parameters, epochs, bestEpoch } = experiment;
  const value = figures.valueOf(experiment);
  const interval = figures.intervalOf(experiment);
  const cells = [
    `${tied ? '≈ ' : ''}${rank}`,
    `${escapeXml(name)}${state === 'COMPLETE' ? '' : ` <i>${state.toLowerCase()}</i>`}`,
    figures.text(value),
    interval === null ? DASH : `${figures.text(interval[0])} … ${figures.text(interval[1])}`,
    draw(value, interval),
    ...(isWeighed ? [parameters === null || parameters === 0 ? DASH : formatCount(parameters)] : []),
    isUntrained(experiment) ? DASH : `${bestEpoch} of ${epochs}`,
  ];
  return `<tr${rank === 1 ? ' class="winner"' : ''}>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
}

/** All on the scale of the better ones; what lies beyond is cut at the edge. */
function intervalDrawer(experiments: readonly Experiment[], figures: StudyFigures): DrawInterval {
  const kept = experiments.slice(0, Math.max(1, Math.ceil(experiments.length * SCALE_SHARE)));
  const ends = [
    ...kept.flatMap((one) => [figures.valueOf(one), ...(figures.intervalOf(one) ?? [])]),
    ...(figures.baseline === null ? [] : [figures.baseline.value]),
  ];
  const low = ends.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const span = ends.reduce((most, value) => Math.max(most, value), low) - low || 1;
  const at = (value: number): string =>
    px(4 + (BAR_WIDTH - 8) * Math.min(1, Math.max(0, (value - low) / span)));
  const baseline =
    figures.baseline === null ? '' : `<path class="baseline" d="M${at(figures.baseline.value)} 0V14"/>`;
  return (value, interval) =>
    `<svg class="bar" viewBox="0 0 ${BAR_WIDTH} 14" aria-hidden="true">${baseline}${interval === null ? '' : `<path class="span" d="M${at(interval[0])} 7H${at(interval[1])}"/>`}<circle cx="${at(value)}" cy="7" r="2.6"/></svg>`;
}
