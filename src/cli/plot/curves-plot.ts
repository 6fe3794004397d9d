// The learning curves of the best trials. Pure.
import type { SeedResult } from '../../study/finished-row.js';
import type { EpochReport } from '../../study/trial/trial.js';
import { drawChart } from '../terminal/chart/chart.js';
import { wholeTicks } from '../terminal/chart/ticks.js';
import { type Style, span } from '../terminal/screen/styled-line.js';
import { baselinesOf, type DrawnPlot, type PlotInput } from './plot.js';

const STYLES: readonly Style[] = ['green', 'cyan', 'magenta', 'blue', 'red'];

/** `seeds`: best first. */
export function curvesPlot(
  input: PlotInput,
  seeds: readonly SeedResult[],
  curves: ReadonlyMap<string, readonly EpochReport[]>,
): DrawnPlot {
  const { view, words } = input;
  const metric = view.header?.metric ?? '';
  const lines = seeds.flatMap(({ trial }, place) => {
    const points = (curves.get(trial) ?? []).flatMap(({ epoch, metrics }) => {
      const value = metrics[metric];
      return value === undefined ? [] : [{ epoch, value: value * words.scale }];
    });
    return points.length === 0 ? [] : [{ rank: place + 1, trial, points }];
  });
  const baselines = baselinesOf(input);
  return {
    numbers: { unit: words.unit, curves: lines, baselines },
    draw(size) {
      if (lines.length === 0) return [[span('no trial that has ended reported epoch by epoch', 'dim')]];
      return drawChart({
        xTitle: 'epoch',
        yTitle: words.title,
        series: lines.map(({ rank, trial, points }) => ({
          name: `${rank} ${trial.slice(0, 8)}`,
          style: STYLES[(rank - 1) % STYLES.length],
          endMark: String(rank),
          points: points.map(({ epoch, value }) => [epoch, value] as const),
          isDots: points.length === 1,
        })),
        marks: baselines,
        xTicks: wholeTicks,
        size,
      });
    },
  };
}
