// Points of a space that stand for all of it, for whoever wants sizes, costs or the first bad point. No sampler is asked: one
// that learns would be shown a history that does not exist.
import type { Params } from '../../study/trial/trial.js';
import type { Space } from './dimension.js';
import { countOf, listValues, valueAt } from './values.js';

/** As many as the checks of a sweep file try before the data are known: a fraction of a second. */
const MOST_POINTS = 256;
/** Its multiples, cut to [0, 1), are spread evenly, and share no period with the nested loops of a grid. */
const GOLDEN_RATIO = (Math.sqrt(5) - 1) / 2;
/** Root of x^(d+1) = x + 1 for many dimensions tends to 1; the powers of its inverse fill a cube evenly (Roberts 2018). */
const ROOT_STEPS = 40;

/**
 * All points of a space of up to 256, in the order of a grid; of a larger one the first, the last and others that lie
 * spread. `most` bounds them further: a study that ends earlier has no more.
 */
export function* spreadPoints(space: Space, most: number | null): Generator<Params> {
  const names = Object.keys(space);
  const counts = names.map((name) => countOf(name, space[name] ?? []));
  const count = counts.reduce<number | null>(
    (product, own) => (product === null || own === null ? null : product * own),
    1,
  );
  const points = Math.min(count ?? MOST_POINTS, most ?? Number.POSITIVE_INFINITY);
  if (count === null || count > Number.MAX_SAFE_INTEGER) {
    for (let sample = 0; sample < Math.min(points, MOST_POINTS); sample++)
      yield pointBetween(space, names, sample);
    return;
  }
  for (let sample = 0; sample < Math.min(points, MOST_POINTS); sample++) {
    const spread = sample === 1 ? points - 1 : Math.floor(((sample * GOLDEN_RATIO) % 1) * points);
    yield gridPoint(space, names, points <= MOST_POINTS ? sample : spread);
  }
}

function gridPoint(space: Space, names: readonly string[], index: number): Params {
  const point: [string, Params[string]][] = [];
  let rest = index;
  for (const name of [...names].reverse()) {
    const values = listValues(name, space[name] ?? []);
    point.push([name, values.valueAt(rest % values.count)]);
    rest = Math.floor(rest / values.count);
  }
  return Object.fromEntries(point.reverse());
}

function pointBetween(space: Space, names: readonly string[], sample: number): Params {
  const root = harmoniousRoot(names.length);
  return Object.fromEntries(
    names.map((name, place) => {
      const share = (0.5 + sample * (1 / root) ** (place + 1)) % 1;
      return [name, valueAt(name, space[name] ?? [], share)];
    }),
  );
}

function harmoniousRoot(dimensions: number): number {
  let root = 2;
  for (let step = 0; step < ROOT_STEPS; step++) root = (1 + root) ** (1 / (dimensions + 1));
  return root;
}
