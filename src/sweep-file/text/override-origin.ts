// Which option of the command line a field of a sweep file comes from, so that what is wrong with it is blamed on that.
import { formatPath, type JsonPath, valueAt } from '../../schema/json-path.js';
import type { Override } from './overrides.js';

export function overriding(overrides: readonly Override[], path: JsonPath): string | undefined {
  // A variant's field may have been set by an override for all of them.
  const own = path[0] === 'variants' ? overriding(overrides, path.slice(2)) : undefined;
  if (own !== undefined) return own;
  const within = formatPath(path);
  return overrides.findLast(({ path: set }) => {
    const prefix = formatPath(set);
    return within === prefix || within.startsWith(`${prefix}.`) || within.startsWith(`${prefix}[`);
  })?.option;
}

/** The option that made the object in which the field stands or is missing, where the file has no such object. */
export function makingOption(
  overrides: readonly Override[],
  document: unknown,
  path: JsonPath,
): string | undefined {
  for (let length = 1; length <= path.length; length++) {
    const part = path.slice(0, length);
    if (valueAt(document, part) !== undefined) continue;
    const making = overrides.findLast(
      ({ path: set }) => formatPath(set.slice(0, length)) === formatPath(part),
    );
    return making?.option;
  }
  return undefined;
}
