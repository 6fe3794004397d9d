// A trial's forecasts beside the truth over validation time, and where its errors lie.
import { withUnit } from '../../wording/figures.js';
import type { ErrorGroup, ForecastAnswer } from '../wire.js';
import { ask, ProblemError, studyPath } from './api.js';
import { button, element, panel, replace } from './dom.js';
import { formatCount, numberText, timeText } from './figures.js';
import { barList } from './plots/bar-list.js';
import { ink } from './plots/colors.js';
import { linePlot } from './plots/line-plot.js';

/** Of the start, so that single days are seen; all is one key away. */
const SHOWN_AT_FIRST = 336;
/** More are thinned out while they cannot be told apart. */
const MOST_DRAWN = 4_000;

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
  ask<ForecastAnswer | null>(`${studyPath(study)}/trials/${encodeURIComponent(trial)}/forecast`).then(
    (answer) => {
      if (answer === null) host.remove();
      else replace(host, seriesPanel(answer), errorPanels(answer));
    },
    (thrown: unknown) => {
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
  return host;
}

function seriesPanel(answer: ForecastAnswer): HTMLElement {
  const { firstMs, stepMs, truth, prediction, target, unit } = answer;
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
      ],
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
  );
  const note = [
    `MAE ${withUnit(numberText(answer.mae), unit)} over ${formatCount(truth.length)} validation windows, naive persistence ${withUnit(numberText(answer.naiveMae), unit)}`,
    answer.horizon,
    ...(answer.irregularSteps > 0
      ? [`${answer.irregularSteps} irregular steps: later times are off by as much`]
      : []),
    ...(answer.synthetic ? ['SYNTHETIC data'] : []),
  ].join(' · ');
  return panel(
    'Forecast against the truth',
    note,
    [
      key,
      button('−', () => zoom(width() * 2), { class: 'small', attributes: { 'aria-label': 'zoom out' } }),
      button('+', () => zoom(width() / 2), { class: 'small', attributes: { 'aria-label': 'zoom in' } }),
      button('All', () => zoom(truth.length), { class: 'small' }),
    ],
    plot.host,
    range,
  );
}

function errorPanels(answer: ForecastAnswer): HTMLElement {
  const { unit, byHour, byWeekday, bySeason } = answer;
  const bars = (label: string, groups: readonly ErrorGroup[]): HTMLElement =>
    element(
      'div',
      {},
      element('h3', {}, label),
      barList(
        `Mean absolute error by ${label}`,
        groups.map(({ name, mae, naiveMae, windows }) => ({
          name,
          value: mae,
          mark: naiveMae,
          text: withUnit(numberText(Number(mae.toPrecision(3))), unit),
          isQuiet: mae >= naiveMae,
          detail: `naive ${numberText(Number(naiveMae.toPrecision(3)))}, ${formatCount(windows)} windows`,
        })),
      ),
    );
  const worst = [...byHour].sort((left, right) => right.mae - left.mae)[0];
  return element(
    'div',
    { class: 'columns' },
    byHour.length > 0 &&
      panel(
        'Where it errs',
        `${worst === undefined ? '' : `worst at ${worst.name}:00; `}the mark is naive persistence, grey bars are no better`,
        [],
        element(
          'div',
          { class: 'error-groups' },
          bars('hour of the day', byHour),
          element('div', {}, bars('weekday', byWeekday), bars('season', bySeason)),
        ),
      ),
    panel('Residuals', `forecast less truth; ${biasText(answer)}`, [], residualPlot(answer)),
  );
}

function biasText({ bias, unit }: ForecastAnswer): string {
  const size = withUnit(numberText(Number(Math.abs(bias).toPrecision(2))), unit);
  return bias === 0 ? 'no bias' : `on average ${size} too ${bias > 0 ? 'high' : 'low'}`;
}

function residualPlot({ residuals, unit }: ForecastAnswer): HTMLElement {
  const plot = linePlot({
    label: 'How often each error occurs',
    xTitle: unit === '' ? 'error' : `error, ${unit}`,
    yTitle: 'windows',
    heightPx: 240,
    yText: numberText,
    xText: numberText,
    onHover: (at) => {
      const bin = at === null ? undefined : residuals[at.place];
      return bin === undefined
        ? null
        : [
            `${numberText(Number(bin.from.toPrecision(3)))} … ${withUnit(numberText(Number(bin.to.toPrecision(3))), unit)}`,
            `${formatCount(bin.count)} windows`,
          ];
    },
  });
  const [first, last] = [residuals[0]!, residuals.at(-1)!];
  plot.set({
    x: residuals.map(({ from, to }) => (from + to) / 2),
    lines: [
      {
        name: 'windows',
        color: () => ink().accent,
        values: residuals.map(({ count }) => count),
        isHidden: true,
      },
    ],
    yRange: { low: 0, high: Math.max(...residuals.map(({ count }) => count)) },
    xRange: { low: first.from, high: last.to },
    paint: (context, { valToPos }) => {
      context.fillStyle = ink().accent;
      for (const { from, to, count } of residuals) {
        const [left, right] = [valToPos(from, 'x', true), valToPos(to, 'x', true)];
        const [top, bottom] = [valToPos(count, 'y', true), valToPos(0, 'y', true)];
        context.fillRect(left + 0.5, top, Math.max(1, right - left - 1), bottom - top);
      }
      const zero = valToPos(0, 'x', true);
      context.fillStyle = ink().baseline;
      context.fillRect(zero - 0.5, 0, 1.5, 10_000);
    },
  });
  return plot.host;
}
