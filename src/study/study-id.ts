// The identity of a study: the name of its sweep and four hex digits, such as `gru-grid-7f3a`.
import { SweepError } from '../errors.js';

/** Names that go into subjects, keys and paths; `-` and four digits must still fit in 64 characters. */
const STUDY_NAME = /^[A-Za-z0-9_-]{1,59}$/;
const SUFFIXES = 0x10000;

/** `suffix` is a random integer in [0, 65536); the caller draws again when the id is taken. Throws USAGE. */
export function studyId(name: string, suffix: number): string {
  if (!STUDY_NAME.test(name)) {
    throw new SweepError('USAGE', `study name ${JSON.stringify(name.slice(0, 80))} cannot be used`, {
      path: 'name',
      hint: 'use 1 to 59 letters, digits, "_" or "-"',
    });
  }
  if (!Number.isInteger(suffix) || suffix < 0 || suffix >= SUFFIXES) {
    throw new SweepError('INTERNAL', `suffix ${suffix} of a study id is not an integer in [0, 65536)`);
  }
  return `${name}-${suffix.toString(16).padStart(4, '0')}`;
}
