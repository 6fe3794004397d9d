// References to a dimension of the search space: `"units": "$units"`. Owns their grammar, finding and substitution.
import { z } from 'zod';
import { strictObject } from '../schema/fields.js';
import type { JsonPath } from '../schema/json-path.js';
import { rewriteSchema } from '../schema/rewrite.js';
import type { Params } from '../study/trial/trial.js';

export type Reference = `$${string}`;
export type Referencable<T> = T | Reference;

/** What is left of a section once each reference has been replaced by a value. */
export type Resolved<T> = T extends Reference
  ? never
  : T extends object
    ? { [Key in keyof T]: Resolved<T[Key]> }
    : T;

/** The fields of an object that may be references, and those of the objects in it; `type` says what it is. */
export type Referencing<T> = T extends readonly (infer Item)[]
  ? readonly Referencing<Item>[]
  : T extends object
    ? {
        [Key in keyof T]: Key extends 'type'
          ? T[Key]
          : NonNullable<T[Key]> extends object
            ? Referencing<T[Key]>
            : Referencable<T[Key]>;
      }
    : T;

/** Its source also tells a mistyped reference from a mistyped value. */
export const REFERENCE = /^\$[A-Za-z][A-Za-z0-9_]{0,63}$/;

/** Aborts on a mismatch so that a union reports the other branch: a mistyped enum value is no reference. */
const referenceSchema = z
  .string()
  .regex(REFERENCE, { abort: true, error: 'must be a reference such as "$name"' }) as unknown as z.ZodType<
  Reference,
  Reference
>;

/** A field that holds a value, or a reference to where it comes from. */
export function referencable<Schema extends z.ZodType>(schema: Schema) {
  return z.union([schema, referenceSchema]);
}

/** The schema of an object, or of several told apart by `type`, in which each field may be a reference. */
export function referencing<Schema extends z.ZodType>(schema: Schema) {
  const rewritten = rewriteSchema(schema, { object: strictObject, field: referencable, keepsDefaults: true });
  return rewritten as z.ZodType<Referencing<z.output<Schema>>, Referencing<z.input<Schema>>>;
}

export function isReference(value: unknown): value is Reference {
  return typeof value === 'string' && value.startsWith('$');
}

export function dimensionOf(reference: Reference): string {
  return reference.slice(1);
}

export interface FoundReference {
  readonly path: JsonPath;
  readonly reference: Reference;
}

/** Every reference below `value`, in document order. */
export function findReferences(value: unknown, path: JsonPath): FoundReference[] {
  if (isReference(value)) return [{ path, reference: value }];
  if (Array.isArray(value)) return value.flatMap((item, index) => findReferences(item, [...path, index]));
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([key, item]) => findReferences(item, [...path, key]));
  return [];
}

/**
 * A copy of `value` with each reference replaced; one without a value in `params` is left in place. Of a list the items that
 * refer to one of `inactive` are left out: so a stack has as many layers as it has units.
 */
export function substitute(value: unknown, params: Params, inactive: readonly string[] = []): unknown {
  if (isReference(value)) {
    const name = dimensionOf(value);
    return Object.hasOwn(params, name) ? params[name] : value;
  }
  if (Array.isArray(value))
    return value
      .filter((item) => !isReference(item) || !inactive.includes(dimensionOf(item)))
      .map((item) => substitute(item, params, inactive));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, substitute(item, params, inactive)]),
    );
  return value;
}
