// The grid: every combination of the space's values once, in the order of nested loops, the first dimension outermost.
// Nothing is listed: point `index` is read off the digits of `index` in the mixed radix of the dimensions' counts.
import { z } from 'zod';
import { SweepError } from '../../errors.js';
import { strictObject } from '../../schema/fields.js';
import type { Params } from '../../study/trial/trial.js';
import type { Sampler } from '../sampler.js';
import type { Space } from '../space/dimension.js';
import type { SpaceFault } from '../space/space-fault.js';
import { listValues } from '../space/values.js';

export const gridSampler = {
  schema: strictObject({ type: z.literal('grid') }),
  summary: 'every combination of the values once; ranges need `levels` or `step`',
  create: (space: Space): Sampler => createGridSampler(space),
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
function createGridSampler(space: Space): Sampler {
  const dimensions = Object.entries(space).map(([name, dimension]) => ({
    name,
    values: listValues(name, dimension),
  }));
  const count = dimensions.reduce((product, { values }) => product * values.count, 1);
  if (count > Number.MAX_SAFE_INTEGER)
    throw new SweepError(
      'SPEC_INVALID',
      `space has about ${count.toExponential(1)} points, more than a grid can number`,
      {
        path: 'space',
        hint: 'fewer values, fewer levels, or fewer dimensions',
      },
    );
  return {
    count,
    window: null,
    suggest(index) {
      if (index < 0 || index >= count || !Number.isInteger(index)) return null;
      const point: [string, Params[string]][] = [];
      let rest = index;
      for (const { name, values } of [...dimensions].reverse()) {
        point.push([name, values.valueAt(rest % values.count)]);
        rest = Math.floor(rest / values.count);
      }
      return Object.fromEntries(point.reverse());
    },
  };
}
