// The points that a sweep file wants tried first: each has a value for every dimension of the space, one that it holds.
import { type JsonPath, showValue, valueAt } from '../../schema/json-path.js';
import { axesOf } from '../../search/space/axes.js';
import { type Condition, choicesOf, type Dimension, type Space } from '../../search/space/dimension.js';
import { readRules, type SpaceRules } from '../../search/space/rules.js';
import type { ParamValue } from '../../study/trial/trial.js';
import { suggest } from '../../wording/suggest.js';
import type { Problems } from '../problems.js';

type IsTyped = (path: JsonPath) => boolean;

/**
 * `space`: the dimensions that are right in themselves, the variants among them. `isTyped`: a person typed the value on the
 * command line, which is shown whole.
 */
export function checkEnqueued(
  document: unknown,
  space: Space,
  constraints: readonly string[],
  isTyped: IsTyped,
  problems: Problems,
): void {
  const rules = readRules(space, constraints);
  const baseline = valueAt(document, ['baseline']);
  if (typeof baseline === 'object' && baseline !== null && !Array.isArray(baseline))
    checkPoint(baseline, ['baseline'], { space, rules, isTyped }, problems);
  const points = valueAt(document, ['enqueue']);
  if (!Array.isArray(points)) return;
  const seen = new Map<string, number>();
  for (const [place, point] of points.entries()) {
    if (typeof point !== 'object' || point === null || Array.isArray(point)) continue;
    checkPoint(point, ['enqueue', place], { space, rules, isTyped }, problems);
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

interface PointRules {
  readonly space: Space;
  readonly rules: SpaceRules;
  readonly isTyped: IsTyped;
}

function checkPoint(
  point: object,
  path: JsonPath,
  { space, rules, isTyped }: PointRules,
  problems: Problems,
): void {
  const names = Object.keys(space);
  for (const name of Object.keys(point))
    if (!names.includes(name))
      problems.add({
        code: 'SPEC_REFERENCE',
        path: [...path, name],
        message: 'is no dimension of the space',
        hint: suggest(name, names),
      });
  const lookUp = (name: string) => (valueAt(point, [name]) ?? null) as ParamValue;
  const active = rules.pointOf(lookUp);
  let isWhole = true;
  for (const axis of axesOf(space)) {
    const dimension = space[axis.name] as Dimension;
    const value: unknown = valueAt(point, [axis.name]);
    if (!Object.hasOwn(active, axis.name)) {
      if (value !== undefined)
        problems.add({
          code: 'SPEC_INVALID',
          path: [...path, axis.name],
          message: 'is inactive at this point, and has no value there',
          hint: `it is active where ${conditionsInWords(rules.conditionsOf(axis.name))}; remove it`,
        });
      continue;
    }
    if (value === undefined) {
      isWhole = false;
      problems.add({
        code: 'SPEC_INVALID',
        path: [...path, axis.name],
        message: 'is required: a point has a value for every dimension that is active',
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
        hint: holdingsInWords(dimension),
      });
  }
  const broken = isWhole
    ? rules.constraints.find((constraint) => !rules.allows(active, [constraint]))
    : undefined;
  if (broken !== undefined)
    problems.add({
      code: 'SPEC_INVALID',
      path,
      message: `breaks the constraint ${JSON.stringify(broken.text)}`,
      hint: 'change its values, or the constraint',
    });
}

/** `cell is "gru" or "lstm" and layers is 2`. */
export function conditionsInWords(conditions: readonly Condition[]): string {
  return conditions
    .map(({ parent, values }) => `${parent} is ${values.map((value) => showValue(value)).join(' or ')}`)
    .join(' and ');
}

function isWithin(dimension: Dimension, value: unknown): boolean {
  if (Array.isArray(dimension)) return dimension.includes(value as ParamValue);
  if (dimension.type === 'choice') return dimension.values.includes(value as ParamValue);
  return typeof value === 'number' && value >= dimension.low && value <= dimension.high;
}

/** What a dimension has, for whoever named something else. */
export function holdingsInWords(dimension: Dimension): string {
  const values = choicesOf(dimension);
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
