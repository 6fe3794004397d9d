// An error about a field of a sweep file that shows only with the data at hand: where in the file the field is written.
import { asSweepError, SweepError } from '../../errors.js';
import { type JsonPath, parsePath } from '../../schema/json-path.js';
import type { Locate } from '../problems.js';

/** What an error can be about; the path of another may be a file's. */
const SECTIONS: readonly unknown[] = [
  'dataset',
  'window',
  'model',
  'training',
  'variants',
  'space',
  'objective',
];

/** What was thrown, its message led by the place of the field that it names; unchanged when it names none. */
export function placeError(thrown: unknown, locate: Locate): SweepError {
  const error = asSweepError(thrown);
  const fieldPath = pathOf(error);
  if (fieldPath === null) return error;
  const { code, path, hint, facts } = error;
  return new SweepError(code, `${locate(fieldPath)}: ${error.placed}`, {
    path,
    hint,
    facts,
    others: error.others.map((other) => placeError(other, locate)),
    cause: error,
  });
}

function pathOf({ path }: SweepError): JsonPath | null {
  if (path === undefined) return null;
  try {
    const parsed = parsePath(path);
    return SECTIONS.includes(parsed[0]) ? parsed : null;
  } catch {
    // `weather.csv:3:T (degC)` says itself where it is.
    return null;
  }
}
