// Where the errors of a trial's forecasts lie: in hours, weekdays and seasons beside common sense, and how large they are.
import { withUnit } from '../../wording/figures.js';
import type { ErrorGroup, ForecastAnswer } from '../wire.js';
import { button, element, panel, table } from './dom.js';
import { formatCount, numberText } from './figures.js';
import { barList } from './plots/bar-list.js';
import { ink } from './plots/colors.js';
import { linePlot } from './plots/line-plot.js';

export function errorPanels(answer: ForecastAnswer): HTMLElement {
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

/** More are in the choice alone. */
const MOST_SERIES = 24;

/** Those first that are worst beside common sense, as sizes differ; `show`: that one in place of the one that is shown. */
export function bySeriesPanel(
  { name: shown, all }: NonNullable<ForecastAnswer['series']>,
  unit: string,
  show: (series: string) => void,
): HTMLElement {
  const beside = ({ mae, naiveMae }: ErrorGroup): number => mae / naiveMae;
  const worst = [...all].sort((left, right) => beside(right) - beside(left));
  const better = all.filter((one) => one.mae < one.naiveMae).length;
  const text = (value: number): string => withUnit(numberText(Number(value.toPrecision(3))), unit);
  return panel(
    'Error by series',
    `better than naive persistence in ${better} of ${all.length}; the worst beside it first${all.length > MOST_SERIES ? `, ${MOST_SERIES} of them` : ''}`,
    [],
    table(
      'Mean absolute error by series',
      ['series', 'MAE', 'naive persistence', 'windows'],
      worst.slice(0, MOST_SERIES).map((one) => [
        button(one.name, () => show(one.name), {
          class: 'small',
          attributes: { 'aria-pressed': String(one.name === shown) },
        }),
        text(one.mae),
        text(one.naiveMae),
        formatCount(one.windows),
      ]),
      [1, 2, 3],
    ),
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
    paint: (context, { bbox, valToPos }) => {
      context.fillStyle = ink().accent;
      for (const { from, to, count } of residuals) {
        const [left, right] = [valToPos(from, 'x', true), valToPos(to, 'x', true)];
        const [top, bottom] = [valToPos(count, 'y', true), valToPos(0, 'y', true)];
        context.fillRect(left + 0.5, top, Math.max(1, right - left - 1), bottom - top);
      }
      const zero = valToPos(0, 'x', true);
      context.fillStyle = ink().baseline;
      context.fillRect(zero - 0.5, bbox.top, 1.5, bbox.height);
    },
  });
  return plot.host;
}
