// A small plot for each parameter: its value against the objective.
import type { DashboardRow } from '../../wire.js';
import { element, panel, replace } from '../dom.js';
import { objectiveTitle } from '../figures.js';
import { baselineMarks, type PlotAxis } from '../plots/axis.js';
import type { Canvas } from '../plots/canvas-plot.js';
import { scatter } from '../plots/scatter.js';
import type { StudyStore } from '../study-store.js';

export function slicesView(store: StudyStore, open: (row: DashboardRow) => void): HTMLElement {
  const grid = element('div', { class: 'small-multiples' });
  let plots: Canvas[] = [];
  let names = '';
  const axisOf = (name: string): PlotAxis =>
    store.axes.find((axis) => axis.name === name && !axis.isObjective)!;
  const rebuild = (): void => {
    const params = store.axes.filter(({ isObjective }) => !isObjective);
    const wanted = params.map(({ name }) => name).join();
    if (wanted !== names) {
      names = wanted;
      plots = params.map(({ name, title, isChoice }) =>
        scatter(store, {
          label: `${objectiveTitle(store.facts!)} by ${title}`,
          heightPx: 170,
          isSpread: isChoice,
          x: () => shared(axisOf(name)),
          y: () => shared(store.axes.at(-1)!),
          marks: () => baselineMarks(store.facts!, store.axes.at(-1)!),
          onPick: open,
        }),
      );
      replace(grid, ...plots.map(({ host }) => host));
    }
    for (const plot of plots) plot.redraw();
  };
  /** The shares are known already. */
  const shared = (axis: PlotAxis) => {
    const shares = store.sharesOf(axis);
    return {
      title: axis.title,
      ticks: axis.ticks,
      shareOf: (_: DashboardRow, place: number) => shares[place]!,
    };
  };
  store.on(['rows', 'visible'], rebuild);
  rebuild();
  const [baseline] = store.facts!.baselines;
  return panel(
    'Slices',
    `${objectiveTitle(store.facts!)} by each parameter, the best at the top${baseline === undefined ? '' : `; dashed: ${baseline.name}`}`,
    [],
    grid,
  );
}
