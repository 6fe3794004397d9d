// One schema read from another, so that a form is said once: the tree of objects and unions stays, their fields change.
import { z } from 'zod';
import { SweepError } from '../errors.js';

export interface RewriteRules {
  readonly object: (shape: z.ZodRawShape) => z.ZodType;
  /** A field that is neither object nor union, without its default and null. */
  readonly field: (schema: z.ZodType) => z.ZodType;
  readonly keepsDefaults: boolean;
}

/** Rewrites strict objects, unions told apart by `type` and lists of them, literals, defaults and nulls; a description stays with its field. */
export function rewriteSchema(schema: z.ZodType, rules: RewriteRules): z.ZodType {
  const { description } = schema;
  if (description === undefined) return rewriteBare(schema, rules);
  // A clone of the definition has no description of its own, which would stand twice.
  return rewriteBare(z.core.clone(schema, schema.def), rules).describe(description);
}

function rewriteBare(schema: z.ZodType, rules: RewriteRules): z.ZodType {
  const next = (inner: unknown): z.ZodType => rewriteSchema(inner as z.ZodType, rules);
  if (schema instanceof z.ZodObject) {
    if ((schema.def.checks ?? []).length > 0)
      throw new SweepError('INTERNAL', 'an object with rules over several fields would lose them in silence');
    const fields = Object.entries(schema.shape).map(([name, field]) => [name, next(field)]);
    return rules.object(Object.fromEntries(fields));
  }
  if (schema instanceof z.ZodDiscriminatedUnion)
    return z.discriminatedUnion('type', schema.options.map(next) as unknown as [z.ZodObject]);
  // With its bounds.
  if (schema instanceof z.ZodArray && schema.element instanceof z.ZodDiscriminatedUnion)
    return z.core.clone(schema, { ...schema.def, element: next(schema.element) });
  if (schema instanceof z.ZodLiteral) return schema;
  if (schema instanceof z.ZodDefault)
    return rules.keepsDefaults
      ? next(schema.unwrap()).default(schema.def.defaultValue)
      : next(schema.unwrap());
  if (schema instanceof z.ZodNullable) return next(schema.unwrap()).nullable();
  return rules.field(schema);
}
