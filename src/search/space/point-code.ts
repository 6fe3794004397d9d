// Points as rows of shares and back, and which points are the same: what all samplers but the grid have in common.
import type { SeededRandom } from '../../statistics/seeded-random.js';
import type { Params, ParamValue } from '../../study/trial/trial.js';
import { type Axis, axesOf } from './axes.js';
import type { Space } from './dimension.js';
import { listPoints, type PointList } from './point-list.js';
import { readRules, type SpaceRules } from './rules.js';

/** Chance finds a free point in that many draws unless hardly any are left. */
const RANDOM_DRAWS = 100;
/** Where the points cannot be listed, of a space of which constraints leave little: a file that leaves less is refused. */
const MOST_DRAWS = 100_000;
/** Up to here the last free points of a space are looked for one by one. */
export const MOST_LISTED = 1_000_000;

/** Where an inactive parameter stands in a row, for samplers that compute with every coordinate. */
export const MIDDLE = 0.5;

export interface PointCode {
  readonly axes: readonly Axis[];
  readonly rules: SpaceRules;
  /** Exact number of different points; null without an end, and where they cannot be counted exactly. */
  readonly count: number | null;
  /** False: only equal rows are equal points. */
  readonly canRepeat: boolean;
  /** Only what is active. The point may break constraints. */
  decode(shares: ArrayLike<number>): Params;
  /** A row of shares: the middle of each value's cell; `inactive` where there is none. */
  encode(params: Params, into?: Float64Array, inactive?: number): Float64Array;
  /** The row with each share moved to the middle of its value's cell, and of inactive ones to `inactive`, in place. */
  snap(row: Float64Array, inactive?: number): Float64Array;
  /** Equal for equal points alone. */
  keyOf(params: Params): string;
  allows(params: Params): boolean;
  /** The point of a row, or null where constraints rule it out or `isTaken` does. */
  accept(shares: ArrayLike<number>, isTaken: (key: string) => boolean): Params | null;
  /** A point at random that constraints and `isTaken` leave, or null when there is none. */
  drawFree(random: SeededRandom, isTaken: (key: string) => boolean): Params | null;
}

export function createPointCode(space: Space, constraints: readonly string[] = []): PointCode {
  const axes = axesOf(space);
  const rules = readRules(space, constraints);
  const places = new Map(axes.map(({ name }, place) => [name, place]));
  const list = listAxes(axes, rules, places);
  const count = list === null || list.count > Number.MAX_SAFE_INTEGER ? null : list.count;
  const canRepeat = count !== null || !rules.isPlain;
  const decode = (shares: ArrayLike<number>): Params =>
    rules.pointOf((name) => {
      const place = places.get(name) ?? 0;
      return axes[place]?.valueAt(shares[place] ?? 0) ?? null;
    });
  const keyOf = (params: Params): string => axes.map(({ name }) => JSON.stringify(params[name])).join();
  const encode = (params: Params, into = new Float64Array(axes.length), inactive = MIDDLE): Float64Array => {
    for (const [place, axis] of axes.entries()) {
      const isThere = Object.hasOwn(params, axis.name);
      const share = isThere ? axis.shareOf(params[axis.name] as ParamValue) : inactive;
      into[place] = isThere && Number.isNaN(share) ? MIDDLE : share;
    }
    return into;
  };
  const accept = (shares: ArrayLike<number>, isTaken: (key: string) => boolean): Params | null => {
    const params = decode(shares);
    if (!rules.allows(params)) return null;
    return isTaken(keyOf(params)) ? null : params;
  };
  return {
    axes,
    rules,
    count,
    canRepeat,
    decode,
    keyOf,
    encode,
    allows: (params) => rules.allows(params),
    accept,
    snap(row, inactive = MIDDLE) {
      const params = rules.isPlain ? null : decode(row);
      for (const [place, axis] of axes.entries()) {
        if (params !== null && !Object.hasOwn(params, axis.name)) row[place] = inactive;
        else if (axis.count !== null) row[place] = axis.shareOf(axis.valueAt(row[place] as number));
      }
      return row;
    },
    drawFree(random, isTaken) {
      const isListed = list !== null && count !== null && count <= MOST_LISTED;
      const draws = isListed || rules.isPlain ? RANDOM_DRAWS : MOST_DRAWS;
      for (let draw = 0; draw < draws; draw++) {
        const params = accept(
          axes.map(() => random.uniform()),
          isTaken,
        );
        if (params !== null) return params;
      }
      if (!isListed) return rules.isPlain ? decode(axes.map(() => random.uniform())) : null;
      const start = count === 0 ? 0 : random.below(count);
      for (let step = 0; step < count; step++) {
        const params = list.at((start + step) % count);
        if (!isTaken(keyOf(params))) return params;
      }
      return null;
    },
  };
}

/** null: a range of real numbers is among them, or the rules tie too much together to count. */
function listAxes(
  axes: readonly Axis[],
  rules: SpaceRules,
  places: ReadonlyMap<string, number>,
): PointList | null {
  if (axes.some(({ count }) => count === null)) return null;
  return listPoints(rules, (name) => {
    const axis = axes[places.get(name) ?? 0] as Axis;
    const own = axis.count ?? 1;
    // Whole numbers on a logarithmic range have cells of different widths.
    if (axis.cell === 0) return { count: own, valueAt: (at) => Number(axis.valueAt(0)) + at };
    return { count: own, valueAt: (at) => axis.valueAt((at + 0.5) / own) };
  });
}

/** Rows tried at the start of a search: constraints that leave less find their points by chance. */
const FIRST_ROWS = 100;

/** The first of the rows 0, 1, … that is a free point. Without rules only the first is looked at. */
export function firstFree(
  code: PointCode,
  rowAt: (attempt: number) => ArrayLike<number>,
  isTaken: (key: string) => boolean,
): Params | null {
  const rows = code.rules.isPlain ? 1 : FIRST_ROWS;
  for (let attempt = 0; attempt < rows; attempt++) {
    const params = code.accept(rowAt(attempt), isTaken);
    if (params !== null) return params;
  }
  return null;
}
