// A trial's forecasts beside the truth over validation time.

import { formatPercent, withUnit } from '../../wording/figures.js';
import type { ForecastAnswer } from '../wire.js';
import { ask, ProblemError, studyPath } from './api.js';
import { button, element, panel, replace, select } from './dom.js';
import { formatCount, numberText, timeText } from './figures.js';
import { bySeriesPanel, errorPanels } from './forecast-errors.js';
import { ink } from './plots/colors.js';
import { linePlot } from './plots/line-plot.js';
import type { PlotContent } from './plots/line-plot-options.js';
import { rewrite } from './rewrite.js';

/** Of the start, so that single days are seen; all is one key away. */
const SHOWN_AT_FIRST = 336;
/** More are thinned out while they cannot be told apart. */
const MOST_DRAWN = 4_000;
const BAND_ALPHA = 0.18;

export function forecastView(study: string, trial: string): HTMLElement {
  const host = element(
    'div',
    { class: 'forecast' },
    panel(
      'Forecast against the truth',
      'computing the validation forecasts…',
      [],
      element(
        'p',
        { class: 'quiet', role: 'status' },
        'The model forecasts every validation window that the trial was judged on.',
      ),
    ),
  );
  const address = `${studyPath(study)}/trials/${encodeURIComponent(trial)}/forecast`;
  show(host, address, {});
  return host;
}

/** Of several columns, and of several series, one is shown. */
interface Shown {
  readonly column?: string;
  readonly series?: string;
}

/** What was asked for last at each place: an answer to an earlier question is not shown. */
const asked = new WeakMap<HTMLElement, Shown>();

/** What is chosen comes in place of what is shown. */
function show(host: HTMLElement, address: string, shown: Shown): void {
  asked.set(host, shown);
  const query = new URLSearchParams({ ...shown }).toString();
  ask<ForecastAnswer | null>(query === '' ? address : `${address}?${query}`).then(
    (answer) => {
      if (asked.get(host) !== shown) return;
      if (answer === null) {
        host.remove();
        return;
      }
      const choose = (changed: Shown): void => show(host, address, { ...shown, ...changed });
      rewrite(host, () => [
        seriesPanel(answer, choices(answer, choose)),
        answer.series !== null && bySeriesPanel(answer.series, answer.unit, (series) => choose({ series })),
        errorPanels(answer),
      ]);
    },
    (thrown: unknown) => {
      if (asked.get(host) !== shown) return;
      const { message, hint } =
        thrown instanceof ProblemError ? thrown.problem : { message: String(thrown), hint: null };
      replace(
        host,
        panel(
          'Forecast against the truth',
          'not to be had',
          [],
          element('p', {}, message),
          hint !== null && element('p', { class: 'quiet' }, hint),
        ),
      );
    },
  );
}

function choices({ target, targets, series }: ForecastAnswer, choose: (changed: Shown) => void) {
  const named = (names: readonly string[]): [string, string][] => names.map((name) => [name, name]);
  return [
    targets.length > 1 && select('column', named(targets), target, (column) => choose({ column })),
    series !== null &&
      select('series', named(series.all.map(({ name }) => name)), series.name, (one) =>
        choose({ series: one }),
      ),
  ];
}

