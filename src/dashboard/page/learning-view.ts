// How one trial learnt, epoch by epoch: what is zoomed into stays so while epochs come.
import type { TrialAnswer } from '../wire.js';
import { element, panel } from './dom.js';
import { metricName, numberText } from './figures.js';
import { lineColor } from './plots/colors.js';
import { type LinePlot, linePlot } from './plots/line-plot.js';
import type { StudyStore } from './study-store.js';

type Curves = TrialAnswer['curves'];

/** Returns what makes the panel of the curves that are known by now: a new one each time, around the same plot. */
export function learningView(store: StudyStore): (curves: Curves) => HTMLElement {
  let curves: Curves = {};
  let drawn: readonly string[] = [];
  let plot: LinePlot | null = null;
  const makePlot = (): LinePlot =>
    linePlot({
      label: `Metrics by epoch: ${drawn.map(metricName).join(', ')}`,
      xTitle: 'epoch',
      yTitle: store.facts!.isSeries ? 'normalised' : drawn.length === 1 ? metricName(drawn[0]!) : 'value',
      heightPx: 260,
      yText: numberText,
      onHover: (at) => {
        const name = at === null ? undefined : drawn[at.line];
        const value = name === undefined ? null : curves[name]?.[at!.place];
        return name === undefined || value == null
          ? null
          : [metricName(name), `epoch ${at!.place + 1}`, numberText(value)];
      },
    });

  return (known) => {
    curves = known;
    const epochs = Math.max(0, ...Object.values(known).map((values) => values.length));
    if (epochs === 0)
      return panel(
        'Learning',
        '',
        [],
        element('p', { class: 'quiet' }, 'No epoch was reported: nothing was trained, or its log is gone.'),
      );
    // What is not of the objective's scale would press the others flat.
    const isLikeObjective = (name: string): boolean =>
      !/accuracy/i.test(name) === !/accuracy/i.test(store.facts!.metric);
    const liked = Object.keys(known).filter(isLikeObjective);
    // Where the loss is the objective's metric both are one line.
    const textOf = (name: string): string => JSON.stringify(known[name]);
    const wanted = liked.filter(
      (name, at) => liked.findIndex((other) => textOf(other) === textOf(name)) === at,
    );
    const titleOf = (name: string): string =>
      liked
        .filter((other) => textOf(other) === textOf(name))
        .map(metricName)
        .join(' = ');
    if (plot === null || wanted.join() !== drawn.join()) {
      drawn = wanted;
      plot = makePlot();
    }
    plot.set({
      x: Array.from({ length: epochs }, (_, epoch) => epoch + 1),
      lines: drawn.map((name, at) => ({
        name,
        color: () => lineColor(at),
        values: Array.from({ length: epochs }, (_, epoch) => known[name]![epoch] ?? null),
        width: 1.8,
        hasPoints: epochs < 4,
      })),
      marks: store.facts!.baselines,
      xRange: { low: 1, high: Math.max(2, epochs) },
    });
    return panel(
      'Learning',
      `${epochs} epochs, values as they are computed`,
      [],
      plot.host,
      element(
        'ul',
        { class: 'legend' },
        ...drawn.map((name, at) =>
          element(
            'li',
            {},
            element('span', { class: 'swatch', style: { background: lineColor(at) } }),
            titleOf(name),
          ),
        ),
      ),
    );
  };
}
