// The objective against what it costs, with the trials that none beats in both: the Pareto front.
import type { DashboardRow } from '../../wire.js';
import { trialAddress } from '../addresses.js';
import { element, link, panel, replace, select, table } from '../dom.js';
import { DASH, formatDuration, numberText, objectiveText, objectiveTitle } from '../figures.js';
import { baselineMarks } from '../plots/axis.js';
import { ink } from '../plots/colors.js';
import { scatter } from '../plots/scatter.js';
import { logTicks, roundTicks } from '../plots/ticks.js';
import { rowName } from '../row-text.js';
import type { StudyStore } from '../study-store.js';

const COSTS = {
  durationMs: ['training time', formatDuration],
  parameters: ['trainable parameters', numberText],
  epochs: ['epochs', numberText],
} as const;
type Cost = keyof typeof COSTS;
const MOST_LISTED = 12;

export function tradeoffView(store: StudyStore, open: (row: DashboardRow) => void): HTMLElement {
  const facts = store.facts!;
  // What the study weighs its trials by as well is what it is looked at for.
  let cost: Cost = facts.also ?? 'durationMs';
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
  let front: readonly DashboardRow[] = [];
  const list = element('div', { class: 'front-list', hidden: facts.also === null });
  /** Of a study of two objectives the front is what came out: also as a table. */
  const fillList = (): void => {
    if (facts.also === null) return;
    const [title, text] = COSTS[cost];
    replace(
      list,
      table(
        'Trials on the Pareto front',
        [title, objectiveTitle(facts), 'rank', 'trial'],
        front
          .slice(0, MOST_LISTED)
          .map((row) => [
            text(row[cost]!),
            objectiveText(facts, row.objective),
            String(store.rankOf(row) ?? DASH),
            link(rowName(store, row), trialAddress(facts.study, row.trial)),
          ]),
        [0, 1, 2],
      ),
      front.length > MOST_LISTED &&
        element('p', { class: 'quiet' }, `and ${front.length - MOST_LISTED} that are larger and better`),
    );
  };
  const plot = scatter(store, {
    label: 'The objective against its cost, with the Pareto front',
    heightPx: 300,
    leftPx: 52,
    x: axis,
    y: objective,
    marks: () => baselineMarks(store.facts!, store.axes.at(-1)!),
    onPick: open,
    paint: (context, at) => {
      const [x, y] = [axis(), objective()];
      front = frontOf(store.visible, cost, facts.direction);
      fillList();
      const shares = front.map((row) => [x.shareOf(row), y.shareOf(row)] as const);
      context.strokeStyle = ink().baseline;
      context.lineWidth = 1.6;
      context.beginPath();
      for (const [place, [shareX, shareY]] of shares.entries()) {
        const [px, py] = at(shareX, shareY);
        if (place === 0) context.moveTo(px, py);
        else {
          context.lineTo(px, at(0, shares[place - 1]![1])[1]);
          context.lineTo(px, py);
        }
      }
      context.stroke();
      for (const [shareX, shareY] of shares) {
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
    facts.also === null ? 'Cost' : 'Pareto front',
    `${objectiveTitle(facts)}; outlined: none is both ${cost === 'parameters' ? 'smaller' : 'cheaper'} and better`,
    [pick],
    plot.host,
    list,
  );
}

/** Cheapest first: each better than all that are cheaper. Those that are alike in both stand together. */
function frontOf(
  rows: readonly DashboardRow[],
  cost: Cost,
  direction: 'minimize' | 'maximize',
): readonly DashboardRow[] {
  const sign = direction === 'minimize' ? 1 : -1;
  const known = rows
    .filter((row) => row.state === 'COMPLETE' && row.objective !== null && (row[cost] ?? 0) > 0)
    .sort((left, right) => left[cost]! - right[cost]! || sign * (left.objective! - right.objective!));
  const front: DashboardRow[] = [];
  for (const row of known) {
    const last = front.at(-1);
    const isBetter = last === undefined || sign * (row.objective! - last.objective!) < 0;
    if (isBetter || (row.objective === last.objective && row[cost] === last[cost])) front.push(row);
  }
  return front;
}
