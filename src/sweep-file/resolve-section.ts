// One section with the values of a point put in for its references, checked; what is wrong with it goes to `problems`.
import type { z } from 'zod';
import type { JsonPath } from '../schema/json-path.js';
import type { Space } from '../search/space/dimension.js';
import { readRules } from '../search/space/rules.js';
import type { Params } from '../study/trial/trial.js';
import { suggest } from '../wording/suggest.js';
import { addIssues } from './check/issues.js';
import type { Problem, Problems } from './problems.js';
import { dimensionOf, findReferences, type Reference, type Resolved, substitute } from './reference.js';

interface Checker<Section> {
  safeParse(value: unknown): ReturnType<z.ZodType<Section>['safeParse']>;
}

/** What references stand for at a point. */
export interface TrialValues {
  /** Of active parameters, and of those that something stands for. */
  readonly params: Params;
  /** The others. */
  readonly inactive: readonly string[];
}

export function fillInactive(space: Space, point: Params): TrialValues {
  const params = readRules(space).complete(point);
  return { params, inactive: Object.keys(space).filter((name) => !Object.hasOwn(params, name)) };
}

/** Null when the section is not right. */
export function resolveSection<Section>(
  name: string,
  schema: Checker<Section>,
  section: unknown,
  { params, inactive }: TrialValues,
  problems: Problems,
): Resolved<Section> | null {
  const resolved = substitute(section, params, inactive);
  const open = findReferences(resolved, [name]);
  for (const { path, reference } of open)
    if (inactive.includes(dimensionOf(reference))) problems.add(inactiveProblem(path, reference));
    else
      problems.add({
        code: 'SPEC_REFERENCE',
        path,
        message: `refers to "${reference}", for which the trial has no value`,
        hint: suggest(reference.slice(1), Object.keys(params)),
      });
  const checked = schema.safeParse(resolved);
  if (checked.success) return open.length > 0 ? null : (checked.data as Resolved<Section>);
  addIssues(
    checked.error.issues,
    [name],
    { document: { [name]: resolved }, dimensions: Object.keys(params) },
    problems,
  );
  return null;
}

/** The place needs a value where the parameter has none. `where`: the point in words, as far as it is to be told. */
export function inactiveProblem(path: JsonPath, reference: Reference, where = 'at some points'): Problem {
  const name = dimensionOf(reference);
  return {
    code: 'SPEC_REFERENCE',
    path,
    message: `refers to "${reference}", which is inactive ${where}: there the place has no value`,
    hint: `give space.${name} the value that stands for it there, as in "otherwise": 0`,
  };
}
