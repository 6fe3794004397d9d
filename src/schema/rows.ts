// A section of a file whose `type` names a row of a registry: each row's own schema reads its section, so that nobody lists
// the rows a second time.
import { z } from 'zod';
import { SweepError } from '../errors.js';

type Rows = Readonly<Record<string, { readonly schema: z.ZodObject<{ type: z.ZodLiteral<string> }> }>>;

export function sectionOfRows<Of extends Rows>(rows: Of) {
  type Row = Of[keyof Of];
  // Object.values knows the rows by their common shape alone.
  const [first, ...others] = (Object.values(rows) as Row[]).map(({ schema }): Row['schema'] => schema);
  if (first === undefined) throw new SweepError('INTERNAL', 'a registry without rows has no schema');
  return z.discriminatedUnion('type', [first, ...others]);
}
