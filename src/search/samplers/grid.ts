// The grid: every combination of the space's values once, in the order of nested loops, the first dimension outermost.
// Nothing is listed: point `index` is read off `index`. Points that differ in inactive parameters alone are one, and points
// that a constraint rules out are none.
import { z } from 'zod';
import { SweepError } from '../../errors.js';
import { strictObject } from '../../schema/fields.js';
import type { Sampler } from '../sampler.js';
import type { Space } from '../space/dimension.js';
import { listPoints } from '../space/point-list.js';
import { readRules } from '../space/rules.js';
import type { SpaceFault } from '../space/space-fault.js';
import { listValues } from '../space/values.js';

export const gridSampler = {
  schema: strictObject({ type: z.literal('grid') }),
  summary: 'every combination of the values once; ranges need `levels` or `step`',
  create: (space: Space, _section: unknown, _seed: number, constraints?: readonly string[]): Sampler =>
    createGridSampler(space, constraints),
  faultsOf: unlistedRanges,
};

/** It must know how many values to take from a range. */
function unlistedRanges(space: Space): SpaceFault[] {
  return Object.entries(space).flatMap(([name, dimension]) => {
    if (Array.isArray(dimension) || dimension.type === 'choice') return [];
    if (dimension.levels !== undefined || dimension.step !== undefined) return [];
    if (dimension.type === 'int' && !dimension.log) return [];
    return [
      {
        path: [name, 'levels'],
        message: 'is required: the grid takes this many values from the range',
        hint: `add "levels": 3${dimension.log ? '' : ', or "step"'}`,
      },
    ];
  });
}

/** Throws SPEC_INVALID when a range has no levels, or when the grid has more points than can be counted exactly. */
export function createGridSampler(space: Space, constraints: readonly string[] = []): Sampler {
  const lists = new Map(
    Object.entries(space).map(([name, dimension]) => [name, listValues(name, dimension)] as const),
  );
  const points = listPoints(readRules(space, constraints), (name) => lists.get(name) ?? listValues(name, []));
  if (points === null)
    throw new SweepError(
      'SPEC_INVALID',
      'has more combinations of the parameters that conditions and constraints look at than a grid can count',
      { path: 'space', hint: 'fewer values or levels of these, or another sampler such as "random"' },
    );
  const { count } = points;
  if (count > Number.MAX_SAFE_INTEGER)
    throw new SweepError(
      'SPEC_INVALID',
      `has about ${count.toExponential(1)} points, more than a grid can number`,
      {
        path: 'space',
        hint: 'fewer values, fewer levels, or fewer dimensions',
      },
    );
  return {
    count,
    window: null,
    suggest: (index) => (index < 0 || index >= count || !Number.isInteger(index) ? null : points.at(index)),
  };
}
