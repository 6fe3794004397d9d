// Profiles: parts of a document, such as a quick setting, laid over the file when the command line names one.
import { z } from 'zod';
import { SweepError } from '../errors.js';
import { suggest } from '../wording/suggest.js';
import { strictObject } from './fields.js';
import { type JsonPath, showValue, valueAt } from './text/json-path.js';
import { isObject, mergeDocuments } from './text/merge.js';
import { replaceInVariants } from './variants.js';

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

/**
 * The document with the profile laid over it. What a profile says of window, model and training holds for the variants
 * too, unless it says otherwise for one of them. Throws USAGE when there is no such profile.
 */
export function applyProfile(document: unknown, name: string): unknown {
  const profiles = valueAt(document, ['profiles']);
  const profile = valueAt(profiles, [name]);
  if (profile === undefined) {
    const known = isObject(profiles) ? Object.keys(profiles) : [];
    throw new SweepError('USAGE', `the sweep file has no profile ${showValue(name)}`, {
      hint: suggest(name, known) ?? 'it has no "profiles"',
    });
  }
  return isObject(profile) ? mergeDocuments(replaceInVariants(document, profile), profile) : document;
}

/** Where the value at `path` is written: in the profile, if that states it. */
export function originInProfile(document: unknown, name: string, path: JsonPath): JsonPath {
  const inProfile = ['profiles', name];
  // A variant's field may have been set by what the profile says for all of them.
  const candidates = path[0] === 'variants' ? [path, path.slice(2)] : [path];
  const stated = candidates.find(
    (candidate) => candidate.length > 0 && valueAt(document, [...inProfile, ...candidate]) !== undefined,
  );
  return stated === undefined ? path : [...inProfile, ...stated];
}
