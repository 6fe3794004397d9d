// Points of a space that stand for all of it, for whoever wants sizes, costs or the first bad point. No sampler is asked: one
// that learns would be shown a history that does not exist.
import type { Params } from '../../study/trial/trial.js';
import type { Space } from './dimension.js';
import { listPoints } from './point-list.js';
import { readRules, type SpaceRules } from './rules.js';
import { countOf, listValues, valueAt } from './values.js';

/** As many as the checks of a sweep file try before the data are known: a fraction of a second. */
const MOST_POINTS = 256;
/** Looked at for them, where constraints rule points out. */
const MOST_SAMPLES = 100_000;
/** Its multiples, cut to [0, 1), are spread evenly, and share no period with the nested loops of a grid. */
const GOLDEN_RATIO = (Math.sqrt(5) - 1) / 2;
/** Root of x^(d+1) = x + 1 for many dimensions tends to 1; the powers of its inverse fill a cube evenly (Roberts 2018). */
const ROOT_STEPS = 40;

/**
 * All points of a space of up to 256, in the order of a grid; of a larger one the first, the last and others that lie
 * spread. `most` bounds them further: a study that ends earlier has no more.
 */
export function* spreadPoints(
  space: Space,
  most: number | null,
  constraints: readonly string[] = [],
): Generator<Params> {
  const names = Object.keys(space);
  const rules = readRules(space, constraints);
  const isListed = names.every((name) => countOf(name, space[name] ?? []) !== null);
  const list = isListed ? listPoints(rules, (name) => listValues(name, space[name] ?? [])) : null;
  const count = list?.count ?? null;
  const points = Math.min(count ?? MOST_POINTS, most ?? Number.POSITIVE_INFINITY);
  if (list === null || list.count > Number.MAX_SAFE_INTEGER) {
    yield* pointsBetween(space, names, rules, Math.min(points, MOST_POINTS));
    return;
  }
  for (let sample = 0; sample < Math.min(points, MOST_POINTS); sample++) {
    const spread = sample === 1 ? points - 1 : Math.floor(((sample * GOLDEN_RATIO) % 1) * points);
    yield list.at(points <= MOST_POINTS ? sample : spread);
  }
}

function* pointsBetween(
  space: Space,
  names: readonly string[],
  rules: SpaceRules,
  most: number,
): Generator<Params> {
  const root = harmoniousRoot(names.length);
  let left = most;
  for (let sample = 0; sample < MOST_SAMPLES && left > 0; sample++) {
    const params = rules.pointOf((name) => {
      const share = (0.5 + sample * (1 / root) ** (names.indexOf(name) + 1)) % 1;
      return valueAt(name, space[name] ?? [], share);
    });
    if (!rules.allows(params)) continue;
    left -= 1;
    yield params;
  }
}

function harmoniousRoot(dimensions: number): number {
  let root = 2;
  for (let step = 0; step < ROOT_STEPS; step++) root = (1 + root) ** (1 / (dimensions + 1));
  return root;
}
