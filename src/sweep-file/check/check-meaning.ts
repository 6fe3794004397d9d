// Checks across the sections of a sweep file, each as soon as the sections it looks at are right in themselves.
import { unaliasMetric } from '../../model/metric-alias.js';
import { type JsonPath, showValue, valueAt } from '../../schema/json-path.js';
import { defaultSampler, samplerFaults, schedulerFault } from '../../search/registry.js';
import { createGridSampler } from '../../search/samplers/grid.js';
import { axesOf } from '../../search/space/axes.js';
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
import { checkPopulation } from './check-population.js';
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
  const space = checkableSpace(sections.space, problems);
  const samplerType = valueAt(document, ['sampler', 'type']) ?? (isObject(sections.sampler) ? 'grid' : null);
  for (const { path, message, hint } of samplerFaults(samplerType, space))
    problems.add({ code: 'SPEC_INVALID', path: ['space', ...path], message, hint });
  const whole = spaceWithVariants(space, sections.variants);
  const names = [
    ...new Set([...Object.keys(whole), ...Object.keys(isObject(sections.space) ? sections.space : {})]),
  ];
  const areConditionsRight = checkConditions(whole, names, problems);
  const constraints = checkConstraints(document, whole, names, problems);
  const isListed = samplerType === 'grid' || (samplerType === null && defaultSampler(space).type === 'grid');
  if (areConditionsRight) {
    checkEnqueued(document, whole, constraints, isTyped, problems);
    // A space of which a part is wrong leaves nothing to count.
    if (problems.list().length === 0) checkFeasible(whole, constraints, isListed, problems);
  }
  const { scheduler, repeats: written = 1 } = sections;
  const stated = valueAt(sections, ['dataset', 'split', 'rolling', 'blocks']);
  const blocks = Array.isArray(stated) ? stated.length : stated;
  const repeats = blocks ?? written;
  if (blocks !== undefined && written !== 1 && written !== blocks)
    problems.add({
      code: 'SPEC_INVALID',
      path: ['repeats'],
      message: `is ${showValue(written)}, and "dataset.split.rolling" has a training for each of its ${showValue(blocks)} blocks`,
      hint: 'remove it: what is repeated there is the origin, with a seed of its own',
    });
  const idle = typeof repeats === 'number' ? schedulerFault(scheduler, repeats) : null;
  if (idle !== null) problems.add({ code: 'SPEC_INVALID', path: ['scheduler'], ...idle });

  const objectiveType = valueAt(document, ['objective', 'type']);
  if (untrainedRow(objectiveType) !== null) {
    refuseTrainingSections(sections, String(objectiveType), problems);
    refuseIdle(scheduler, sections.objective, problems);
    refuseExchange(scheduler, sections.objective, problems);
    checkUntrained(objectiveType, sections.objective, space, problems);
    return;
  }
  const kind = kindOfSection(sections.dataset);
  const { required, refused, check, guessFacts } = DATA_KINDS[kind];
  const sets = listSections(document);
  if (sections.dataset === undefined) problems.add(missing(['dataset']));
  for (const { sections: own, originOf, variant } of sets) {
    for (const name of required === null ? (['model'] as const) : ([required, 'model'] as const))
      if (own[name] === undefined) problems.add(missing(originOf([name])));
    const { section, message, hint } = refused;
    // What the file says of its dataset the schema has judged whole.
    const isJudged = section === 'dataset' && variant === null;
    if (!isJudged && own[section] !== undefined && !refused.allows(own[section]))
      problems.add({ code: 'SPEC_INVALID', path: originOf([section]), message, hint });
  }
  checkVariants(document, problems);
  checkMetric(sections, taskOfData({ kind }), problems);
  const gridPoints = (): number | null =>
    isListed && problems.list().length === 0 ? createGridSampler(whole, constraints).count : null;
  checkPopulation(scheduler, space, sets, gridPoints, problems);
  if (sets.length > 0) checkReferences(document, sets, problems);
  const dataset = datasetSchema.safeParse(sections.dataset);
  const spec = dataset.success ? DATA_KINDS[kind].read(dataset.data, '.', 1) : null;
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
function checkableSpace(space: unknown, problems: Problems): Space {
  if (typeof space !== 'object' || space === null) return {};
  return Object.fromEntries(
    Object.entries(space).flatMap(([name, dimension]) => {
      const checked = dimensionSchema.safeParse(dimension);
      if (!checked.success) return [];
      try {
        axesOf({ [name]: checked.data });
      } catch (thrown) {
        problems.addThrown(thrown, ['space', name]);
        return [];
      }
      return [[name, checked.data] as const];
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

/** A program or function of others trains no model that another could go on from. */
function refuseExchange(scheduler: unknown, objective: unknown, problems: Problems): void {
  if (valueAt(scheduler, ['type']) !== 'pbt') return;
  problems.add({
    code: 'SPEC_INVALID',
    path: ['scheduler', 'type'],
    message: `"pbt" lets trainings go on from each other's weights, and a ${String(valueAt(objective, ['type']))} objective trains no model`,
    hint: 'take "asha", or leave "scheduler" out',
  });
}

/** A program says how many epochs it has: without, there is none before the last at which a scheduler could compare. */
function refuseIdle(scheduler: unknown, objective: unknown, problems: Problems): void {
  const type = valueAt(objective, ['type']);
  if ((type !== 'command' && type !== 'module') || valueAt(objective, ['epochs']) !== undefined) return;
  const compares = valueAt(scheduler, ['type']) ?? 'none';
  if (compares === 'none') return;
  problems.add({
    code: 'SPEC_INVALID',
    path: ['objective', 'epochs'],
    message: `is required with a scheduler: ${JSON.stringify(compares)} compares trials after some of their epochs`,
    hint: '"epochs": 27, the most that a trial is given; or leave the scheduler out',
  });
}