function seriesPanel(answer: ForecastAnswer, chosen: readonly (HTMLElement | false)[]): HTMLElement {
  const { firstMs, stepMs, truth, prediction, target, unit, band } = answer;
  const isTime = firstMs !== null && stepMs !== null;
  const xAt = (place: number): number => (isTime ? (firstMs + place * stepMs) / 1000 : place + 1);
  let from = 0;
  let to = Math.min(truth.length, SHOWN_AT_FIRST);
  let every = 1;
  const plot = linePlot({
    label: `${target} and its forecasts over validation time`,
    xTitle: isTime ? 'time of the data' : 'validation window',
    yTitle: unit === '' ? target : `${target.replace(/\s*\(.*\)$/, '')}, ${unit}`,
    heightPx: 280,
    isTime,
    yText: numberText,
    onHover: (at) => {
      if (at === null) return null;
      const place = from + at.place * every;
      const [actual, forecast] = [truth[place]!, prediction[place]!];
      return [
        isTime ? timeText(xAt(place) * 1000) : `window ${place + 1}`,
        `truth ${withUnit(numberText(actual), unit)}`,
        `forecast ${withUnit(numberText(forecast), unit)}`,
        ...(band === null
          ? []
          : [
              `${bandName(band)} ${numberText(band.low[place]!)} … ${withUnit(numberText(band.high[place]!), unit)}`,
            ]),
        `error ${withUnit(numberText(Number((forecast - actual).toPrecision(3))), unit)}`,
      ];
    },
  });
  const range = element('input', {
    class: 'range',
    attributes: {
      type: 'range',
      min: 0,
      max: 1000,
      step: 1,
      value: 0,
      'aria-label': 'move through validation time',
    },
    on: { input: () => move(Number(range.value) / 1000) },
  });
  const width = (): number => to - from;
  const show = (): void => {
    every = Math.max(1, Math.ceil(width() / MOST_DRAWN));
    const places = Array.from({ length: Math.ceil(width() / every) }, (_, at) => from + at * every);
    plot.set({
      x: places.map(xAt),
      lines: [
        { name: 'truth', color: () => ink().text, values: places.map((place) => truth[place]!), width: 1.4 },
        {
          name: 'forecast',
          color: () => ink().accent,
          values: places.map((place) => prediction[place]!),
          width: 1.4,
        },
        // What the axis is to reach.
        ...(band === null ? [] : [band.low, band.high]).map((values) => ({
          name: '',
          color: () => ink().accent,
          values: places.map((place) => values[place]!),
          isHidden: true,
        })),
      ],
      ...(band === null ? {} : { paint: bandPainter(band, places, xAt) }),
    });
    plot.showAll();
    const room = truth.length - width();
    range.value = String(room <= 0 ? 0 : Math.round((1000 * from) / room));
    range.disabled = room <= 0;
  };
  const move = (share: number): void => {
    const shown = width();
    from = Math.round(share * (truth.length - shown));
    to = from + shown;
    show();
  };
  const zoom = (windows: number): void => {
    const middle = from + width() / 2;
    const shown = Math.min(truth.length, Math.max(24, Math.round(windows)));
    from = Math.min(truth.length - shown, Math.max(0, Math.round(middle - shown / 2)));
    to = from + shown;
    show();
  };
  show();
  const key = element(
    'span',
    { class: 'key' },
    element('span', { class: 'swatch truth' }),
    'truth ',
    element('span', { class: 'swatch forecast-swatch' }),
    'forecast',
    band !== null && element('span', { class: 'swatch band-swatch' }),
    band !== null && bandName(band),
  );
  const note = [
    `MAE ${withUnit(numberText(answer.mae), unit)} over ${formatCount(truth.length)} validation windows, naive persistence ${withUnit(numberText(answer.naiveMae), unit)}`,
    answer.horizon,
    ...(band === null ? [] : [`the ${bandName(band)} covers ${formatPercent(band.coverage)} %`]),
    ...(answer.irregularSteps > 0
      ? [`${answer.irregularSteps} irregular steps: later times are off by as much`]
      : []),
    ...(answer.synthetic ? ['SYNTHETIC data'] : []),
  ].join(' · ');
  return panel(
    'Forecast against the truth',
    note,
    [
      ...chosen,
      key,
      button('−', () => zoom(width() * 2), { class: 'small', attributes: { 'aria-label': 'zoom out' } }),
      button('+', () => zoom(width() / 2), { class: 'small', attributes: { 'aria-label': 'zoom in' } }),
      button('All', () => zoom(truth.length), { class: 'small' }),
    ],
    plot.host,
    range,
  );
}

type ForecastBand = NonNullable<ForecastAnswer['band']>;

function bandName({ nominal }: ForecastBand): string {
  return `${Number((100 * nominal).toPrecision(4))} % band`;
}

function bandPainter(
  { low, high }: ForecastBand,
  places: readonly number[],
  xAt: (place: number) => number,
): NonNullable<PlotContent['paint']> {
  return (context, { bbox, valToPos }) => {
    const at = (place: number, value: number): [number, number] => [
      valToPos(xAt(place), 'x', true),
      valToPos(value, 'y', true),
    ];
    context.save();
    context.beginPath();
    context.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    context.clip();
    context.beginPath();
    for (const place of places) context.lineTo(...at(place, high[place]!));
    for (const place of places.toReversed()) context.lineTo(...at(place, low[place]!));
    context.closePath();
    context.globalAlpha = BAND_ALPHA;
    context.fillStyle = ink().accent;
    context.fill();
    context.restore();
  };
}
