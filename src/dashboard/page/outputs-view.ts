// Of a model with several outputs how good each is: its error by horizon, its quantiles against what they claim, which classes
// it takes for which.
import { confusedPairs } from '../../leaderboard/outputs/confused-pairs.js';
import type { ClassFigures, LabelFigures, OutputFigures } from '../../leaderboard/outputs/output-figures.js';
import { formatPercent, withUnit } from '../../wording/figures.js';
import { element, panel, table } from './dom.js';
import { formatCount, numberText } from './figures.js';
import { barList } from './plots/bar-list.js';
import { ink } from './plots/colors.js';
import { linePlot } from './plots/line-plot.js';

/** Of fewer steps each is a point. */
const POINTS_BELOW = 25;
/** Beyond it cells are too narrow for numbers: colours and a word for each. */
const MOST_NUMBERED = 16;
const PAIRS = 5;

export function outputPanels(outputs: OutputFigures): HTMLElement[] {
  const { steps, columns = [], quantiles, classes, labels } = outputs;
  const ofForecast = [
    ...(columns.length > 0 ? [columnPanel(columns)] : []),
    ...(steps.length > 1 ? [horizonPanel(outputs)] : []),
    ...(quantiles.length > 0 ? [quantilePanel(outputs)] : []),
  ];
  return [
    ...(ofForecast.length === 0
      ? []
      : [element('div', { class: ofForecast.length > 1 ? 'columns' : '' }, ...ofForecast)]),
    ...(classes === null ? [] : [classPanel(classes)]),
    ...(labels === null ? [] : [labelPanel(labels)]),
  ];
}

function columnPanel(columns: NonNullable<OutputFigures['columns']>): HTMLElement {
  const better = columns.filter(({ mae, baselineMae }) => mae < baselineMae).length;
  const text = (value: number, unit: string | null): string =>
    withUnit(numberText(Number(value.toPrecision(4))), unit);
  return panel(
    'Error by column',
    `better than naive persistence in ${better} of ${columns.length} columns; each in its own unit`,
    [],
    element(
      'table',
      {},
      element('caption', { class: 'visually-hidden' }, 'Mean absolute error by target column'),
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          ...['column', 'MAE', 'naive persistence'].map((head) =>
            element('th', { attributes: { scope: 'col' } }, head),
          ),
        ),
      ),
      element(
        'tbody',
        {},
        ...columns.map(({ name, unit, mae, baselineMae }) =>
          element(
            'tr',
            {},
            element('th', { attributes: { scope: 'row' } }, name),
            element('td', { class: 'number' }, text(mae, unit)),
            element('td', { class: 'number' }, text(baselineMae, unit)),
          ),
        ),
      ),
    ),
  );
}

function horizonPanel({ steps, unit }: OutputFigures): HTMLElement {
  const errorTitle = unit === '' ? 'MAE, normalised' : `MAE, ${unit}`;
  const text = (value: number): string => withUnit(numberText(Number(value.toPrecision(4))), unit);
  const plot = linePlot({
    label: 'Mean absolute error by rows ahead, beside naive persistence',
    xTitle: 'rows ahead',
    yTitle: errorTitle,
    heightPx: 240,
    yText: numberText,
    onHover: (at) => {
      const step = at === null ? undefined : steps[at.place];
      if (step === undefined) return null;
      return [
        `${formatCount(step.horizonRows)} rows ahead`,
        `MAE ${text(step.mae)}`,
        `naive persistence ${text(step.baselineMae)}`,
        ...(step.coverage === undefined ? [] : [`band covers ${formatPercent(step.coverage)} %`]),
        ...(step.width === undefined ? [] : [`band is ${text(step.width)} wide`]),
      ];
    },
  });
  const hasPoints = steps.length < POINTS_BELOW;
  plot.set({
    x: steps.map(({ horizonRows }) => horizonRows),
    lines: [
      {
        name: 'naive persistence',
        color: () => ink().baseline,
        values: steps.map(({ baselineMae }) => baselineMae),
        dash: [5, 4],
        width: 1.4,
        hasPoints,
      },
      {
        name: 'model',
        color: () => ink().accent,
        values: steps.map(({ mae }) => mae),
        width: 2,
        hasPoints,
      },
    ],
    yRange: { low: 0, high: Math.max(...steps.flatMap(({ mae, baselineMae }) => [mae, baselineMae])) },
  });
  const better = steps.filter(({ mae, baselineMae }) => mae < baselineMae).length;
  return panel(
    'Error by horizon',
    `better than naive persistence at ${better} of ${steps.length} horizons`,
    [
      element(
        'span',
        { class: 'key' },
        element('span', { class: 'swatch forecast-swatch' }),
        'model ',
        element('span', { class: 'swatch baseline-swatch' }),
        'naive persistence',
      ),
    ],
    plot.host,
  );
}

