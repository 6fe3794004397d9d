// The grid: every combination of the space's values once, in the order of nested loops, the first dimension outermost.
// Nothing is listed: point `index` is read off the digits of `index` in the mixed radix of the dimensions' counts.
import { SweepError } from '../errors.js';
import type { Params } from '../study/trial.js';
import type { Space } from '../sweep-file/dimension.js';
import type { Sampler } from './search.js';
import { listValues } from './space.js';

/** Throws SPEC_INVALID when a range has no levels, or when the grid has more points than can be counted exactly. */
export function createGridSampler(space: Space): Sampler {
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
    // A grid learns nothing.
    observe() {},
  };
}
