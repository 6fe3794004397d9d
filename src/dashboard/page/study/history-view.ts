// The optimisation history: every trial's objective in the order in which it was proposed, the best so far, and common sense.
import type { DashboardRow } from '../../wire.js';
import { panel } from '../dom.js';
import { numberText, objectiveTitle, objectiveWithUnit } from '../figures.js';
import { objectiveRange } from '../plots/axis.js';
import { ink } from '../plots/colors.js';
import { linePlot } from '../plots/line-plot.js';
import { packColor, Stamps } from '../plots/pixels.js';
import { rowLines } from '../row-text.js';
import type { StudyStore } from '../study-store.js';

/** `open`: shows a trial. */
export function historyView(store: StudyStore, open: (row: DashboardRow) => void): HTMLElement {
  let ended: DashboardRow[] = [];
  const facts = store.facts!;
  const plot = linePlot({
    label: 'Objective of each trial in the order of the search, with the best so far and the naive baseline',
    xTitle: 'trial',
    yTitle: objectiveTitle(facts),
    heightPx: 260,
    yText: numberText,
    onHover: (at) => (at === null ? null : rowLines(store, ended[at.place]!)),
    onPick: ({ place }) => open(ended[place]!),
  });
  const note = panel('History', '', [], plot.host);
  const draw = (): void => {
    const { direction, unitScale, baselines } = store.facts!;
    const scale = unitScale ?? 1;
    ended = store.rows
      .filter(({ objective }) => objective !== null)
      .sort((left, right) => left.index - right.index);
    const sign = direction === 'minimize' ? 1 : -1;
    let best = Number.POSITIVE_INFINITY;
    // Only where it changes, and at its end: between them it is a straight line.
    const bestSoFar = ended.map(({ state, objective }, at) => {
      const isNew = state === 'COMPLETE' && sign * objective! < best;
      if (isNew) best = sign * objective!;
      const isTold = isNew || (at === ended.length - 1 && best !== Number.POSITIVE_INFINITY);
      return isTold ? sign * best * scale : null;
    });
    const marks = baselines.map(({ name, value }) => ({ name, value: value * scale }));
    const range = objectiveRange(
      ended,
      direction,
      baselines.map(({ value }) => value),
    );
    const yRange = { low: range.low * scale, high: range.high * scale };
    const places = ended.map((row) => store.placeOf(row));
    const values = ended.map(({ objective }) => objective! * scale);
    const beyond = values.filter((value) => value < yRange.low || value > yRange.high).length;
    note.querySelector('.panel-note')!.textContent =
      bestSoFar.at(-1) == null
        ? 'no complete trial yet'
        : `best ${objectiveWithUnit(store.facts!, bestSoFar.at(-1)! / scale)}${beyond > 0 ? ` · ${beyond} beyond the edge` : ''}`;
    plot.set({
      x: ended.map(({ index }) => index + 1),
      lines: [
        { name: 'trial', color: () => ink().accent, values, isHidden: true },
        { name: 'best so far', color: () => ink().accent, values: bestSoFar, isStepped: true, width: 2 },
      ],
      marks,
      yRange,
      xRange: { low: 0, high: Math.max(2, (ended.at(-1)?.index ?? 0) + 2) },
      paint: (context, { bbox, valToPos }) => {
        const ratio = devicePixelRatio || 1;
        const colors = ink();
        const size = (ended.length > 2000 ? 2.5 : ended.length > 300 ? 4 : 6) * ratio;
        const stamps = new Stamps(bbox.width, bbox.height);
        // Both axes are straight: two places of each say where all others are.
        const lineOf = (name: 'x' | 'y', low: number, high: number, start: number) => {
          const from = valToPos(low, name, true);
          const slope = (valToPos(high, name, true) - from) / (high - low);
          return [slope, from - slope * low - start] as const;
        };
        const [slopeX, startX] = lineOf('x', 0, Math.max(1, ended.length), bbox.left);
        const [slopeY, startY] = lineOf('y', yRange.low, yRange.high, bbox.top);
        const put = (at: number, color: number): void => {
          const row = ended[at]!;
          const value = Math.min(yRange.high, Math.max(yRange.low, values[at]!));
          const [x, y] = [startX + slopeX * (row.index + 1), startY + slopeY * value];
          // What was stopped has less area, not only another colour.
          stamps.put(x, y, size, row.state === 'COMPLETE' ? size : Math.max(ratio, size / 4), color);
        };
        const [dim, quiet, accent] = [
          packColor(colors.dim),
          packColor(colors.quiet),
          packColor(colors.accent),
        ];
        for (let at = 0; at < ended.length; at++) if (!store.isVisibleAt(places[at]!)) put(at, dim);
        for (let at = 0; at < ended.length; at++)
          if (store.isVisibleAt(places[at]!)) put(at, ended[at]!.state === 'COMPLETE' ? accent : quiet);
        stamps.replaceOn(context, bbox.left, bbox.top);
      },
    });
  };
  store.on(['rows'], draw);
  store.on(['visible'], plot.repaint);
  draw();
  return note;
}
