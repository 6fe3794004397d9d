// The parameters of a study, as its spec in the event log names them: a point has those that are active there.
import type { Params } from './trial/trial.js';

const known = new WeakMap<object, readonly string[]>();

/** In the order of the sweep file; none of a spec that says nothing of them. */
export function parametersOf(spec: unknown): readonly string[] {
  if (typeof spec !== 'object' || spec === null || !('space' in spec)) return [];
  const before = known.get(spec);
  if (before !== undefined) return before;
  const { space } = spec;
  const names = typeof space === 'object' && space !== null ? Object.keys(space) : [];
  known.set(spec, names);
  return names;
}

/** The point for documents: null for each parameter of the study that is inactive there. */
export function fillWithNull(params: Params, spec: unknown): Params {
  const names = parametersOf(spec);
  if (names.every((name) => Object.hasOwn(params, name))) return params;
  return { ...Object.fromEntries(names.map((name) => [name, params[name] ?? null])), ...params };
}
