// `--set path=value`: changes a sweep file's document before it is checked.
import { SweepError } from '../../errors.js';
import {
  FORBIDDEN_KEYS,
  formatPath,
  type JsonPath,
  type PathSegment,
  parsePath,
  showValue,
} from '../../schema/json-path.js';
import { printable } from '../../wording/printable.js';
import { Problems } from '../problems.js';
import { readJsonText } from './json-text.js';

export interface Override {
  readonly path: JsonPath;
  readonly value: unknown;
  /** The option as it was typed, for error messages. */
  readonly option: string;
}

/** Reads `path=value`; the value is JSON, or a bare text. Throws USAGE. */
export function readOverride(text: string): Override {
  const option = `--set ${printable(text)}`;
  const equals = text.indexOf('=');
  if (equals < 1)
    throw new SweepError('USAGE', `${option} has no "path=value"`, {
      hint: 'write it like --set training.epochs=5',
    });
  const path = parsePath(text.slice(0, equals));
  const forbidden = path.find((segment) => FORBIDDEN_KEYS.includes(String(segment)));
  if (forbidden !== undefined)
    throw new SweepError(
      'SPEC_FORBIDDEN_KEY',
      `${option}: ${showValue(forbidden)} is a key that a sweep file may not hold`,
      {
        path: formatPath(path),
      },
    );
  if (path[0] === 'profiles')
    throw new SweepError(
      'USAGE',
      `${option}: a profile is laid over the file before it, and would not change`,
      {
        path: formatPath(path),
        hint: 'set the field itself: --set wins over the profile',
      },
    );
  const written = text.slice(equals + 1).trim();
  if (written === '' && path[0] === 'space' && path.length > 1)
    throw new SweepError('USAGE', `${option} has no value`, {
      path: formatPath(path),
      hint: `an empty text is written --set '${formatPath(path)}=""'`,
    });
  return { path, value: readValue(written, option), option };
}

/** A copy of `document` with the override's value in place; missing objects on the way are made. Throws USAGE. */
export function applyOverride(document: unknown, override: Override): unknown {
  return replaceAt(document, override.path, override);
}

/** What can only be meant as JSON is read as JSON and may be wrong; anything else that is not JSON is text. */
const LOOKS_LIKE_JSON = /^(?:[[{"]|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$|(?:true|false|null)$)/;

function readValue(text: string, option: string): unknown {
  if (!LOOKS_LIKE_JSON.test(text)) return text;
  const problems = new Problems();
  const { value } = readJsonText(text, option, problems);
  problems.throwIfAny(() => option);
  return value;
}

function replaceAt(value: unknown, path: JsonPath, override: Override): unknown {
  const [segment, ...rest] = path;
  if (segment === undefined) return override.value;
  if (Array.isArray(value)) {
    const index = typeof segment === 'number' ? segment : Number.NaN;
    if (!(index < value.length))
      throw refusal(override, rest, `is a list of ${value.length} values without ${showSegment(segment)}`);
    return value.map((item, at) => (at === index ? replaceAt(item, rest, override) : item));
  }
  if (typeof segment === 'number') throw refusal(override, rest, 'is no list');
  if (value !== undefined && (typeof value !== 'object' || value === null))
    throw refusal(override, rest, `is ${showValue(value)}, which has no fields`);
  const object = (value ?? {}) as Record<string, unknown>;
  const old = Object.hasOwn(object, segment) ? object[segment] : undefined;
  return { ...object, [segment]: replaceAt(old, rest, override) };
}

function refusal(override: Override, rest: JsonPath, reason: string): SweepError {
  const parent = override.path.slice(0, override.path.length - rest.length - 1);
  const where = parent.length === 0 ? 'the sweep file' : formatPath(parent);
  return new SweepError('USAGE', `${override.option}: ${where} ${reason}`, {
    path: formatPath(override.path),
  });
}

function showSegment(segment: PathSegment): string {
  return typeof segment === 'number' ? `a place [${segment}]` : `a field ${showValue(segment)}`;
}
