// Schemas of the parts that are laid over a file: variants and profiles. What they do to it: variants.ts, profile.ts.
import { z } from 'zod';
import { strictObject } from '../schema/fields.js';

/** A name is a path segment, a table cell and a filter's value. */
const VARIANT_NAME = /^[A-Za-z][A-Za-z0-9_-]{0,47}$/;
const MAX_VARIANTS = 256;

/** Parts: they are checked when they have been laid over the file's own sections. */
const part = () => z.looseObject({});
export const variantsSchema = z
  .record(
    z
      .string()
      .regex(VARIANT_NAME, 'must be a name of letters, digits, "_" and "-" that begins with a letter'),
    strictObject({
      window: part().optional(),
      dataset: part().optional().describe('Of reviews: maxFeatures, maxLength, reversed'),
      model: part().optional(),
      training: part().optional(),
    }),
  )
  .refine((variants) => Object.keys(variants).length > 0, { message: 'must hold at least one variant' })
  .refine((variants) => Object.keys(variants).length <= MAX_VARIANTS, {
    message: `may hold at most ${MAX_VARIANTS} variants`,
  });

const PROFILE_NAME = /^[A-Za-z][A-Za-z0-9_-]{0,47}$/;
const MAX_PROFILES = 64;

/** Profiles of a file whose other fields are `fields`: each may state any of them, and is checked when it is chosen. */
export function profilesSchema(fields: readonly string[]) {
  const parts = Object.fromEntries(fields.map((name) => [name, z.unknown().optional()]));
  return z
    .record(z.string().regex(PROFILE_NAME, 'must be a name that begins with a letter'), strictObject(parts))
    .refine((profiles) => Object.keys(profiles).length <= MAX_PROFILES, {
      message: `may hold at most ${MAX_PROFILES} profiles`,
    });
}
