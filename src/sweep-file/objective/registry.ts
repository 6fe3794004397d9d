// All objectives by the `type` of their section. A new one is one file here and one row, which gives the sweep file and the
// event log their schemas and the documentation its table; a runner of its trials in worker/runners/ is the other half.
import { z } from 'zod';
import type { Space } from '../../search/space/dimension.js';
import type { Params, TrialConfig } from '../../study/trial/trial.js';
import type { Problems } from '../problems.js';
import { functionObjective } from './function.js';
import { metricObjective } from './metric.js';

export const OBJECTIVES = { metric: metricObjective, function: functionObjective } as const;

type Rows = typeof OBJECTIVES;
type Row = Rows[keyof Rows];
type UntrainedType = {
  [Type in keyof Rows]: Rows[Type]['trains'] extends false ? Type : never;
}[keyof Rows];

const rows: readonly Row[] = Object.values(OBJECTIVES);

/** Not told apart by `type` at once: a section without it is a metric's. */
export const objectiveSchema = z.union(rows.map(({ schema }): Row['schema'] => schema));
export const objectiveSpecSchema = z.union(rows.map(({ specSchema }): Row['specSchema'] => specSchema));

/** As the checked spec has it. */
export type ObjectiveSection = z.output<typeof objectiveSpecSchema>;

/** Whether the trials of this objective are of the space alone. */
export function isUntrained<Section extends { readonly type: string }>(
  section: Section,
): section is Extract<Section, { readonly type: UntrainedType }> {
  return untrainedRow(section.type) !== null;
}

/** Checks the section of an objective that trains nothing, as soon as it is right in itself. */
export function checkUntrained(type: unknown, section: unknown, space: Space, problems: Problems): void {
  const row = untrainedRow(type);
  const checked = row?.schema.safeParse(section);
  if (checked?.success === true) row?.check(checked.data, space, problems);
}

export function untrainedSpecOf(
  section: Extract<z.output<typeof objectiveSchema>, { readonly type: UntrainedType }>,
): Extract<ObjectiveSection, { readonly type: UntrainedType }> {
  return OBJECTIVES[section.type].specOf(section);
}

export function untrainedConfigOf(
  objective: Extract<ObjectiveSection, { readonly type: UntrainedType }>,
  params: Params,
  seed: number,
): TrialConfig {
  return OBJECTIVES[objective.type].configOf(objective, params, seed);
}

/** null for an objective that trains, and for what is none. */
export function untrainedRow(type: unknown): Rows[UntrainedType] | null {
  if (typeof type !== 'string' || !Object.hasOwn(OBJECTIVES, type)) return null;
  const row = OBJECTIVES[type as keyof Rows];
  return row.trains ? null : row;
}
