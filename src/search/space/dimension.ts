// The dimensions of a search space as data: a list of choices, or a range of whole or real numbers; a plain value is a list of
// one. Those with `when` are part of a point only where other dimensions have certain values (rules.ts).
// values.ts lists them, samplers choose among them; here stand their fields and their own rules.
import { z } from 'zod';
import { strictObject, wholeNumber } from '../../schema/fields.js';
import type { ParamValue } from '../../study/trial/trial.js';

export const DIMENSION_NAME = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;
/** Each of them is tried in a trial's config before a study starts. */
const MAX_CHOICES = 1000;
const MAX_LEVELS = 1_000_000;
const MAX_DIMENSIONS = 64;
const MAX_TEXT_LENGTH = 256;
/** As many as computed values of a range are rounded to (search/space.ts). */
const SIGNIFICANT_DIGITS = 12;
const MAX_ENQUEUED = 10_000;

/** Texts that begin with `$` would look like references once they stand in a trial. */
const choiceSchema = z.union([
  z
    .string()
    .max(MAX_TEXT_LENGTH)
    .regex(/^(?!\$)/, 'must not begin with "$": that marks a reference'),
  z.number(),
  z.boolean(),
  z.null(),
]);
const choicesSchema = z.array(choiceSchema).min(1).max(MAX_CHOICES).superRefine(refuseDuplicates);

/** A parameter that is not there where another one rules it out. */
const conditionFields = {
  when: z
    .record(
      z.string().regex(DIMENSION_NAME),
      z.union([choiceSchema, z.array(choiceSchema).min(1).max(MAX_CHOICES)]),
    )
    .refine((when) => Object.keys(when).length > 0, {
      message: 'must name a dimension and its value, as in {"cell": "gru"}',
    })
    .optional()
    .describe('Only where these dimensions have this value, or one of these values; else it is inactive'),
  otherwise: choiceSchema
    .optional()
    .describe('What "$name" stands for where the dimension is inactive; needs "when"'),
};
const rangeFields = {
  /** Spaced evenly in the logarithm: needs a positive `low`. */
  log: z.boolean().default(false),
  /** How many values the grid takes from the range, both ends included. */
  levels: wholeNumber(2, MAX_LEVELS).optional(),
  ...conditionFields,
};
const intSchema = strictObject({
  type: z.literal('int'),
  low: z.int(),
  high: z.int(),
  step: wholeNumber(1, Number.MAX_SAFE_INTEGER).optional(),
  ...rangeFields,
}).superRefine(checkRange);
const floatSchema = strictObject({
  type: z.literal('float'),
  low: z.number(),
  high: z.number(),
  step: z.number().gt(0).optional(),
  ...rangeFields,
}).superRefine(checkRange);
const listSchema = strictObject({
  type: z.literal('choice'),
  values: choicesSchema,
  ...conditionFields,
}).superRefine(checkOtherwise);
/** Its only value. */
const fixedSchema = choiceSchema.transform((value) => [value]);

export const dimensionSchema = z.union([
  choicesSchema,
  z.discriminatedUnion('type', [intSchema, floatSchema, listSchema]),
  fixedSchema,
]);
export type Dimension = z.output<typeof dimensionSchema>;
export type RangeDimension = z.output<typeof intSchema> | z.output<typeof floatSchema>;

export const spaceSchema = z
  .record(z.string().regex(DIMENSION_NAME), dimensionSchema)
  .refine((space) => Object.keys(space).length <= MAX_DIMENSIONS, {
    message: `may have at most ${MAX_DIMENSIONS} dimensions`,
  });
export type Space = z.output<typeof spaceSchema>;

/** A part of its condition: active where `parent` has one of `values`. */
export interface Condition {
  readonly parent: string;
  readonly values: readonly ParamValue[];
}

/** All of which must hold; none: it is part of every point. */
export function conditionsOf(dimension: Dimension): Condition[] {
  if (Array.isArray(dimension) || dimension.when === undefined) return [];
  return Object.entries(dimension.when).map(([parent, values]) => ({
    parent,
    values: Array.isArray(values) ? values : [values],
  }));
}

