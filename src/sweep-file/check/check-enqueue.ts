// The points that a sweep file wants tried first: each has a value for every dimension of the space, one that it holds.
import { type JsonPath, showValue, valueAt } from '../../schema/json-path.js';
import { axesOf } from '../../search/space/axes.js';
import type { Dimension, Space } from '../../search/space/dimension.js';
import type { ParamValue } from '../../study/trial/trial.js';
import { suggest } from '../../wording/suggest.js';
import type { Problems } from '../problems.js';

type IsTyped = (path: JsonPath) => boolean;

/**
 * `space`: the dimensions that are right in themselves, the variants among them. `isTyped`: a person typed the value on the
 * command line, which is shown whole.
 */
export function checkEnqueued(document: unknown, space: Space, isTyped: IsTyped, problems: Problems): void {
  const baseline = valueAt(document, ['baseline']);
  if (typeof baseline === 'object' && baseline !== null && !Array.isArray(baseline))
    checkPoint(baseline, ['baseline'], space, isTyped, problems);
  const points = valueAt(document, ['enqueue']);
  if (!Array.isArray(points)) return;
  const seen = new Map<string, number>();
  for (const [place, point] of points.entries()) {
    if (typeof point !== 'object' || point === null || Array.isArray(point)) continue;
    checkPoint(point, ['enqueue', place], space, isTyped, problems);
    const key = JSON.stringify(Object.keys(space).map((name) => valueAt(point, [name])));
    const before = seen.get(key);
    if (before === undefined) seen.set(key, place);
    else
      problems.add({
        code: 'SPEC_INVALID',
        path: ['enqueue', place],
        message: `is the same point as enqueue[${before}]`,
        hint: 'remove one of them',
      });
  }
}

function checkPoint(point: object, path: JsonPath, space: Space, isTyped: IsTyped, problems: Problems): void {
  const names = Object.keys(space);
  for (const name of Object.keys(point))
    if (!names.includes(name))
      problems.add({
        code: 'SPEC_REFERENCE',
        path: [...path, name],
        message: 'is no dimension of the space',
        hint: suggest(name, names),
      });
  for (const axis of axesOf(space)) {
    const dimension = space[axis.name] as Dimension;
    const value: unknown = valueAt(point, [axis.name]);
    if (value === undefined) {
      problems.add({
        code: 'SPEC_INVALID',
        path: [...path, axis.name],
        message: 'is required: a point has a value for every dimension',
      });
      continue;
    }
    const isCounted = axis.count !== null;
    const isHeld =
      isWithin(dimension, value) && (!isCounted || axis.valueAt(axis.shareOf(value as ParamValue)) === value);
    if (!isHeld)
      problems.add({
        code: 'SPEC_INVALID',
        path: [...path, axis.name],
        message: `is ${showValue(value, isTyped([...path, axis.name]))}, which space.${axis.name} does not hold`,
        hint: describe(dimension),
      });
  }
}

function isWithin(dimension: Dimension, value: unknown): boolean {
  if (Array.isArray(dimension)) return dimension.includes(value as ParamValue);
  if (dimension.type === 'choice') return dimension.values.includes(value as ParamValue);
  return typeof value === 'number' && value >= dimension.low && value <= dimension.high;
}

function describe(dimension: Dimension): string {
  const values = Array.isArray(dimension) ? dimension : dimension.type === 'choice' ? dimension.values : null;
  if (values !== null)
    return `it holds ${values
      .slice(0, 10)
      .map((value) => showValue(value))
      .join(', ')}`;
  const { type, low, high, step, levels } = dimension as Exclude<
    Dimension,
    readonly unknown[] | { type: 'choice' }
  >;
  const spacing = step === undefined ? '' : ` in steps of ${step}`;
  const counted = levels === undefined ? '' : `, ${levels} levels`;
  return `it holds ${type === 'int' ? 'whole numbers' : 'numbers'} from ${low} to ${high}${spacing}${counted}`;
}
