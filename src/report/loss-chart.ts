// Training and validation loss by epoch: dots and a line.
import { scaleLinear } from 'd3-scale';
import { CHART_MARGIN, chartSvg, px } from './chart-frame.js';
import type { CurvePoint, Experiment } from './study-report.js';

const WIDTH = 420;
const HEIGHT = 260;
const DOT_RADIUS = 3;
const X_TICKS = 6;
const Y_TICKS = 5;

/** `baseline`: a line to compare with, in the loss's own scale; null: none. */
export function lossChart(experiment: Experiment, baseline: number | null): string {
  const curve = experiment.curve ?? [];
  const { top, right, bottom, left } = CHART_MARGIN;
  const last = Math.max(2, ...curve.map(({ epoch }) => epoch));
  const x = scaleLinear()
    .domain([1, last])
    .range([left + 8, WIDTH - right]);
  const losses = [
    ...curve.flatMap(({ trainLoss, validationLoss }) =>
      trainLoss === null ? [validationLoss] : [trainLoss, validationLoss],
    ),
    ...(baseline === null ? [] : [baseline]),
  ];
  const y = scaleLinear()
    .domain([Math.min(...losses), Math.max(...losses)])
    .nice(Y_TICKS)
    .range([HEIGHT - bottom, top + 6]);
  const formatY = y.tickFormat(Y_TICKS);
  return chartSvg({
    title: `Training and validation loss by epoch: ${experiment.name}`,
    width: WIDTH,
    height: HEIGHT,
    x: {
      label: 'epoch',
      ticks: x
        .ticks(Math.min(X_TICKS, last))
        .filter(Number.isInteger)
        .map((epoch) => ({ at: x(epoch), text: String(epoch) })),
    },
    y: { label: 'loss', ticks: y.ticks(Y_TICKS).map((loss) => ({ at: y(loss), text: formatY(loss) })) },
    marks: [
      ...(baseline === null
        ? []
        : [`<path class="baseline" d="M${left} ${px(y(baseline))}H${WIDTH - right}"/>`]),
      ...curve.flatMap(({ epoch, trainLoss }) =>
        trainLoss === null
          ? []
          : [`<circle class="training" cx="${px(x(epoch))}" cy="${px(y(trainLoss))}" r="${DOT_RADIUS}"/>`],
      ),
      `<path class="validation" d="${linePath(curve, x, y)}"/>`,
    ],
  });
}

function linePath(
  curve: readonly CurvePoint[],
  x: (value: number) => number,
  y: (value: number) => number,
): string {
  return curve
    .map(({ epoch, validationLoss }, at) => `${at === 0 ? 'M' : 'L'}${px(x(epoch))} ${px(y(validationLoss))}`)
    .join('');
}
