// The main effect of a parameter: how the complete points of each of its values, or of each part of its range, did on average,
// whatever their other parameters were; and which did best. Pure.
import type { Interval } from '../statistics/range-interval.js';
import { type Direction, type FinishedRow, rangeOf, seedInterval } from '../study/finished-row.js';
import type { ParamValue } from '../study/trial/trial.js';

/** A dimension of the space as shares of its range. */
export interface ParamAxis {
  readonly name: string;
  readonly isChoice: boolean;
  /** How many values it holds; null: a range of real numbers. */
  readonly count: number | null;
  /** Width of a value's cell in shares, where all have the same; 0: they have not. */
  readonly cell: number;
  valueAt(share: number): ParamValue;
  /** In [0, 1]; NaN of a value that it does not hold. */
  shareOf(value: ParamValue): number;
}

/** More values than these are parts of a range. */
const MOST_VALUES = 12;
const PARTS = 5;

export interface ValueEffect {
  /** The value, or both ends of a part of a range. */
  readonly value: ParamValue | readonly [ParamValue, ParamValue];
  readonly points: number;
  readonly meanObjective: number;
  /** 95 %, Student's t over the points; null: one point, or all the same. */
  readonly interval: Interval | null;
  readonly bestObjective: number;
}

export interface ParamEffect {
  /** In the order of the space; values that no complete point has are left out. */
  readonly effects: readonly ValueEffect[];
  /** The one of the best mean; null without points. */
  readonly best: ValueEffect | null;
}

export function effectOf(
  axis: ParamAxis,
  complete: readonly FinishedRow[],
  direction: Direction,
  metric: string | null,
): ParamEffect {
  const isSingle = axis.count !== null && axis.cell > 0 && (axis.isChoice || axis.count <= MOST_VALUES);
  const parts = isSingle ? axis.count : PARTS;
  const objectives = new Map<number, number[]>();
  for (const { params, objective } of complete) {
    const value = params[axis.name];
    const share = value === undefined ? Number.NaN : axis.shareOf(value);
    if (Number.isNaN(share)) continue;
    const part = Math.min(parts - 1, Math.floor(share * parts));
    const known = objectives.get(part);
    if (known === undefined) objectives.set(part, [objective]);
    else known.push(objective);
  }
  const sign = direction === 'minimize' ? 1 : -1;
  const effects = [...objectives.keys()]
    .sort((left, right) => left - right)
    .map((part): ValueEffect => {
      // Sorted, so that a sum has the same bits in whatever order the points came.
      const values = (objectives.get(part) ?? []).sort((left, right) => left - right);
      const ends = [axis.valueAt(part / parts), axis.valueAt((part + 1) / parts)] as const;
      return {
        value: isSingle ? axis.valueAt((part + 0.5) / parts) : ends,
        points: values.length,
        meanObjective: values.reduce((sum, value) => sum + value, 0) / values.length,
        interval: values.length < 2 ? null : seedInterval(values, rangeOf(metric)).objectiveInterval,
        bestObjective: values.at(sign === 1 ? 0 : -1)!,
      };
    });
  const [first, ...others] = effects;
  if (first === undefined) return { effects, best: null };
  const best = others.reduce(
    (leading, one) => (sign * one.meanObjective < sign * leading.meanObjective ? one : leading),
    first,
  );
  return { effects, best };
}
