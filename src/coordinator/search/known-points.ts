// What a sampler may learn from another study: its ranked points, as points of the space that is searched now.
import { rankView } from '../../leaderboard/ranking.js';
import { createHalton } from '../../search/sequences/halton-sequence.js';
import { type Axis, axesOf } from '../../search/space/axes.js';
import type { Dimension, Space } from '../../search/space/dimension.js';
import { createPointCode } from '../../search/space/point-code.js';
import type { FinishedRow } from '../../study/finished-row.js';
import { type KnownPoint, MOST_KNOWN_POINTS } from '../../study/parent.js';
import type { StudyView } from '../../study/study-view.js';
import type { Params, ParamValue } from '../../study/trial/trial.js';

export interface KnownPoints {
  /** Different points, in the order in which the other study proposed them; at most MOST_KNOWN_POINTS. */
  readonly known: readonly KnownPoint[];
  /** The best of its points; null: it does not say all of this space. */
  readonly best: Params | null;
  /** Dimensions of the other study that are not searched now: their values are left out. */
  readonly dropped: readonly string[];
  /** Dimensions that it did not search: it says nothing of them, and its points are spread over them. */
  readonly spread: readonly string[];
  /** How many of its points have a value that a dimension does not hold now. */
  readonly outside: number;
}

/** `before`: the space of the study that `view` shows. */
export function knownPoints(view: StudyView, before: Space, space: Space): KnownPoints {
  const axes = axesOf(space);
  const shared = axes.filter(({ name }) => Object.hasOwn(before, name));
  const lacking = axes.filter(({ name }) => !Object.hasOwn(before, name));
  const evenly = createHalton(lacking.length, null);
  const rows = rankView(view).flatMap(({ row }) => (isUsable(row) ? [row] : []));
  const inside = rows.filter(({ params }) => shared.every((axis) => isHeld(axis, space, params)));
  const chosen = spreadOver(inside, MOST_KNOWN_POINTS).sort((one, other) => placeOf(one) - placeOf(other));
  const placed = chosen.map((row, index): KnownPoint => {
    const shares = evenly.at(index + 1);
    const params = Object.fromEntries([
      ...shared.map(({ name }) => [name, row.params[name] ?? null] as const),
      ...lacking.map((axis, place) => [axis.name, axis.valueAt(shares[place] ?? 0)] as const),
    ]);
    return {
      params: Object.fromEntries(axes.map(({ name }) => [name, params[name] ?? null])),
      objective: row.objective,
      ...(row.state === 'PRUNED' ? { pruned: true as const } : {}),
    };
  });
  const best = inside[0];
  return {
    known: mergeSame(space, placed),
    best:
      best === undefined || lacking.length > 0
        ? null
        : Object.fromEntries(axes.map(({ name }) => [name, best.params[name] ?? null])),
    dropped: Object.keys(before).filter((name) => !Object.hasOwn(space, name)),
    spread: lacking.map(({ name }) => name),
    outside: rows.length - inside.length,
  };
}

function isUsable({ state, objective }: FinishedRow): boolean {
  return (state === 'COMPLETE' || state === 'PRUNED') && Number.isFinite(objective);
}

function placeOf({ seeds }: FinishedRow): number {
  return seeds[0]?.index ?? 0;
}

function isHeld(axis: Axis, space: Space, params: Params): boolean {
  const value: ParamValue = params[axis.name] ?? null;
  if (axis.count !== null) return axis.valueAt(axis.shareOf(value)) === value;
  const { low, high } = space[axis.name] as Extract<Dimension, { low: number }>;
  return typeof value === 'number' && value >= low && value <= high;
}

/** Of more than `most` rows, best first, so many: the best one and others evenly over the ranking. */
function spreadOver<Row>(rows: readonly Row[], most: number): Row[] {
  if (rows.length <= most) return [...rows];
  return Array.from({ length: most }, (_, place) => rows[Math.floor((place * rows.length) / most)] as Row);
}

/** Points that differ in dropped dimensions alone are one: the mean of their results. */
function mergeSame(space: Space, points: readonly KnownPoint[]): KnownPoint[] {
  const code = createPointCode(space);
  const groups = new Map<string, KnownPoint[]>();
  for (const point of points) {
    const key = code.keyOf(point.params);
    groups.set(key, [...(groups.get(key) ?? []), point]);
  }
  return [...groups.values()].map((group) => {
    // What was stopped early says less than what was not.
    const whole = group.filter(({ pruned }) => pruned !== true);
    const told = whole.length > 0 ? whole : group;
    const objective = told.reduce((sum, point) => sum + point.objective, 0) / told.length;
    return { ...(told[0] as KnownPoint), objective };
  });
}
