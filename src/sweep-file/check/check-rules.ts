// The rules of a space: conditions name dimensions and values that there are, in no circle; constraints can be read, speak of
// dimensions that there are, and leave something to search.
import { SweepError } from '../../errors.js';
import { showValue, valueAt } from '../../schema/json-path.js';
import { createGridSampler } from '../../search/samplers/grid.js';
import { axesOf } from '../../search/space/axes.js';
import {
  kindOfValue,
  MAX_CONSTRAINT_LENGTH,
  readConstraint,
  type ValueKind,
} from '../../search/space/constraint.js';
import {
  choicesOf,
  conditionsOf,
  type Dimension,
  otherwiseOf,
  type Space,
} from '../../search/space/dimension.js';
import { measureFeasible } from '../../search/space/feasible.js';
import { suggest } from '../../wording/suggest.js';
import type { Problems } from '../problems.js';
import { holdingsInWords } from './check-enqueue.js';

/** `names`: all dimensions that the file writes, wrong ones too. False: what follows from conditions cannot be checked. */
export function checkConditions(space: Space, names: readonly string[], problems: Problems): boolean {
  const before = problems.list().length;
  const axes = new Map(axesOf(space).map((axis) => [axis.name, axis]));
  let isWhole = true;
  for (const [name, dimension] of Object.entries(space))
    for (const { parent, values } of conditionsOf(dimension)) {
      const path = ['space', name, 'when', parent];
      const axis = axes.get(parent);
      if (axis === undefined) {
        isWhole = false;
        if (names.includes(parent)) continue;
        problems.add({
          code: 'SPEC_REFERENCE',
          path,
          message: 'is no dimension of the space',
          hint: suggest(
            parent,
            names.filter((other) => other !== name),
          ),
        });
        continue;
      }
      if (axis.count === null) {
        problems.add({
          code: 'SPEC_INVALID',
          path,
          message: 'is a range of real numbers, none of which comes up for certain',
          hint: `give space.${parent} "levels", "step" or a list of values`,
        });
        continue;
      }
      for (const [place, value] of values.entries())
        if (axis.valueAt(axis.shareOf(value)) !== value)
          problems.add({
            code: 'SPEC_INVALID',
            path: Array.isArray(whenOf(dimension)?.[parent]) ? [...path, place] : path,
            message: `is ${showValue(value)}, which space.${parent} does not hold: the dimension would never be active`,
            hint: holdingsInWords(space[parent] as Dimension),
          });
    }
  refuseCircles(space, problems);
  return isWhole && problems.list().length === before;
}

function whenOf(dimension: Dimension): Readonly<Record<string, unknown>> | undefined {
  return Array.isArray(dimension) ? undefined : dimension.when;
}

function refuseCircles(space: Space, problems: Problems): void {
  for (const name of Object.keys(space)) {
    const way = wayBack(space, name, name, new Set());
    if (way === null) continue;
    problems.add({
      code: 'SPEC_INVALID',
      path: ['space', name, 'when'],
      message:
        way.length === 1
          ? 'names the dimension itself'
          : `goes in a circle: ${[name, ...way].join(' needs ')}`,
      hint: 'a dimension can depend on others that do not depend on it',
    });
  }
}

/** Names from a parent of `at` to `target`; null: it does not depend on it. */
function wayBack(space: Space, at: string, target: string, seen: Set<string>): string[] | null {
  for (const { parent } of conditionsOf(space[at] ?? [])) {
    if (parent === target) return [parent];
    if (seen.has(parent)) continue;
    seen.add(parent);
    const way = wayBack(space, parent, target, seen);
    if (way !== null) return [parent, ...way];
  }
  return null;
}

/** The constraints that can be read. `names`: as above. */
export function checkConstraints(
  document: unknown,
  space: Space,
  names: readonly string[],
  problems: Problems,
): readonly string[] {
  const texts = valueAt(document, ['constraints']);
  if (!Array.isArray(texts)) return [];
  return texts.filter((text, place) => {
    // A longer one the schema has refused: nobody reads it.
    if (typeof text !== 'string' || text.length > MAX_CONSTRAINT_LENGTH) return false;
    try {
      const { names: used } = readConstraint(text, (name) => kindIn(space, names, name));
      return used.every((name) => Object.hasOwn(space, name));
    } catch (thrown) {
      if (!(thrown instanceof SweepError)) throw thrown;
      const { code, message, hint, path } = thrown;
      problems.add({
        code,
        path: ['constraints', place],
        message,
        hint: code === 'SPEC_REFERENCE' && path !== undefined ? suggestName(path, names) : hint,
      });
      return false;
    }
  });
}

function suggestName(name: string, names: readonly string[]): string {
  const bare = name.replace(/^\$/, '');
  if (bare !== name && names.includes(bare)) return `write it without "$": ${bare}`;
  return suggest(bare, names) ?? 'the space has no dimensions';
}

function kindIn(space: Space, names: readonly string[], name: string): ValueKind | undefined {
  const dimension = Object.hasOwn(space, name) ? space[name] : undefined;
  if (dimension === undefined) return names.includes(name) ? 'any' : undefined;
  const values = choicesOf(dimension) ?? [0];
  const otherwise = otherwiseOf(dimension);
  const kinds = new Set([...values, ...(otherwise === undefined ? [] : [otherwise])].map(kindOfValue));
  const [first = 'any'] = kinds;
  return kinds.size === 1 ? first : 'any';
}

/** The search finds a point that satisfies them. `isGrid`: every point is counted. */
export function checkFeasible(
  space: Space,
  constraints: readonly string[],
  isGrid: boolean,
  problems: Problems,
): void {
  if (constraints.length === 0) return;
  if (isGrid) {
    try {
      if (createGridSampler(space, constraints).count === 0) refuseNothing(space, constraints, problems);
    } catch (thrown) {
      problems.addThrown(thrown, ['space']);
    }
    return;
  }
  const { points, share, canBeDrawn } = measureFeasible(space, constraints);
  if (points === 0 || share === 0) {
    if (!canBeDrawn) refuseNothing(space, constraints, problems);
    return;
  }
  if (canBeDrawn) return;
  problems.add({
    code: 'SPEC_INVALID',
    path: ['constraints'],
    message: `leave ${showShare(share)} of the space: points would be looked for mostly in vain`,
    hint: 'narrow the ranges to where the constraints hold',
  });
}

function refuseNothing(space: Space, constraints: readonly string[], problems: Problems): void {
  const lone = constraints.findIndex((text) => measureFeasible(space, [text]).share === 0);
  problems.add({
    code: 'SPEC_INVALID',
    path: lone < 0 ? ['constraints'] : ['constraints', lone],
    message:
      lone < 0
        ? 'contradict each other: no point of the space satisfies all of them'
        : `holds at next to no point of the space: ${JSON.stringify(constraints[lone])}`,
    hint: 'loosen it, or widen the ranges',
  });
}

function showShare(share: number): string {
  return `${Number((100 * share).toPrecision(2))} %`;
}
