// The points of a space whose dimensions list their values, by number: in the order of nested loops, the first dimension
// outermost. Nothing is listed: points are counted by dimension, and what later rules do not look at is counted once.
import type { Params, ParamValue } from '../../study/trial/trial.js';
import type { Constraint } from './constraint.js';
import type { SpaceRules } from './rules.js';
import type { ValueList } from './values.js';

export interface PointList {
  /** Exact up to 2^53. */
  readonly count: number;
  /** 0 ≤ index < count. */
  at(index: number): Params;
}

/** Values tried while counting; beyond it the rules tie too much together. About a second. */
const MOST_TRIED = 2_000_000;

/** Ahead of a dimension, for values of the rules' parameters before it: how many points each of its values leads to. */
interface Branches {
  readonly count: number;
  /** Of each value alike, where `ends` is null. */
  readonly each: number;
  /** Running sum over the values. */
  readonly ends: Float64Array | null;
  readonly isActive: boolean;
}

/** null: too many combinations of values that the rules look at. `listOf`: the values of a dimension. */
export function listPoints(rules: SpaceRules, listOf: (name: string) => ValueList): PointList | null {
  const counter = new PointCounter(listOf, rules);
  const count = counter.count();
  return count === null ? null : { count, at: (index) => counter.at(index) };
}

/** Values of the active dimensions before one, those that no rule looks at left out. */
type Seen = Record<string, ParamValue>;

class PointCounter {
  private readonly lists: readonly ValueList[];
  /** By dimension: names before it whose values it or later ones look at. */
  private readonly watched: readonly (readonly string[])[];
  /** By dimension: constraints whose last parameter it is. */
  private readonly decided: readonly (readonly Constraint[])[];
  /** By dimension: whether a rule looks at its own value. */
  private readonly isWatched: readonly boolean[];
  private readonly known: readonly Map<string, Branches>[];
  private tried = 0;

  constructor(
    listOf: (name: string) => ValueList,
    private readonly rules: SpaceRules,
  ) {
    const { order, constraints } = rules;
    this.lists = order.map(listOf);
    const lastOf = ({ names }: Constraint) => Math.max(...names.map((name) => order.indexOf(name)));
    this.decided = order.map((_, place) => constraints.filter((constraint) => lastOf(constraint) === place));
    /** The last dimension that looks at a name. */
    const until = new Map<string, number>();
    const look = (name: string, place: number) => until.set(name, Math.max(until.get(name) ?? -1, place));
    for (const [place, name] of order.entries())
      for (const { parent } of rules.conditionsOf(name)) look(parent, place);
    for (const constraint of constraints) for (const name of constraint.names) look(name, lastOf(constraint));
    this.watched = order.map((_, place) =>
      order.slice(0, place).filter((name) => (until.get(name) ?? -1) >= place),
    );
    this.isWatched = order.map((name) => until.has(name));
    this.known = order.map(() => new Map<string, Branches>());
  }

  count(): number | null {
    try {
      return this.countFrom(0, {});
    } catch (thrown) {
      if (thrown instanceof TooMuchWork) return null;
      throw thrown;
    }
  }

  at(index: number): Params {
    const params: Seen = {};
    let rest = index;
    for (const [place, name] of this.rules.order.entries()) {
      const { isActive, each, ends } = this.branches(place, params);
      if (!isActive) continue;
      const chosen = ends === null ? Math.floor(rest / each) : firstAbove(ends, rest);
      rest -= ends === null ? chosen * each : (ends[chosen - 1] ?? 0);
      params[name] = this.valueAt(place, chosen);
    }
    return this.rules.pointOf((name) => params[name] ?? null);
  }

  private countFrom(place: number, seen: Seen): number {
    return place === this.lists.length ? 1 : this.branches(place, seen).count;
  }

  private branches(place: number, seen: Seen): Branches {
    const names = this.watched[place] ?? [];
    const key = names.map((name) => (Object.hasOwn(seen, name) ? JSON.stringify(seen[name]) : '')).join();
    const known = this.known[place]?.get(key);
    if (known !== undefined) return known;
    const found = this.countBranches(place, seen);
    this.known[place]?.set(key, found);
    return found;
  }

  private countBranches(place: number, seen: Seen): Branches {
    const name = this.rules.order[place] ?? '';
    const { count: values } = this.lists[place] as ValueList;
    if (!this.rules.isActive(name, seen)) {
      const count = this.isAllowed(place, seen) ? this.countFrom(place + 1, seen) : 0;
      return { count, each: count, ends: null, isActive: false };
    }
    if (!this.isWatched[place]) {
      const each = this.countFrom(place + 1, seen);
      return { count: each * values, each, ends: null, isActive: true };
    }
    this.tried += values;
    if (this.tried > MOST_TRIED) throw new TooMuchWork();
    const ends = new Float64Array(values);
    let count = 0;
    for (let at = 0; at < values; at++) {
      const tried = { ...seen, [name]: this.valueAt(place, at) };
      if (this.isAllowed(place, tried)) count += this.countFrom(place + 1, tried);
      ends[at] = count;
    }
    return { count, each: 0, ends, isActive: true };
  }

  private isAllowed(place: number, seen: Seen): boolean {
    return this.rules.allows(seen, this.decided[place]);
  }

  private valueAt(place: number, at: number): ParamValue {
    return this.lists[place]?.valueAt(at) ?? null;
  }
}

class TooMuchWork extends Error {}

/** The first place whose running sum is above `index`. */
function firstAbove(ends: Float64Array, index: number): number {
  let low = 0;
  let high = ends.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ends[middle] as number) > index) high = middle;
    else low = middle + 1;
  }
  return low;
}
