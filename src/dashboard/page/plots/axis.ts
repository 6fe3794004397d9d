// What can be an axis of a plot: the dimensions of the space, and the objective. A place on it is a share in [0, 1].
import { axesOf } from '../../../search/space/axes.js';
import type { Dimension } from '../../../search/space/dimension.js';
import { paramFormat } from '../../../wording/param-format.js';
import type { DashboardRow, StudyFacts } from '../../wire.js';
import { numberText, objectiveText, objectiveTitle } from '../figures.js';
import { logTicks, roundTicks } from './ticks.js';

export interface PlotAxis {
  readonly name: string;
  readonly title: string;
  readonly isChoice: boolean;
  readonly isObjective: boolean;
  /** NaN where the row has no place on it. */
  shareOf(row: DashboardRow): number;
  readonly ticks: readonly { readonly share: number; readonly text: string }[];
  textOf(row: DashboardRow): string;
  /** About what stands at a share. */
  textAt(share: number): string;
}

/** Of more choices only some are named. */
const MOST_TICKS = 9;

export function paramAxes(facts: StudyFacts): PlotAxis[] {
  return axesOf(facts.space).map((axis): PlotAxis => {
    const dimension = facts.space[axis.name] as Dimension;
    const place = facts.paramNames.indexOf(axis.name);
    const isList =
      Array.isArray(dimension) ||
      dimension.type === 'choice' ||
      (axis.cell > 0 && (axis.count ?? 99) <= MOST_TICKS);
    const few = isList ? Math.min(axis.count ?? 0, 200) : 0;
    const values = Array.from({ length: few }, (_, at) => axis.valueAt((at + 0.5) / (axis.count ?? 1)));
    const format = isList ? paramFormat(values) : (value: unknown) => numberText(Number(value));
    const every = Math.ceil(values.length / MOST_TICKS);
    return {
      name: axis.name,
      title: axis.name,
      isChoice: axis.isChoice,
      isObjective: false,
      shareOf: (row) => {
        const value = row.params[place];
        return value === undefined ? Number.NaN : axis.shareOf(value);
      },
      ticks: isList
        ? values.flatMap((value, at) =>
            at % every === 0 ? [{ share: axis.shareOf(value), text: format(value as never) }] : [],
          )
        : rangeTicks(dimension as Exclude<Dimension, readonly unknown[] | { type: 'choice' }>).map(
            (value) => ({
              share: axis.shareOf(value),
              text: numberText(value),
            }),
          ),
      textOf: (row) => format((row.params[place] ?? null) as never),
      textAt: (share) => format(axis.valueAt(Math.min(0.999999, Math.max(0, share))) as never),
    };
  });
}

function rangeTicks({ low, high, log }: { low: number; high: number; log: boolean }): number[] {
  return log ? logTicks(low, high) : roundTicks(low, high, 5);
}

/** The best at the top. Ends at the worst but a few, so that those do not press all others together. */
export function objectiveAxis(facts: StudyFacts, rows: readonly DashboardRow[]): PlotAxis {
  const { low, high } = objectiveRange(rows, facts.direction, []);
  const span = high - low || 1;
  const isLess = facts.direction === 'minimize';
  const place = (value: number): number => {
    const share = Math.min(1, Math.max(0, (value - low) / span));
    return isLess ? 1 - share : share;
  };
  const at = (share: number): number => low + (isLess ? 1 - share : share) * span;
  const scale = facts.unitScale ?? 1;
  return {
    name: facts.metric,
    title: objectiveTitle(facts),
    isChoice: false,
    isObjective: true,
    shareOf: (row) => (row.objective === null ? Number.NaN : place(row.objective)),
    ticks: roundTicks(low * scale, high * scale, 6).map((value) => ({
      share: place(value / scale),
      text: numberText(value),
    })),
    textOf: (row) => objectiveText(facts, row.objective),
    textAt: (share) => objectiveText(facts, at(share)),
  };
}

/** Common sense on the objective's axis, where it lies within. */
export function baselineMarks(
  { baselines }: StudyFacts,
  objective: PlotAxis,
): { readonly share: number; readonly name: string }[] {
  return baselines.flatMap(({ name, value }) => {
    const share = objective.shareOf({ objective: value } as DashboardRow);
    return share > 0 && share < 1 ? [{ share, name }] : [];
  });
}

const OUTLIERS = 0.02;

/** Of the objectives but the worst few, and of `others`. */
export function objectiveRange(
  rows: readonly DashboardRow[],
  direction: StudyFacts['direction'],
  others: readonly number[],
): { low: number; high: number } {
  const values = rows
    .flatMap(({ objective }) => (objective === null ? [] : [objective]))
    .sort((a, b) => a - b);
  if (values.length === 0 && others.length === 0) return { low: 0, high: 1 };
  const cut = values.length >= 20 ? Math.floor(values.length * OUTLIERS) : 0;
  const kept = direction === 'minimize' ? values.slice(0, values.length - cut) : values.slice(cut);
  const ends = [...(kept.length > 0 ? [kept[0]!, kept.at(-1)!] : []), ...others];
  const low = Math.min(...ends);
  const high = Math.max(...ends);
  return low === high
    ? { low: low - Math.abs(low || 1) * 0.05, high: high + Math.abs(high || 1) * 0.05 }
    : { low, high };
}
