// How a text table is written, as a sweep file says it: what is left out is found in the file.
import { z } from 'zod';
import { wholeNumber } from '../../schema/fields.js';

const MOST_LINES = 1_000_000;

const character = () => z.string().regex(/^[^\r\n\0]$/, 'must be one character');

export const dialectFields = {
  delimiter: character().optional(),
  quote: z.union([character(), z.literal('')]).optional(),
  header: z.union([wholeNumber(1, MOST_LINES), z.literal(false)]).optional(),
  skip: wholeNumber(0, MOST_LINES).optional(),
  decimal: z.enum(['.', ',']).optional(),
  thousands: z
    .string()
    .regex(/^[,.'_ \u00a0\u202f]?$/, 'must be one of , . \' _ or a blank, or "" for none')
    .optional(),
  encoding: z.string().min(1).max(64).optional(),
};

/** Two meanings of one character are told apart by nobody. */
export function checkDialect(
  section: {
    readonly delimiter?: string | undefined;
    readonly decimal?: string | undefined;
    readonly thousands?: string | undefined;
  },
  context: z.RefinementCtx,
): void {
  const { decimal, thousands } = section;
  if (thousands === undefined || thousands === '' || thousands !== (decimal ?? '.')) return;
  context.addIssue({
    code: 'custom',
    path: ['thousands'],
    message: `is ${JSON.stringify(thousands)}, as is the mark before decimals${decimal === undefined ? ' where "decimal" is left out' : ''}`,
    params: { hint: 'set "decimal" to another one' },
  });
}
