// One section with the values of a point put in for its references, checked; what is wrong with it goes to `problems`.
import type { z } from 'zod';
import type { Params } from '../study/trial/trial.js';
import { suggest } from '../wording/suggest.js';
import { addIssues } from './check/issues.js';
import type { Problems } from './problems.js';
import { findReferences, type Resolved, substitute } from './reference.js';

interface Checker<Section> {
  safeParse(value: unknown): ReturnType<z.ZodType<Section>['safeParse']>;
}

/** Null when the section is not right. */
export function resolveSection<Section>(
  name: string,
  schema: Checker<Section>,
  section: unknown,
  params: Params,
  problems: Problems,
): Resolved<Section> | null {
  const resolved = substitute(section, params);
  const open = findReferences(resolved, [name]);
  for (const { path, reference } of open)
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
