// What a sampler may learn from another study: its ranked points, as points of the space that is searched now.
import { rankView } from '../../leaderboard/ranking.js';
import { createHalton } from '../../search/sequences/halton-sequence.js';
import { type Axis, axesOf } from '../../search/space/axes.js';
import type { Dimension, Space } from '../../search/space/dimension.js';
import { createPointCode } from '../../search/space/point-code.js';
import { readRules } from '../../search/space/rules.js';
import type { FinishedRow } from '../../study/finished-row.js';
import { type KnownPoint, MOST_KNOWN_POINTS } from '../../study/parent.js';
import type { StudyView } from '../../study/study-view.js';
import { type SecondMetric, secondOf } from '../../study/trial/second-metric.js';
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
  /** How many of its rows are no points now: a dimension does not hold a value of theirs, or they break a constraint. */
  readonly outside: number;
}

/** `before`: the space of the study that `view` shows. */
export function knownPoints(
  view: StudyView,
  before: Space,
  space: Space,
  constraints: readonly string[] = [],
  also: SecondMetric | null = null,
): KnownPoints {
  const axes = axesOf(space);
  const lacking = axes.filter(({ name }) => !Object.hasOwn(before, name));
  const evenly = createHalton(lacking.length, null);
  const earlier = readRules(before);
  const rules = readRules(space, constraints);
  const rows = rankView(view).flatMap(({ row }) => (isUsable(row) ? [row] : []));
  const places = new Map([...rows].sort(byPlace).map((row, place) => [row, place]));
  const placed = rows.map((row): PlacedRow => {
    const shares = evenly.at((places.get(row) ?? 0) + 1);
    const spread = Object.fromEntries(lacking.map((axis, at) => [axis.name, axis.valueAt(shares[at] ?? 0)]));
    // What stood for a parameter where it was inactive is the value that the trial was made with.
    const values = { ...earlier.complete(row.params), ...spread };
    return { row, params: rules.pointOf((name) => values[name] ?? null) };
  });
  const inside = placed.filter(
    ({ params }) =>
      axes.every((axis) => !Object.hasOwn(params, axis.name) || isHeld(axis, space, params)) &&
      rules.allows(params),
  );
  const chosen = spreadOver(inside, MOST_KNOWN_POINTS).sort((one, other) => byPlace(one.row, other.row));
  return {
    known: mergeSame(
      space,
      chosen.map(({ row: { objective, state, seeds, metrics }, params }) => {
        const [first] = seeds;
        const second =
          also === null || first === undefined ? null : secondOf(also, { metrics, result: first.result });
        return {
          params,
          objective,
          ...(second === null ? {} : { second }),
          ...(state === 'PRUNED' ? { pruned: true as const } : {}),
        };
      }),
    ),
    best: lacking.length > 0 ? null : (inside[0]?.params ?? null),
    dropped: Object.keys(before).filter((name) => !Object.hasOwn(space, name)),
    spread: lacking.map(({ name }) => name),
    outside: rows.length - inside.length,
  };
}

/** A row as the point of the space that is searched now. */
interface PlacedRow {
  readonly row: FinishedRow;
  readonly params: Params;
}

function isUsable({ state, objective }: FinishedRow): boolean {
  return (state === 'COMPLETE' || state === 'PRUNED') && Number.isFinite(objective);
}

/** In the order in which they were proposed. */
function byPlace(one: FinishedRow, other: FinishedRow): number {
  return (one.seeds[0]?.index ?? 0) - (other.seeds[0]?.index ?? 0);
}

function isHeld(axis: Axis, space: Space, params: Params): boolean {
  const value: ParamValue = params[axis.name] ?? null;
  if (axis.count !== null) return axis.valueAt(axis.shareOf(value)) === value;
  const { low, high } = space[axis.name] as Extract<Dimension, { low: number }>;
  return typeof value === 'number' && value >= low && value <= high;
}

/** At most `most` of the rows, best first: the best one and others evenly over the ranking. */
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
