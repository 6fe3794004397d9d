// Fields of an architecture that hold one value for all of its layers, or a list with one for each.
import { z } from 'zod';
import { isReference } from '../reference.js';

/** Deeper stacks than any here. */
export const MAX_DEPTH = 16;

/** One value for every layer, or a list of them from the first to the last. */
export function perLayer<Schema extends z.ZodType>(field: Schema) {
  return z.union([field, z.array(field).min(1).max(MAX_DEPTH)]);
}

/** The value of layer `index`. */
export function pickLayer<T extends string | number | boolean>(field: T | readonly T[], index: number): T {
  return (Array.isArray(field) ? field[index] : field) as T;
}

/** How many layers: as `count` says, else as many as a list has values, else `otherwise`. */
export function countLayers(
  count: number | undefined,
  fields: readonly unknown[],
  otherwise: number,
): number {
  return count ?? fields.find(Array.isArray)?.length ?? otherwise;
}

/** Lists of one section are of one length, that of `countName` where it is given. */
export function checkLists(
  section: Readonly<Record<string, unknown>>,
  countName: string,
  names: readonly string[],
  context: z.RefinementCtx,
): void {
  const count = section[countName];
  const lists = names.filter((name) => Array.isArray(section[name]));
  const first = lists[0];
  const isCounted = count !== undefined && !isReference(count);
  const expected = isCounted ? count : (section[first ?? ''] as unknown[] | undefined)?.length;
  for (const name of lists) {
    const { length } = section[name] as unknown[];
    if (length === expected) continue;
    context.addIssue({
      code: 'custom',
      path: [name],
      message: `has ${length} values, but ${isCounted ? `${countName} is ${expected}` : `${first} has ${expected}`}`,
      params: { hint: 'one value a layer, or one value without a list for all of them' },
    });
  }
}
