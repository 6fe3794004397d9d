// Sections of a study's page that only some studies have: the error by horizon, what classes are taken for, the front of two
// objectives.
import { confusedPairs } from '../../leaderboard/outputs/confused-pairs.js';
import type { ClassFigures, LabelFigures, OutputFigures } from '../../leaderboard/outputs/output-figures.js';
import { secondOfRow } from '../../leaderboard/outputs/second-figure.js';
import type { RankedRow } from '../../leaderboard/ranking.js';
import { type SecondMetric, secondLoss } from '../../study/trial/second-metric.js';
import { formatPercent, formatUnits, withUnit } from '../../wording/figures.js';
import { escapeXml } from '../chart-frame.js';
import type { Experiment } from '../study-report.js';
import { lineChart } from './line-chart.js';
import type { StudyFigures } from './study-figures.js';

/** More are not laid out as a table. */
const MOST_CLASSES = 25;
const PAIRS = 8;

/** Empty: one step is forecast. */
export function horizonSection({ steps, unit, band }: OutputFigures): string {
  if (steps.length < 2) return '';
  const better = steps.filter(({ mae, baselineMae }) => mae < baselineMae).length;
  const cover =
    band === null
      ? ''
      : `; its band claims ${formatPercent(band.nominal)} %, covers ${formatPercent(band.coverage)} % and is ${escapeXml(withUnit(String(Number(band.width.toPrecision(3))), unit))} wide in the mean`;
  return `<p class="facts"><span class="key-validation">— the best trial</span> <span class="key-baseline">- - naive persistence</span> · better at ${better} of ${steps.length} horizons${cover}</p>
${lineChart({
  title: 'Mean absolute error by rows ahead, of the best trial and of naive persistence',
  xLabel: 'rows ahead',
  yLabel: unit === '' ? 'MAE, normalised' : `MAE, ${unit}`,
  lines: [
    {
      class: 'baseline',
      name: 'naive persistence',
      points: steps.map(({ horizonRows, baselineMae }) => [horizonRows, baselineMae] as const),
    },
    {
      class: 'best',
      name: 'the best trial',
      points: steps.map(({ horizonRows, mae }) => [horizonRows, mae] as const),
    },
  ],
})}`;
}

/** Empty: one column is forecast. */
export function columnSection({ columns = [] }: OutputFigures): string {
  if (columns.length < 2) return '';
  const better = columns.filter(({ mae, baselineMae }) => mae < baselineMae).length;
  const text = (value: number, unit: string | null): string => escapeXml(withUnit(formatUnits(value), unit));
  const rows = columns.map(
    ({ name, unit, mae, baselineMae }) =>
      `<tr><th scope="row">${escapeXml(name)}</th><td>${text(mae, unit)}</td><td>${text(baselineMae, unit)}</td></tr>`,
  );
  return `<p class="facts">the best trial by target column, each in its own unit; better than naive persistence in ${better} of ${columns.length}</p>
<div class="wide"><table><thead><tr><th scope="col">column</th><th scope="col">MAE</th><th scope="col">naive persistence</th></tr></thead><tbody>${rows.join('\n')}</tbody></table></div>
`;
}

export function classSection(classes: ClassFigures): string {
  const { labels, confusion, macroF1 } = classes;
  const pairs = confusedPairs(classes, PAIRS).map(
    ({ own, answer, samples, share }) =>
      `<li>${escapeXml(own)} for ${escapeXml(answer)}: ${samples} (${formatPercent(share)} %)</li>`,
  );
  return `<p class="facts">macro F1 ${formatPercent(macroF1)} %</p>
${confusion === null || labels.length > MOST_CLASSES ? '' : confusionTable(labels, confusion)}${
  pairs.length === 0 ? '' : `<p class="facts">most often taken for another</p>\n<ul>${pairs.join('\n')}</ul>`
}`;
}

/** Those first that are told worst. */
export function labelSection({ each, subsetAccuracy, microF1, macroF1 }: LabelFigures): string {
  const rows = [...each]
    .sort((left, right) => left.f1 - right.f1)
    .map(
      ({ name, f1, samples, given }) =>
        `<tr><th scope="row">${escapeXml(name)}</th><td>${formatPercent(f1)}</td><td>${samples}</td><td>${given}</td></tr>`,
    );
  return `<p class="facts">all labels right ${formatPercent(subsetAccuracy)} %, micro F1 ${formatPercent(microF1)} %, macro F1 ${formatPercent(macroF1)} %</p>
<div class="wide"><table><thead><tr><th scope="col">label</th><th scope="col">F1 %</th><th scope="col">samples that have it</th><th scope="col">that are given it</th></tr></thead><tbody>${rows.join('\n')}</tbody></table></div>
`;
}

function confusionTable(labels: readonly string[], confusion: readonly (readonly number[])[]): string {
  const head = labels.map((label) => `<th scope="col">${escapeXml(label)}</th>`).join('');
  const rows = confusion.map((row, own) => {
    const all = Math.max(
      1,
      row.reduce((sum, samples) => sum + samples, 0),
    );
    const cells = row.map((samples, answer) => {
      const color = own === answer ? '--validation' : '--training';
      const share = Math.round((40 * samples) / all);
      return `<td style="background:color-mix(in srgb, var(${color}) ${share}%, transparent)">${samples}</td>`;
    });
    return `<tr><th scope="row">${escapeXml(labels[own]!)}</th>${cells.join('')}</tr>`;
  });
  return `<div class="wide"><table class="confusion"><thead><tr><td></td>${head}</tr></thead><tbody>${rows.join('\n')}</tbody></table></div>
`;
}

export interface FrontInput {
  /** In the order of the report's experiments. */
  readonly ranked: readonly RankedRow[];
  readonly experiments: readonly Experiment[];
  readonly also: SecondMetric;
  /** How the second objective is called. */
  readonly name: string;
}

/** Empty: no trial has a value of both. */
export function frontSection({ ranked, experiments, also, name }: FrontInput, figures: StudyFigures): string {
  const points = experiments.flatMap((experiment, at) => {
    const { row, onFront } = ranked[at]!;
    const second = secondOfRow(also, row);
    return second === null ? [] : [{ experiment, second, onFront, value: figures.valueOf(experiment) }];
  });
  const front = points
    .filter(({ onFront }) => onFront === true)
    .sort((left, right) => secondLoss(also, left.second) - secondLoss(also, right.second));
  if (front.length === 0) return '';
  const rows = front.map(
    ({ experiment, second, value }) =>
      `<tr><td>${escapeXml(experiment.name)}</td><td>${Number(second.toPrecision(6))}</td><td>${figures.text(value)}</td></tr>`,
  );
  return `${lineChart({
    title: `${figures.title} against ${name}, and the trials that no other one beats in both`,
    xLabel: name,
    yLabel: figures.title,
    mark: figures.baseline,
    dots: points.map(({ experiment, second, value }) => ({
      class: experiment.state === 'COMPLETE' ? 'dot' : 'dot stopped',
      x: second,
      y: value,
      name: experiment.name,
    })),
    lines: [
      {
        class: 'best',
        name: 'the front',
        isStepped: true,
        points: front.map(({ second, value }) => [second, value] as const),
      },
    ],
  })}
<div class="wide"><table><thead><tr><th>trial on the front</th><th>${escapeXml(name)}</th><th>${escapeXml(figures.title)}</th></tr></thead><tbody>${rows.join('\n')}</tbody></table></div>`;
}
