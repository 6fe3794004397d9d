// Points as rows of shares and back, and which points are the same: what all samplers but the grid have in common.
import type { SeededRandom } from '../../statistics/seeded-random.js';
import type { Params } from '../../study/trial/trial.js';
import { type Axis, axesOf } from './axes.js';
import type { Space } from './dimension.js';

/** Chance finds a free point in that many draws unless hardly any are left. */
const RANDOM_DRAWS = 100;
/** Up to here the last free points of a space are looked for one by one. */
const MOST_LISTED = 1_000_000;

export interface PointCode {
  readonly axes: readonly Axis[];
  /** Exact number of different points; null without an end. */
  readonly count: number | null;
  decode(shares: ArrayLike<number>): Params;
  /** A row of shares: the middle of each value's cell. */
  encode(params: Params, into?: Float64Array): Float64Array;
  /** The row with each share moved to the middle of its value's cell, in place. */
  snap(row: Float64Array): Float64Array;
  /** Equal for equal points alone. */
  keyOf(params: Params): string;
  /** A point at random that `isTaken` leaves, or null when there is none. */
  drawFree(random: SeededRandom, isTaken: (key: string) => boolean): Params | null;
}

export function createPointCode(space: Space): PointCode {
  const axes = axesOf(space);
  const count = countPoints(axes);
  const decode = (shares: ArrayLike<number>): Params =>
    Object.fromEntries(axes.map((axis, place) => [axis.name, axis.valueAt(shares[place] ?? 0)]));
  const keyOf = (params: Params): string => axes.map(({ name }) => JSON.stringify(params[name])).join();
  return {
    axes,
    count,
    decode,
    keyOf,
    encode(params, into = new Float64Array(axes.length)) {
      for (const [place, axis] of axes.entries()) {
        const share = axis.shareOf(params[axis.name] ?? null);
        into[place] = Number.isNaN(share) ? 0.5 : share;
      }
      return into;
    },
    snap(row) {
      for (const [place, axis] of axes.entries())
        if (axis.count !== null) row[place] = axis.shareOf(axis.valueAt(row[place] as number));
      return row;
    },
    drawFree(random, isTaken) {
      for (let draw = 0; draw < RANDOM_DRAWS; draw++) {
        const params = decode(axes.map(() => random.uniform()));
        if (!isTaken(keyOf(params))) return params;
      }
      if (count === null || count > MOST_LISTED) return decode(axes.map(() => random.uniform()));
      const start = random.below(count);
      for (let step = 0; step < count; step++) {
        const params = decode(sharesOfIndex(axes, (start + step) % count));
        if (!isTaken(keyOf(params))) return params;
      }
      return null;
    },
  };
}

/** null as well for more points than can be counted exactly. */
function countPoints(axes: readonly Axis[]): number | null {
  let count = 1;
  for (const axis of axes) count *= axis.count ?? Number.POSITIVE_INFINITY;
  return count <= Number.MAX_SAFE_INTEGER ? count : null;
}

/** The `index`-th point in the order of nested loops, the first axis outermost. */
function sharesOfIndex(axes: readonly Axis[], index: number): number[] {
  const shares: number[] = [];
  let rest = index;
  for (const axis of [...axes].reverse()) {
    const own = axis.count ?? 1;
    const place = rest % own;
    rest = Math.floor(rest / own);
    // Whole numbers on a logarithmic range have cells of different widths.
    shares.push(axis.cell === 0 ? wholeShare(axis, place) : (place + 0.5) / own);
  }
  return shares.reverse();
}

function wholeShare(axis: Axis, place: number): number {
  return axis.shareOf(Number(axis.valueAt(0)) + place);
}
