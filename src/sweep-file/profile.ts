// Profiles: parts of a document, such as a quick setting, laid over the file when the command line names one.
import { SweepError } from '../errors.js';
import { type JsonPath, showValue, valueAt } from '../schema/json-path.js';
import { suggest } from '../wording/suggest.js';
import { isObject, mergeDocuments } from './text/merge.js';
import { replaceInVariants } from './variants.js';

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
