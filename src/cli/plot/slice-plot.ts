// The objective over each parameter, a chart each. Pure.
import { SweepError } from '../../errors.js';
import { printable } from '../../wording/printable.js';
import { suggest } from '../../wording/suggest.js';
import { drawChart } from '../terminal/chart/chart.js';
import { type Line, lineWidth, span } from '../terminal/screen/styled-line.js';
import { paramAxes } from './param-axes.js';
import { baselinesOf, type DrawnPlot, objectiveRange, type PlotInput, rowsOf } from './plot.js';

/** Narrower charts stand below each other. */
const LEAST_WIDTH = 44;
const GAP = 2;
const CHART_ROWS = 12;

/** Throws USAGE for a parameter that the space does not have. */
export function slicePlot(input: PlotInput, param: string | undefined): DrawnPlot {
  const { view, words } = input;
  const all = paramAxes(view);
  const axes = param === undefined ? all : all.filter(({ name }) => name === param);
  if (axes.length === 0 && param !== undefined)
    throw new SweepError('USAGE', `the study searches no parameter ${JSON.stringify(param)}`, {
      path: '--param',
      hint: suggest(
        param,
        all.map(({ name }) => name),
      ),
    });
  const rows = rowsOf(view).filter(({ state }) => state === 'COMPLETE');
  const slices = axes.map((axis) => ({
    param: axis.name,
    points: rows.flatMap(({ params, objective, trial }) => {
      const value = params[axis.name];
      return value === undefined ? [] : [{ trial, value, objective: objective * words.scale }];
    }),
  }));
  const baselines = baselinesOf(input);
  return {
    numbers: { unit: words.unit, slices, baselines },
    draw({ columns, rows: height }) {
      if (axes.length === 0) return [[span('the space has one point: no parameter is searched', 'dim')]];
      if (rows.length === 0) return [[span('no trial is complete yet', 'dim')]];
      const across = axes.length > 1 && columns >= 2 * LEAST_WIDTH + GAP ? 2 : 1;
      const width = Math.floor((columns - GAP * (across - 1)) / across);
      const yRange = objectiveRange(
        rows.map(({ objective }) => objective * words.scale),
        view.header?.direction ?? 'minimize',
        baselines.map(({ value }) => value),
      );
      const charts = axes.map((axis, at) =>
        drawChart({
          // The values at the axis need all of its line.
          xTitle: '',
          yTitle: `${words.title} by ${printable(axis.name)}`,
          series: [
            {
              name: '',
              style: 'cyan',
              isDots: true,
              points: slices[at]!.points.map(
                ({ value, objective }) => [axis.shareOf(value), objective] as const,
              ),
            },
          ],
          marks: baselines,
          xRange: { low: 0, high: 1 },
          yRange,
          xTicks: () => axis.ticks,
          size: { columns: width, rows: axes.length === 1 ? height : Math.min(height, CHART_ROWS) },
        }),
      );
      const lines: Line[] = [];
      for (let at = 0; at < charts.length; at += across) {
        if (at > 0) lines.push([]);
        lines.push(...beside(charts[at]!, charts[at + 1] ?? [], across, width));
      }
      return lines;
    },
  };
}

function beside(left: readonly Line[], right: readonly Line[], across: number, width: number): Line[] {
  if (across === 1) return [...left];
  return left.map((line, row) => [
    ...line,
    span(' '.repeat(Math.max(0, width + GAP - lineWidth(line)))),
    ...(right[row] ?? []),
  ]);
}
