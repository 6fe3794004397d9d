// All objectives by the `type` of their section. A new one is one file here and one row, which gives the sweep file and the
// event log their schemas and the documentation its table; a runner of its trials in worker/runners/ is the other half.
import { z } from 'zod';
import type { ValueOf } from '../../schema/wire.js';
import type { Space } from '../../search/space/dimension.js';
import type { Params, TrialConfig } from '../../study/trial/trial.js';
import type { Problems } from '../problems.js';
import { commandObjective } from './command.js';
import { functionObjective } from './function.js';
import { metricObjective } from './metric.js';
import { moduleObjective } from './module.js';
import type { UntrainedObjective } from './objective.js';

export const OBJECTIVES = {
  metric: metricObjective,
  function: functionObjective,
  command: commandObjective,
  module: moduleObjective,
} as const;

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
export type ObjectiveSection = ValueOf<typeof objectiveSpecSchema>;

/** Whether the trials of this objective are of the space alone. */
export function isUntrained<Section extends { readonly type: string }>(
  section: Section,
): section is Extract<Section, { readonly type: UntrainedType }> {
  return untrainedRow(section.type) !== null;
}

/** What the type of a section is that does not say: the field that only one of them has tells. */
export function typeOfSection(section: Readonly<Record<string, unknown>>): unknown {
  if (section.type !== undefined) return section.type;
  return Object.keys(OBJECTIVES).find((type) => type !== 'metric' && section[type] !== undefined);
}

/** Checks the section of an objective that trains nothing, as soon as it is right in itself. */
export function checkUntrained(type: unknown, section: unknown, space: Space, problems: Problems): void {
  const row = untrainedRow(type);
  const checked = row?.schema.safeParse(section);
  if (checked?.success === true) row?.check(checked.data, space, problems);
}

type Untrained = Extract<ObjectiveSection, { readonly type: UntrainedType }>;

export function untrainedSpecOf(
  section: Extract<z.output<typeof objectiveSchema>, { readonly type: UntrainedType }>,
): Untrained {
  return rowOf(section).specOf(section) as Untrained;
}

export function untrainedConfigOf(objective: Untrained, params: Params, seed: number): TrialConfig {
  return rowOf(objective).configOf(objective, params, seed);
}

/** As a sweep file has it. */
export function sectionOf(objective: ObjectiveSection): unknown {
  return isUntrained(objective) ? rowOf(objective).sectionOf(objective) : objective;
}

/** Where the sweep file says how many epochs a trial has. */
export function epochsPath(objective: ObjectiveSection): string {
  return isUntrained(objective) ? 'objective.epochs' : 'training.epochs';
}

export function isCached(objective: ObjectiveSection): boolean {
  return !isUntrained(objective) || rowOf(objective).isCached(objective);
}

/** The row of a type takes that type's sections: what TypeScript cannot follow through an index. */
function rowOf({ type }: { readonly type: UntrainedType }): UntrainedObjective<z.ZodType, z.ZodType> {
  return OBJECTIVES[type] as unknown as UntrainedObjective<z.ZodType, z.ZodType>;
}

/** null for an objective that trains, and for what is none. */
export function untrainedRow(type: unknown): UntrainedObjective<z.ZodType, z.ZodType> | null {
  if (typeof type !== 'string' || !Object.hasOwn(OBJECTIVES, type)) return null;
  const isTrained = OBJECTIVES[type as keyof Rows].trains;
  return isTrained ? null : rowOf({ type: type as UntrainedType });
}
