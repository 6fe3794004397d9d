// The objective against what it costs, with the trials that none beats in both: the Pareto front.
import type { DashboardRow } from '../../wire.js';
import { panel, select } from '../dom.js';
import { formatDuration, numberText, objectiveTitle } from '../figures.js';
import { ink } from '../plots/colors.js';
import { scatter } from '../plots/scatter.js';
import { logTicks, roundTicks } from '../plots/ticks.js';
import type { StudyStore } from '../study-store.js';

const COSTS = {
  durationMs: ['training time', formatDuration],
  parameters: ['trainable parameters', numberText],
  epochs: ['epochs', numberText],
} as const;
type Cost = keyof typeof COSTS;

export function tradeoffView(store: StudyStore, open: (row: DashboardRow) => void): HTMLElement {
  let cost: Cost = 'durationMs';
  const range = (): { low: number; high: number; isLog: boolean } => {
    const values = store.rows.flatMap((row) => (row.objective === null ? [] : row[cost] || []));
    const [low, high] = values.reduce(
      ([least, most], value) => [Math.min(least, value), Math.max(most, value)],
      [Number.POSITIVE_INFINITY, 0],
    );
    if (high === 0) return { low: 0, high: 1, isLog: false };
    return { low, high: high > low ? high : low * 1.1, isLog: high / low > 20 };
  };
  const axis = () => {
    const { low, high, isLog } = range();
    const place = (value: number): number =>
      isLog ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
    const [title, text] = COSTS[cost];
    return {
      title: isLog ? `${title} (logarithmic)` : title,
      shareOf: (row: DashboardRow) => place(row[cost] || Number.NaN),
      ticks: (isLog ? logTicks(low, high) : roundTicks(low, high, 5)).map((value) => ({
        share: place(value),
        text: text(value),
      })),
    };
  };
  const objective = () => {
    const found = store.axes.at(-1)!;
    return { title: found.title, ticks: found.ticks, shareOf: found.shareOf };
  };
  const plot = scatter(store, {
    label: 'The objective against its cost, with the Pareto front',
    heightPx: 300,
    leftPx: 52,
    x: axis,
    y: objective,
    onPick: open,
    paint: (context, at) => {
      const [x, y] = [axis(), objective()];
      const front = frontOf(
        store.visible
          .filter(({ state }) => state === 'COMPLETE')
          .map((row) => [x.shareOf(row), y.shareOf(row)] as const)
          .filter(([cheap, good]) => !Number.isNaN(cheap) && !Number.isNaN(good)),
      );
      context.strokeStyle = ink().baseline;
      context.lineWidth = 1.6;
      context.beginPath();
      for (const [place, [shareX, shareY]] of front.entries()) {
        const [px, py] = at(shareX, shareY);
        if (place === 0) context.moveTo(px, py);
        else {
          context.lineTo(px, at(0, front[place - 1]![1])[1]);
          context.lineTo(px, py);
        }
      }
      context.stroke();
      for (const [shareX, shareY] of front) {
        const [px, py] = at(shareX, shareY);
        context.strokeRect(px - 3.5, py - 3.5, 7, 7);
      }
    },
  });
  store.on(['rows', 'visible'], plot.redraw);
  plot.redraw();
  const pick = select(
    'against',
    Object.entries(COSTS).map(([value, [text]]) => [value, text] as const),
    cost,
    (value) => {
      cost = value as Cost;
      plot.redraw();
    },
  );
  return panel(
    'Cost',
    `${objectiveTitle(store.facts!)}; outlined: none is both cheaper and better (Pareto front)`,
    [pick],
    plot.host,
  );
}

/** Cheapest first: each better than all that are cheaper. */
function frontOf(points: readonly (readonly [cheap: number, good: number])[]): (readonly [number, number])[] {
  const front: (readonly [number, number])[] = [];
  for (const point of [...points].sort((left, right) => left[0] - right[0] || right[1] - left[1]))
    if (point[1] > (front.at(-1)?.[1] ?? Number.NEGATIVE_INFINITY)) front.push(point);
  return front;
}
