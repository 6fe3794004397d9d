// The objective against what it costs, with the trials that none beats in both: the Pareto front.
import type { DashboardRow } from '../../wire.js';
import { trialAddress } from '../addresses.js';
import { element, link, panel, replace, select, table } from '../dom.js';
import { DASH, formatDuration, metricName, numberText, objectiveText, objectiveTitle } from '../figures.js';
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
type Cost = keyof typeof COSTS | 'second' | `metric:${string}`;
/** Of what is reported under a name that only its program knows. */
const MORE_IS_BETTER = new Set([
  'coverage',
  'validationAccuracy',
  'validationMacroF1',
  'validationTop3',
  'validationTop5',
]);
const MOST_LISTED = 12;

export function tradeoffView(store: StudyStore, open: (row: DashboardRow) => void): HTMLElement {
  const facts = store.facts!;
  // What the study weighs its trials by as well is what it is looked at for.
  let cost: Cost = facts.also === null ? 'durationMs' : 'second';
  const isOfWeights = facts.also?.metric === 'parameters';
  const described = (): readonly [title: string, text: (value: number) => string] =>
    isPlain(cost)
      ? COSTS[cost]
      : cost !== 'second'
        ? [metricName(cost.slice(METRIC.length)), numberText]
        : isOfWeights
          ? COSTS.parameters
          : [metricName(facts.also!.metric), numberText];
  let isMoreBetter = false;
  const isLess = (): boolean =>
    cost === 'second' ? facts.also?.direction !== 'maximize' : isPlain(cost) || !isMoreBetter;
  const costOf = (row: DashboardRow, of: Cost): number | null => measuredOf(store, row, of);
  const range = (): { low: number; high: number; isLog: boolean } => {
    const values = store.rows.flatMap((row) => (row.objective === null ? [] : (costOf(row, cost) ?? [])));
    const [low, high] = values.reduce(
      ([least, most], value) => [Math.min(least, value), Math.max(most, value)],
      [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
    );
    if (low > high) return { low: 0, high: 1, isLog: false };
    return {
      low,
      high: high > low ? high : low + (Math.abs(low) || 1) * 0.1,
      isLog: low > 0 && high / low > 20,
    };
  };
  const axis = () => {
    const { low, high, isLog } = range();
    const place = (value: number): number =>
      isLog ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
    const [title, text] = described();
    return {
      title: isLog ? `${title} (logarithmic)` : title,
      shareOf: (row: DashboardRow) => place(costOf(row, cost) ?? Number.NaN),
      ticks: (isLog ? logTicks(low, high) : roundTicks(low, high, 5))
        .map((value) => ({ share: place(value), text: text(value) }))
        // Of times that are nearly the same.
        .filter((tick, at, all) => tick.text !== all[at - 1]?.text),
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
    const [title, text] = described();
    replace(
      list,
      table(
        'Trials on the Pareto front',
        [title, objectiveTitle(facts), 'rank', 'trial'],
        front
          .slice(0, MOST_LISTED)
          .map((row) => [
            text(costOf(row, cost)!),
            objectiveText(facts, row.objective),
            String(store.rankOf(row) ?? DASH),
            link(rowName(store, row), trialAddress(facts.study, row.trial)),
          ]),
        [0, 1, 2],
      ),
      front.length > MOST_LISTED &&
        element('p', { class: 'quiet' }, `and ${front.length - MOST_LISTED} more`),
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
      front = frontOf(store.visible, (row) => costOf(row, cost), facts.direction, isLess());
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
    [
      ...(cost === 'second' ? [['second', described()[0]] as const] : []),
      ...Object.entries(COSTS).flatMap(([value, [text]]) =>
        isOfWeights && value === 'parameters' ? [] : [[value, text] as const],
      ),
      ...facts.metricNames.map((name) => [`${METRIC}${name}`, metricName(name)] as const),
    ],
    cost,
    (value) => {
      cost = value as Cost;
      isMoreBetter = MORE_IS_BETTER.has(value.slice(METRIC.length));
      showWay();
      plot.redraw();
    },
  );
  const way = select(
    '',
    [
      ['less', 'less is better'],
      ['more', 'more is better'],
    ],
    'less',
    (value) => {
      isMoreBetter = value === 'more';
      plot.redraw();
    },
  );
  const wayField = way.querySelector('select')!;
  wayField.setAttribute('aria-label', 'which way it is better');
  // Of what is known it is told, and cannot be chosen.
  const showWay = (): void => {
    wayField.disabled = isPlain(cost) || cost === 'second';
    wayField.value = isLess() ? 'less' : 'more';
  };
  showWay();
  return panel(
    facts.also === null ? 'Cost' : 'Pareto front',
    `${objectiveTitle(facts)}; outlined: none is better in both`,
    [element('span', { class: 'fields' }, pick, way)],
    plot.host,
    list,
  );
}

const METRIC = 'metric:';

function isPlain(cost: Cost): cost is keyof typeof COSTS {
  return Object.hasOwn(COSTS, cost);
}

/** null: it says nothing of it. Nothing takes no time, and trains no weights. */
function measuredOf(store: StudyStore, row: DashboardRow, cost: Cost): number | null {
  if (isPlain(cost)) return row[cost] || null;
  if (cost === 'second') return row.second;
  return row.metrics[store.facts!.metricNames.indexOf(cost.slice(METRIC.length))] ?? null;
}

/** Cheapest first: each better than all that are cheaper. Those that are alike in both stand together. */
function frontOf(
  rows: readonly DashboardRow[],
  costOf: (row: DashboardRow) => number | null,
  direction: 'minimize' | 'maximize',
  isLess: boolean,
): readonly DashboardRow[] {
  const sign = direction === 'minimize' ? 1 : -1;
  const lossOf = (row: DashboardRow): number => (isLess ? 1 : -1) * costOf(row)!;
  const known = rows
    .filter((row) => row.state === 'COMPLETE' && row.objective !== null && costOf(row) !== null)
    .sort((left, right) => lossOf(left) - lossOf(right) || sign * (left.objective! - right.objective!));
  const front: DashboardRow[] = [];
  for (const row of known) {
    const last = front.at(-1);
    const isBetter = last === undefined || sign * (row.objective! - last.objective!) < 0;
    if (isBetter || (row.objective === last.objective && costOf(row) === costOf(last))) front.push(row);
  }
  return front;
}
