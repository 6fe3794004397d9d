// What a schema cannot say: references and dimensions fit each other, a function has the inputs it needs, and each
// value of the space gives a trial that can be trained. Runs before anything is started.

import { type JsonPath, showValue, valueAt } from '../../schema/json-path.js';
import { type ProbeValue, probeValues, type Space } from '../../search/space/dimension.js';
import { readRules, type SpaceRules } from '../../search/space/rules.js';
import type { Params, ParamValue } from '../../study/trial/trial.js';
import { nearest, suggest } from '../../wording/suggest.js';
import type { DataFacts, DataSections } from '../data/data-kind.js';
import { modelSchema } from '../model/architecture.js';
import { Problems } from '../problems.js';
import { dimensionOf, findReferences, isReference, type Reference } from '../reference.js';
import { fillInactive, inactiveProblem } from '../resolve-section.js';
import { resolveSections } from '../resolve-trial.js';
import type { ReferencingSections } from '../sweep-spec.js';
import { trainingSchema, windowSchema } from '../training-section.js';
import { REFERENCING_SECTIONS, type SectionSet, VARIANT } from '../variants.js';
import { addIssues } from './issues.js';

/** All combinations of values are tried up to this many; beyond, one dimension at a time and both ends of all. */
const MAX_COMBINATIONS = 256;

/** Every reference names a dimension, and every dimension is named. Works on what is written, however wrong. */
export function checkReferences(document: unknown, sets: readonly SectionSet[], problems: Problems): void {
  const space = valueAt(document, ['space']);
  const names = typeof space === 'object' && space !== null ? Object.keys(space) : [];
  const found = sets.flatMap(({ sections, originOf }) =>
    REFERENCING_SECTIONS.flatMap((section) => findReferences(sections[section], [section])).map(
      ({ path, reference }) => ({ path: originOf(path), reference }),
    ),
  );
  for (const { path, reference } of found) {
    const name = dimensionOf(reference);
    if (names.includes(name)) continue;
    problems.add({
      code: 'SPEC_REFERENCE',
      path,
      message: `refers to ${JSON.stringify(reference.slice(0, 65))}, but the space has no such dimension`,
      hint: suggest(name, names, (known) => `"$${known}"`) ?? 'the space has no dimensions',
    });
  }
  // Without a section that could be read nobody knows what it would have used.
  if (sets.some(({ sections }) => !isSection(sections.model))) return;
  // A dimension that others depend on makes a difference by that.
  const used = new Set([...found.map(({ reference }) => dimensionOf(reference)), ...parentsIn(space)]);
  for (const name of names) {
    if (used.has(name)) continue;
    const near = nearest(name, [...used]);
    const isNearKnown = near !== undefined && names.includes(near);
    // A mistyped reference has been named where it stands: the space is not to blame.
    if (near !== undefined && !isNearKnown) continue;
    problems.add({
      code: 'SPEC_REFERENCE',
      path: ['space', name],
      message: 'is used by no reference: every trial along it would be the same',
      hint:
        near === undefined
          ? `write "$${name.slice(0, 64)}" in the window, model or training where its values belong, or remove it`
          : `did you mean "${near}"?`,
    });
  }
}

/** Names that stand in a `when`. */
function parentsIn(space: unknown): string[] {
  if (typeof space !== 'object' || space === null) return [];
  return Object.values(space).flatMap((dimension) => {
    const when = valueAt(dimension, ['when']);
    return typeof when === 'object' && when !== null ? Object.keys(when) : [];
  });
}

