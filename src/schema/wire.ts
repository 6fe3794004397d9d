// Building blocks of what is sent and stored: every text, list and number bounded, so that a record from outside can harm no
// reader. Unknown fields of a newer writer are dropped.
import { z } from 'zod';

/** What a schema gives, as values that nobody changes. */
export type Immutable<T> = T extends object ? { readonly [Key in keyof T]: Immutable<T[Key]> } : T;
export type ValueOf<Schema extends z.ZodType> = Immutable<z.output<Schema>>;

const MAX_NAME = 200;
const MAX_TEXT = 4_000;
const MAX_DEPTH = 32;
const TOKEN = /^[A-Za-z0-9_-]{1,64}$/;
const DIGEST = /^[0-9a-f]{64}$/;

/** Whether `text` may be part of a subject or of a file's name. */
export function isToken(text: unknown): text is string {
  // `__proto__` passes the pattern but is not a name anyone means.
  return typeof text === 'string' && TOKEN.test(text) && text !== '__proto__';
}

/** SHA-256 in lower-case hex. */
export function isDigest(text: unknown): text is string {
  return typeof text === 'string' && DIGEST.test(text);
}

export const token = z.string().refine(isToken, 'a name is 1 to 64 letters, digits, "_" or "-"');
export const digest = z.string().refine(isDigest, 'a digest is 64 lower-case hex digits');
export const name = z.string().max(MAX_NAME);
export const text = z.string().max(MAX_TEXT);
export const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
export const index = count;
export const attempt = count.min(1);
export const epoch = count.max(10_000_000);
export const milliseconds = z.number().min(0);
export const interval = z.tuple([z.number(), z.number()]);

/** Any JSON value without `__proto__` as a key and with bounded depth: what is only handed on. */
export const json = z
  .unknown()
  .refine((value) => isPlainJson(value, 0), 'it is nested too deep, or has a key "__proto__"');

function isPlainJson(value: unknown, depth: number): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || depth > MAX_DEPTH) return false;
  if (Array.isArray(value)) return value.every((item) => isPlainJson(item, depth + 1));
  return Object.keys(value).every(
    (key) => key !== '__proto__' && isPlainJson((value as Record<string, unknown>)[key], depth + 1),
  );
}

/** `type` names a member of a union that another room owns; the rest is handed on as it is. */
export function openUnion<T>() {
  return z.looseObject({ type: z.string().max(64) }).and(json) as unknown as z.ZodType<T>;
}
