// Canonical JSON (RFC 8785): one text for one value, whatever the order of its keys. What content hashes are taken over.
import { createHash } from 'node:crypto';
import canonicalizeModule from 'canonicalize';
import { SweepError } from '../errors.js';

// The package is CommonJS whose export is the function itself; its type file says otherwise under Node's resolution.
const serialize = canonicalizeModule as unknown as (value: unknown) => string | undefined;

/** The canonical text of a JSON value. Throws INTERNAL on what JSON cannot carry: NaN, an infinity, undefined. */
export function canonicalJson(value: unknown): string {
  let text: string | undefined;
  try {
    text = serialize(value);
  } catch (cause) {
    throw new SweepError('INTERNAL', `a value has no canonical JSON: ${String(cause)}`, { cause });
  }
  if (text === undefined) throw new SweepError('INTERNAL', 'undefined has no canonical JSON');
  return text;
}

/** SHA-256 of the canonical text, hex. */
export function hashJson(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value), 'utf8').digest('hex');
}