function isSection(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The sections of a variant are right as they are written: the file's schema has seen only the parts. */
export function checkSections(
  { sections, originOf }: SectionSet,
  space: Space,
  dataset: DataSections['sampleSchema'],
  problems: Problems,
): void {
  const found = new Problems();
  const schemas = { window: windowSchema, dataset, model: modelSchema, training: trainingSchema };
  for (const name of REFERENCING_SECTIONS) {
    if (sections[name] === undefined) continue;
    const checked = schemas[name].safeParse(sections[name]);
    const context = { document: sections, dimensions: Object.keys(space) };
    if (!checked.success) addIssues(checked.error.issues, [name], context, found);
  }
  for (const problem of found.movedTo(originOf).list()) problems.add(problem);
}

export interface TrialChecks {
  readonly set: SectionSet;
  /** The variants among its dimensions. */
  readonly space: Space;
  readonly constraints: readonly string[];
  readonly facts: DataFacts;
}

/**
 * Tries values of the space in the sections that refer to them; a problem names the value in the space.
 * The sections may be wrong in themselves: such problems are found again at the same path and count once.
 */
export function checkTrials({ set, space, constraints, facts }: TrialChecks, problems: Problems): void {
  const { sections, originOf, variant } = set;
  const own = variant === null ? space : { ...space, [VARIANT]: [variant] };
  const rules = readRules(own, constraints);
  const probes = new Map(Object.entries(own).map(([name, dimension]) => [name, probeValues(dimension)]));
  for (const choice of combinations(probes, rules)) {
    const found = new Problems();
    const point = rules.pointOf((name) => choice.get(name)?.value ?? null);
    if (!rules.allows(point)) continue;
    const values = fillInactive(own, point);
    resolveSections(sections, values, facts, found);
    for (const problem of found.list()) {
      // References to nothing are found where they are written.
      const reference = problem.code === 'SPEC_REFERENCE' ? valueAt(sections, problem.path) : undefined;
      if (isReference(reference) && values.inactive.includes(dimensionOf(reference))) {
        const where = describeInactive(dimensionOf(reference), rules, point);
        problems.add(inactiveProblem(originOf(problem.path), reference, where));
      }
      if (problem.code === 'SPEC_REFERENCE') continue;
      // A field that there is not is wrong by its name, whatever value would stand in it.
      const place =
        problem.code === 'SPEC_UNKNOWN_FIELD' ? undefined : placeOf(problem.path, sections, choice);
      problems.add({ ...problem, path: place ?? originOf(problem.path) });
    }
  }
}

/** Which parameter keeps it from being active: `where cell is "lstm"`. */
function describeInactive(name: string, rules: SpaceRules, point: Params): string | undefined {
  for (const { parent, values } of rules.conditionsOf(name)) {
    if (!Object.hasOwn(point, parent)) return describeInactive(parent, rules, point);
    if (!values.includes(point[parent] as ParamValue))
      return `where ${parent} is ${showValue(point[parent])}`;
  }
  return undefined;
}

type Combination = ReadonlyMap<string, ProbeValue>;

/** The choice with all that `name` depends on at values at which it is active. */
function activate(choice: Combination, name: string, rules: SpaceRules): Combination {
  let changed = choice;
  for (const { parent, values } of rules.conditionsOf(name)) {
    const probe: ProbeValue = { value: values[0] ?? null, path: [] };
    changed = activate(new Map([...changed, [parent, probe]]), parent, rules);
  }
  return changed;
}

/** First each value of each dimension beside the first values of the others, then combinations of several. */
function* combinations(
  probes: ReadonlyMap<string, readonly ProbeValue[]>,
  rules: SpaceRules,
): Generator<Combination> {
  const first: Combination = new Map([...probes].map(([name, values]) => [name, values[0]!]));
  yield first;
  for (const [name, values] of probes)
    for (const value of rules.conditionsOf(name).length > 0 ? values : values.slice(1))
      yield activate(new Map([...first, [name, value]]), name, rules);
  const count = [...probes.values()].reduce((product, values) => product * values.length, 1);
  if (count > MAX_COMBINATIONS) {
    yield new Map([...probes].map(([name, values]) => [name, extreme(values, 1)]));
    yield new Map([...probes].map(([name, values]) => [name, extreme(values, -1)]));
    return;
  }
  for (let index = 0; index < count; index++) {
    let rest = index;
    yield new Map(
      [...probes].map(([name, values]) => {
        const value = values[rest % values.length]!;
        rest = Math.floor(rest / values.length);
        return [name, value];
      }),
    );
  }
}

/** The largest (`sign` 1) or smallest number among the values; the first value if they are not numbers. */
function extreme(values: readonly ProbeValue[], sign: 1 | -1): ProbeValue {
  return values.reduce((best, probe) =>
    typeof probe.value === 'number' && typeof best.value === 'number' && sign * (probe.value - best.value) > 0
      ? probe
      : best,
  );
}

/** Where in the space the value at `path` is written; undefined when no reference stands there. */
function placeOf(path: JsonPath, sections: ReferencingSections, choice: Combination): JsonPath | undefined {
  for (let length = path.length; length > 0; length--) {
    const value = valueAt(sections, path.slice(0, length));
    if (!isReference(value)) continue;
    const name = dimensionOf(value as Reference);
    return ['space', name, ...(choice.get(name)?.path ?? [])];
  }
  return undefined;
}