/** Its values where they are listed one by one; null: a range. */
export function choicesOf(dimension: Dimension): readonly ParamValue[] | null {
  if (Array.isArray(dimension)) return dimension;
  return dimension.type === 'choice' ? dimension.values : null;
}

/** What stands for it where it is inactive. */
export function otherwiseOf(dimension: Dimension): ParamValue | undefined {
  return Array.isArray(dimension) ? undefined : dimension.otherwise;
}

/** Whether it says which values it holds: choices, levels, steps, or all whole numbers of a range. */
export function isListable(dimension: Dimension): boolean {
  if (Array.isArray(dimension) || dimension.type === 'choice') return true;
  const { type, levels, step, log } = dimension;
  return levels !== undefined || step !== undefined || (type === 'int' && !log);
}

/** Points that are tried first. */
export const pointSchema = z.record(z.string().regex(DIMENSION_NAME), choiceSchema);
export const enqueueSchema = z.array(pointSchema).max(MAX_ENQUEUED);

/** A value that a dimension is sure to hold, and where in the dimension it is written. */
export interface ProbeValue {
  readonly value: z.output<typeof choiceSchema>;
  readonly path: readonly (string | number)[];
}

/** All choices, or both ends of a range: what is checked before a study starts. */
export function probeValues(dimension: Dimension): ProbeValue[] {
  if (Array.isArray(dimension)) return dimension.map((value, index) => ({ value, path: [index] }));
  if (dimension.type === 'choice')
    return dimension.values.map((value, index) => ({ value, path: ['values', index] }));
  return [
    { value: dimension.low, path: ['low'] },
    { value: highestValue(dimension), path: ['high'] },
  ];
}

/** The largest value that a range holds: steps from `low` may stop short of `high`. */
function highestValue({ type, low, high, step }: RangeDimension): number {
  if (step === undefined) return high;
  // Rounded before the floor, so that 0.1 to 0.5 in steps of 0.1 ends at 0.5.
  const last = low + Math.floor(significant((high - low) / step)) * step;
  return type === 'int' ? last : Math.min(high, significant(last));
}

function significant(value: number): number {
  return Number(value.toPrecision(SIGNIFICANT_DIGITS));
}

function refuseDuplicates(values: readonly unknown[], context: z.RefinementCtx): void {
  const seen = new Map<string, number>();
  for (const [index, value] of values.entries()) {
    const key = JSON.stringify(value);
    const first = seen.get(key);
    if (first !== undefined)
      context.addIssue({
        code: 'custom',
        path: [index],
        message: `is the same value as [${first}]`,
        params: { showsValue: true },
      });
    else seen.set(key, index);
  }
}

function checkOtherwise(
  { when, otherwise }: { readonly when?: unknown; readonly otherwise?: unknown },
  context: z.RefinementCtx,
): void {
  if (otherwise === undefined || when !== undefined) return;
  context.addIssue({
    code: 'custom',
    path: ['otherwise'],
    message: 'is used nowhere: without "when" the dimension is always active',
    params: { hint: 'give the condition, as in "when": {"cell": "gru"}, or remove it' },
  });
}

function checkRange(range: RangeDimension, context: z.RefinementCtx): void {
  checkOtherwise(range, context);
  if (range.low >= range.high)
    context.addIssue({
      code: 'custom',
      path: ['high'],
      message: `must be above low (${range.low}), not ${range.high}`,
    });
  if (range.log && range.low <= 0)
    context.addIssue({
      code: 'custom',
      path: ['low'],
      message: `must be above 0 on a logarithmic range, not ${range.low}`,
    });
  if (range.log && range.step !== undefined)
    context.addIssue({
      code: 'custom',
      path: ['step'],
      message: 'does not go with log: steps are even, a logarithmic range is not',
    });
  if (range.step !== undefined && range.levels !== undefined)
    context.addIssue({
      code: 'custom',
      path: ['levels'],
      message: 'does not go with step: give one of the two',
    });
}
