// The error of the best trials by rows ahead, beside naive persistence. Pure.
import { outputFigures } from '../../leaderboard/outputs/output-figures.js';
import type { SeedResult } from '../../study/finished-row.js';
import { drawChart } from '../terminal/chart/chart.js';
import { wholeTicks } from '../terminal/chart/ticks.js';
import { type Style, span } from '../terminal/screen/styled-line.js';
import type { DrawnPlot, PlotInput } from './plot.js';

const STYLES: readonly Style[] = ['green', 'cyan', 'magenta', 'blue', 'red'];

/** `seeds`: best first. */
export function horizonPlot({ view }: PlotInput, seeds: readonly SeedResult[]): DrawnPlot {
  const dataset = view.header?.dataset ?? null;
  const lines = seeds.flatMap(({ trial, result }, place) => {
    const figures = dataset === null ? null : outputFigures(result, dataset);
    return figures === null || figures.steps.length === 0 ? [] : [{ rank: place + 1, trial, ...figures }];
  });
  const [first] = lines;
  const unit = first?.unit ?? '';
  return {
    numbers: { unit, horizons: lines.map(({ rank, trial, steps }) => ({ rank, trial, steps })) },
    draw(size) {
      if (first === undefined)
        return [[span('its trials forecast one step: window.horizon has several', 'dim')]];
      return drawChart({
        xTitle: 'rows ahead',
        yTitle: unit === '' ? 'MAE, normalised' : `MAE, ${unit}`,
        series: [
          {
            name: 'naive persistence',
            style: 'yellow',
            points: first.steps.map(({ horizonRows, baselineMae }) => [horizonRows, baselineMae] as const),
          },
          ...lines.map(({ rank, trial, steps }) => ({
            name: `${rank} ${trial.slice(0, 8)}`,
            style: STYLES[(rank - 1) % STYLES.length],
            endMark: String(rank),
            points: steps.map(({ horizonRows, mae }) => [horizonRows, mae] as const),
          })),
        ],
        xTicks: wholeTicks,
        size,
      });
    },
  };
}
