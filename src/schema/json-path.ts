// Paths into a JSON document, such as `space.units[2]`: how they are written, read, and followed.
import { SweepError } from '../errors.js';

export type PathSegment = string | number;
export type JsonPath = readonly PathSegment[];

const PLAIN_KEY = /^[A-Za-z_$][A-Za-z0-9_$-]{0,63}$/;
/** Keys that reach an object's prototype when assigned: never accepted from outside. */
export const FORBIDDEN_KEYS: readonly string[] = ['__proto__', 'constructor', 'prototype'];

const SHOWN_CHARACTERS = 60;
/** Characters that a terminal or a reader may take for something else: C1 controls, DEL, bidirectional marks. */
const UNSAFE_CHARACTERS = /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** A value as an error message shows it: JSON on one line, cut unless it `isWhole`, with nothing a terminal would obey. */
export function showValue(value: unknown, isWhole = false): string {
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  const head = typeof value === 'string' && !isWhole ? value.slice(0, SHOWN_CHARACTERS + 1) : value;
  const json = JSON.stringify(head) ?? 'nothing';
  const cut = json.length > SHOWN_CHARACTERS && !isWhole ? `${json.slice(0, SHOWN_CHARACTERS)}…` : json;
  return cut.replace(UNSAFE_CHARACTERS, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

export function formatPath(path: JsonPath): string {
  let text = '';
  for (const segment of path) {
    if (typeof segment === 'number') text += `[${segment}]`;
    else if (!PLAIN_KEY.test(segment)) text += `[${showValue(segment)}]`;
    else text += text === '' ? segment : `.${segment}`;
  }
  return text;
}

/** Reads `training.epochs` or `space.units[2]`; throws USAGE. */
export function parsePath(text: string): PathSegment[] {
  const path: PathSegment[] = [];
  const pattern = /(?:^|\.)([A-Za-z_$][A-Za-z0-9_$-]*)|\[(\d{1,9})\]/gy;
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    if (match.index === 0 && match[1] === undefined) break;
    path.push(match[1] ?? Number(match[2]));
    end = match.index + match[0].length;
  }
  if (path.length === 0 || end !== text.length)
    throw new SweepError('USAGE', `${showValue(text)} is not a path into the sweep file`, {
      hint: 'write it like training.epochs or space.units[2]',
    });
  return path;
}

/** The value at `path`; undefined where there is none. Follows own properties only. */
export function valueAt(document: unknown, path: JsonPath): unknown {
  let value = document;
  for (const segment of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, segment)) return undefined;
    value = (value as Record<PathSegment, unknown>)[segment];
  }
  return value;
}
