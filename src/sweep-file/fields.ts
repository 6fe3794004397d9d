// Building blocks of the schemas: a strict object that knows its field names, and the number ranges they share.
import { z } from 'zod';

/**
 * An object that refuses unknown fields. For that one issue zod offers no place for the names that would have been
 * right, so its message carries them, blank-separated: issues.ts turns them into "did you mean".
 */
export function strictObject<Shape extends z.ZodRawShape>(shape: Shape) {
  const names = Object.keys(shape).join(' ');
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? names : undefined),
  });
}

export function wholeNumber(low: number, high: number) {
  return z.int().min(low).max(high);
}

/** Share of values in [0, 1). */
export function rate() {
  return z.number().min(0).lt(1);
}