/** 80 %: as it was asked for. */
function shareText(share: number): string {
  return `${Number((100 * share).toPrecision(4))} %`;
}

function quantilePanel({ quantiles, band, unit, isConformal }: OutputFigures): HTMLElement {
  const claim =
    band === null
      ? ''
      : `the outermost two claim ${shareText(band.nominal)}, cover ${formatPercent(band.coverage)} % and are ${withUnit(numberText(Number(band.width.toPrecision(3))), unit)} apart`;
  return panel(
    'Quantiles',
    claim,
    [],
    element(
      'p',
      { class: 'quiet' },
      `Share of the targets at or below each; the mark is where it should be.${isConformal ? ' As the model leaves them: predictions move the ends until they cover what they claim.' : ''}`,
    ),
    barList(
      'Share of the targets at or below each quantile',
      quantiles.map(({ quantile, below }) => ({
        name: String(quantile),
        value: below,
        mark: quantile,
        text: `${formatPercent(below)} %`,
      })),
    ),
  );
}

function classPanel(classes: ClassFigures): HTMLElement {
  const { labels, macroF1, confusion } = classes;
  const pairs = confusedPairs(classes, PAIRS);
  return panel(
    'Classes',
    `macro F1 ${formatPercent(macroF1)} %; a row a class, a column an answer, on validation samples`,
    [],
    element(
      'div',
      { class: 'confusion-pair' },
      confusion === null
        ? element('p', { class: 'quiet' }, 'There are too many classes for a table of them.')
        : element(
            'div',
            {
              class: 'confusion-scroll',
              tabIndex: 0,
              role: 'region',
              attributes: { 'aria-label': 'Confusion matrix' },
            },
            confusionTable(labels, confusion),
          ),
      pairs.length > 0 &&
        element(
          'div',
          {},
          element('h3', {}, 'Most often taken for another'),
          element(
            'ul',
            { class: 'plain-list' },
            ...pairs.map(({ own, answer, samples, share }) =>
              element(
                'li',
                {},
                `${own} for ${answer}: `,
                element('span', { class: 'number' }, `${formatCount(samples)} (${formatPercent(share)} %)`),
              ),
            ),
          ),
        ),
    ),
  );
}

/** Those first that are told worst. */
function labelPanel({ each, subsetAccuracy, microF1, macroF1 }: LabelFigures): HTMLElement {
  const worst = [...each].sort((left, right) => left.f1 - right.f1);
  return panel(
    'Labels',
    `all labels right ${formatPercent(subsetAccuracy)} %, micro F1 ${formatPercent(microF1)} %, macro F1 ${formatPercent(macroF1)} %, on validation samples`,
    [],
    table(
      'F1 of each label',
      ['label', 'F1', 'samples that have it', 'that are given it'],
      worst.map(({ name, f1, samples, given }) => [
        name,
        `${formatPercent(f1)} %`,
        formatCount(samples),
        formatCount(given),
      ]),
      [1, 2, 3],
    ),
  );
}

function confusionTable(
  labels: readonly string[],
  confusion: readonly (readonly number[])[],
): HTMLTableElement {
  const isNumbered = labels.length <= MOST_NUMBERED;
  const cellOf = (samples: number, own: number, answer: number): HTMLElement => {
    const all = confusion[own]!.reduce((sum, one) => sum + one, 0);
    const share = all === 0 ? 0 : samples / all;
    return element(
      'td',
      {
        class: own === answer ? 'number right' : 'number',
        title: `${labels[own]} answered as ${labels[answer]}: ${formatCount(samples)} of ${formatCount(all)}`,
        // Weak enough for the number on it to be read.
        style: {
          background: `color-mix(in srgb, var(${own === answer ? '--accent' : '--failed'}) ${Math.round(share * (isNumbered ? 40 : 100))}%, transparent)`,
        },
      },
      isNumbered ? formatCount(samples) : '',
    );
  };
  const nameOf = (label: string, scope: 'row' | 'col'): HTMLElement =>
    element('th', { title: label, attributes: { scope } }, element('span', {}, label));
  return element(
    'table',
    { class: isNumbered ? 'confusion' : 'confusion small' },
    element('caption', { class: 'visually-hidden' }, 'Samples by class and answer'),
    element(
      'thead',
      {},
      element('tr', {}, element('td', {}), ...labels.map((label) => nameOf(label, 'col'))),
    ),
    element(
      'tbody',
      {},
      ...confusion.map((row, own) =>
        element(
          'tr',
          {},
          nameOf(labels[own]!, 'row'),
          ...row.map((samples, answer) => cellOf(samples, own, answer)),
        ),
      ),
    ),
  );
}
