// Checks across the sections of a sweep file, each as soon as the sections it looks at are right in themselves.
import { unaliasMetric } from '../../model/metric-alias.js';
import { type JsonPath, valueAt } from '../../schema/json-path.js';
import { defaultSampler, samplerFaults, schedulerFault } from '../../search/registry.js';
import { dimensionSchema, type Space } from '../../search/space/dimension.js';
import { TASKS, taskOfData } from '../../task/registry.js';
import type { Task } from '../../task/task.js';
import { DATA_KINDS, kindOfSection } from '../data/data-kinds.js';
import { datasetSchema } from '../data/dataset-section.js';
import { checkUntrained, untrainedRow } from '../objective/registry.js';
import type { Problem, Problems } from '../problems.js';
import { isObject } from '../text/merge.js';
import { checkVariants, listSections, withVariants } from '../variants.js';
import { checkEnqueued } from './check-enqueue.js';
import { checkConditions, checkConstraints, checkFeasible } from './check-rules.js';
import { checkReferences, checkSections, checkTrials } from './check-spec.js';

/** What a trained study needs and one that trains nothing must not have. */
const TRAINING_SECTIONS = ['dataset', 'window', 'model', 'training', 'variants'] as const;

export function checkMeaning(
  document: unknown,
  isTyped: (path: JsonPath) => boolean,
  problems: Problems,
): void {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) return;
  const sections = document as Readonly<Record<string, unknown>>;
  const space = checkableSpace(sections.space);
  const samplerType =
    valueAt(document, ['sampler', 'type']) ?? (sections.sampler === undefined ? null : 'grid');
  for (const { path, message, hint } of samplerFaults(samplerType, space))
    problems.add({ code: 'SPEC_INVALID', path: ['space', ...path], message, hint });
  const whole = spaceWithVariants(space, sections.variants);
  const names = [...Object.keys(whole), ...Object.keys(isObject(sections.space) ? sections.space : {})];
  const areConditionsRight = checkConditions(whole, names, problems);
  const constraints = checkConstraints(document, whole, names, problems);
  if (areConditionsRight) {
    const isListed =
      samplerType === 'grid' || (samplerType === null && defaultSampler(space).type === 'grid');
    checkEnqueued(document, whole, constraints, isTyped, problems);
    // A space of which a part is wrong leaves nothing to count.
    if (problems.list().length === 0) checkFeasible(whole, constraints, isListed, problems);
  }
  const { scheduler, repeats = 1 } = sections;
  const idle = typeof repeats === 'number' ? schedulerFault(scheduler, repeats) : null;
  if (idle !== null) problems.add({ code: 'SPEC_INVALID', path: ['scheduler'], ...idle });

  const objectiveType = valueAt(document, ['objective', 'type']);
  if (untrainedRow(objectiveType) !== null) {
    refuseTrainingSections(sections, String(objectiveType), problems);
    refuseWaiting(scheduler, String(objectiveType), problems);
    checkUntrained(objectiveType, sections.objective, space, problems);
    return;
  }
  const kind = kindOfSection(sections.dataset);
  const { required, refused, check, guessFacts } = DATA_KINDS[kind];
  const sets = listSections(document);
  if (sections.dataset === undefined) problems.add(missing(['dataset']));
  for (const { sections: own, originOf } of sets) {
    for (const name of required === null ? (['model'] as const) : ([required, 'model'] as const))
      if (own[name] === undefined) problems.add(missing(originOf([name])));
    const { section, message, hint } = refused;
    if (own[section] !== undefined && !refused.allows(own[section]))
      problems.add({ code: 'SPEC_INVALID', path: originOf([section]), message, hint });
  }
  checkVariants(document, problems);
  checkMetric(sections, taskOfData({ kind }), problems);
  if (sets.length > 0) checkReferences(document, sets, problems);
  const dataset = datasetSchema.safeParse(sections.dataset);
  const spec = dataset.success ? DATA_KINDS[kind].read(dataset.data, '.') : null;
  if (spec !== null) check(spec, problems);

  const facts = guessFacts(spec);
  for (const set of sets.filter(({ variant }) => variant !== null))
    checkSections(set, space, DATA_KINDS[kind].sampleSchema, problems);
  if (areConditionsRight)
    for (const set of sets) checkTrials({ set, space: whole, constraints, facts }, problems);
}

function missing(path: JsonPath): Problem {
  return {
    code: 'SPEC_INVALID',
    path,
    message: 'is required: a study that trains needs "dataset", "model" and, on a series, "window"',
    hint: 'sweeps/quick.json is an example',
  };
}

/** A metric is of the task that is learnt from the data; one that there is not at all the schema has refused. */
function checkMetric(sections: Readonly<Record<string, unknown>>, task: Task, problems: Problems): void {
  const metric = valueAt(sections, ['objective', 'metric']);
  if (typeof metric !== 'string') return;
  const isMeasuredIn = ({ metrics }: Task): boolean =>
    metrics.some(({ name }) => name === unaliasMetric(metric));
  const other = Object.values(TASKS).find(isMeasuredIn);
  if (other === undefined || isMeasuredIn(task)) return;
  problems.add({
    code: 'SPEC_INVALID',
    path: ['objective', 'metric'],
    message: `is ${JSON.stringify(metric)}, which is for ${other.data}; for ${task.data} there are ${task.metrics.map(({ name }) => name).join(', ')}`,
    hint: 'leave the objective out for the one that fits',
  });
}

/** The dimensions that are right in themselves. */
function checkableSpace(space: unknown): Space {
  if (typeof space !== 'object' || space === null) return {};
  return Object.fromEntries(
    Object.entries(space).flatMap(([name, dimension]) => {
      const checked = dimensionSchema.safeParse(dimension);
      return checked.success ? [[name, checked.data] as const] : [];
    }),
  );
}

function spaceWithVariants(space: Space, variants: unknown): Space {
  return withVariants(
    space,
    typeof variants === 'object' && variants !== null ? Object.keys(variants) : null,
  );
}

function refuseTrainingSections(
  sections: Readonly<Record<string, unknown>>,
  objective: string,
  problems: Problems,
): void {
  for (const name of TRAINING_SECTIONS)
    if (sections[name] !== undefined)
      problems.add({
        code: 'SPEC_INVALID',
        path: [name],
        message: `does not go with a ${objective} objective, which trains no model`,
        hint: 'remove it, or the objective',
      });
}

/** A program or function of others runs to its end: it cannot wait at a rung. */
function refuseWaiting(scheduler: unknown, objective: string, problems: Problems): void {
  if (objective !== 'command' && objective !== 'module') return;
  if (valueAt(scheduler, ['variant']) !== 'promote') return;
  problems.add({
    code: 'SPEC_INVALID',
    path: ['scheduler', 'variant'],
    message: `"promote" lets trials wait at rungs, which a ${objective} cannot`,
    hint: 'leave "variant" out: asha then stops the weak ones',
  });
}
