// From the text of a sweep file to a checked SweepSpec, or to one error that holds all that is wrong with it.
import { dirname } from 'node:path';
import { SweepError } from '../errors.js';
import { unaliasMetric } from '../model/metric-alias.js';
import { formatPath, type JsonPath, valueAt } from '../schema/json-path.js';
import { defaultSampler, samplerFaults, schedulerFault } from '../search/registry.js';
import { dimensionSchema, type Space } from '../search/space/dimension.js';
import type { DatasetSpec } from '../study/dataset-source.js';
import { readSecondMetric } from '../study/trial/second-metric.js';
import { TASKS, taskOfData } from '../task/registry.js';
import type { Task } from '../task/task.js';
import { checkEnqueued } from './check/check-enqueue.js';
import { checkConditions, checkConstraints, checkFeasible } from './check/check-rules.js';
import { checkReferences, checkSections, checkTrials } from './check/check-spec.js';
import { addIssues } from './check/issues.js';
import { DATA_KINDS, kindOfSection, replaceSource } from './data/data-kinds.js';
import { datasetSchema } from './data/dataset-section.js';
import { reviewSampleSchema } from './data/reviews-section.js';
import { durationMs } from './duration.js';
import { judgedRowsOf } from './judged-rows.js';
import { modelSchema } from './model/architecture.js';
import {
  checkUntrained,
  isUntrained,
  typeOfSection,
  untrainedRow,
  untrainedSpecOf,
} from './objective/registry.js';
import { type Locate, type Problem, Problems } from './problems.js';
import { applyProfile, originInProfile } from './profile.js';
import { type SweepFile, sweepFileSchema } from './sweep-schema.js';
import type { SweepSpec } from './sweep-spec.js';
import { readJsonText } from './text/json-text.js';
import { isObject } from './text/merge.js';
import { applyOverride, type Override, readOverride } from './text/overrides.js';
import { trainingSchema, windowSchema } from './training-section.js';
import { applyToVariants, checkVariants, listSections, withVariants } from './variants.js';

export interface ParseOptions {
  /** `path=value`, applied in order. */
  readonly overrides?: readonly string[];
  /** Replaces the file's source: a name, or a CSV path relative to the working directory. */
  readonly dataSource?: string;
  /** One of the file's profiles: laid over it before anything else. */
  readonly profile?: string;
  readonly seed?: number;
  readonly maxTrials?: number;
}

/** What a trained study needs and one that trains nothing must not have. */
const TRAINING_SECTIONS = ['dataset', 'window', 'model', 'training', 'variants'] as const;

export interface SweepText {
  readonly spec: SweepSpec;
  /** The files of its objective, to be stored with a study; null or absent: none, or they are stored already. */
  readonly bundle?: Uint8Array | null;
  /** For what is wrong with a field and shows only with the data. */
  readonly locate: Locate;
}

/** As parseSweepText, for those who need the spec alone. */
export function parseSweepSpec(text: string, file: string, options: ParseOptions = {}): SweepSpec {
  return parseSweepText(text, file, options).spec;
}

/**
 * Reads and checks a sweep file. `file` is its path: CSV paths in it are relative to its folder.
 * Throws one SweepError with the code of the first problem and all further ones in `others`.
 */
export function parseSweepText(text: string, file: string, options: ParseOptions = {}): SweepText {
  const problems = new Problems();
  const source = readJsonText(text, file, problems);
  const overrides = readOverrides(options);
  const { dataSource, profile } = options;
  const chosen = profile === undefined ? source.value : applyProfile(source.value, profile);
  let document = overrides.reduce(applyToVariants, chosen);
  if (dataSource !== undefined)
    document = applyOverride(document, {
      path: ['dataset'],
      value: replaceSource(valueAt(document, ['dataset']), dataSource),
      option: `--data ${dataSource}`,
    });

  document = fillTaskDefaults(withObjectiveType(document));
  const optionOf = (path: JsonPath) => overriding(overrides, path) ?? makingOption(overrides, chosen, path);
  const isTyped = (path: JsonPath) => optionOf(path) !== undefined;

  const checked = sweepFileSchema.safeParse(document);
  if (!checked.success) {
    const space = valueAt(document, ['space']);
    const dimensions = typeof space === 'object' && space !== null ? Object.keys(space) : [];
    addIssues(checked.error.issues, [], { document, dimensions, isTyped }, problems);
  }
  checkMeaning(document, isTyped, problems);
  const inProfile = (path: JsonPath) =>
    profile === undefined || optionOf(path) !== undefined
      ? path
      : originInProfile(source.value, profile, path);
  const originOf = (path: JsonPath) => inProfile(asWritten(document, path));
  const locate: Locate = (path) => {
    if (dataSource !== undefined && formatPath(path.slice(0, 2)) === 'dataset.source')
      return `--data ${dataSource}`;
    return optionOf(path) ?? `${file}:${source.locate(path)}`;
  };
  problems.movedTo(originOf).throwIfAny(locate);
  const spec = readSpec(checked.data!, document, file);
  const judged = judgedRowsOf(spec);
  return {
    spec: {
      ...spec,
      ...(judged === undefined ? {} : { judged }),
      ...(profile === undefined ? {} : { profile }),
    },
    locate: (path) => locate(originOf(path)),
  };
}

/** The only value of a dimension that is written as a plain value is not in a list. */
function asWritten(document: unknown, path: JsonPath): JsonPath {
  const [section, , place] = path;
  if (section !== 'space' || typeof place !== 'number') return path;
  const dimension = path.slice(0, 2);
  return Array.isArray(valueAt(document, dimension)) ? path : dimension;
}

function readOverrides(options: ParseOptions): Override[] {
  const { overrides = [], seed, maxTrials } = options;
  return [
    ...overrides.map(readOverride),
    ...(seed === undefined ? [] : [{ path: ['seed'], value: seed, option: `--seed ${seed}` }]),
    ...(maxTrials === undefined
      ? []
      : [{ path: ['limits', 'maxTrials'], value: maxTrials, option: `--max-trials ${maxTrials}` }]),
  ];
}

function overriding(overrides: readonly Override[], path: JsonPath): string | undefined {
  // A variant's field may have been set by an override for all of them.
  const own = path[0] === 'variants' ? overriding(overrides, path.slice(2)) : undefined;
  if (own !== undefined) return own;
  const within = formatPath(path);
  return overrides.findLast(({ path: set }) => {
    const prefix = formatPath(set);
    return within === prefix || within.startsWith(`${prefix}.`) || within.startsWith(`${prefix}[`);
  })?.option;
}

/** The option that made the object in which the field stands or is missing, where the file has no such object. */
function makingOption(overrides: readonly Override[], document: unknown, path: JsonPath): string | undefined {
  for (let length = 1; length <= path.length; length++) {
    const part = path.slice(0, length);
    if (valueAt(document, part) !== undefined) continue;
    const making = overrides.findLast(
      ({ path: set }) => formatPath(set.slice(0, length)) === formatPath(part),
    );
    return making?.option;
  }
  return undefined;
}

/** Checks across sections, each as soon as the sections it looks at are right in themselves. */
function checkMeaning(document: unknown, isTyped: (path: JsonPath) => boolean, problems: Problems): void {
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
    if (own[section] !== undefined)
      problems.add({ code: 'SPEC_INVALID', path: originOf([section]), message, hint });
  }
  checkVariants(document, problems);
  checkMetric(sections, taskOfData({ kind }), problems);
  if (sets.length > 0) checkReferences(document, sets, problems);
  const dataset = datasetSchema.safeParse(sections.dataset);
  const spec = dataset.success ? DATA_KINDS[kind].read(dataset.data, '.') : null;
  if (spec !== null) check(spec, problems);

  const facts = guessFacts(spec);
  for (const set of sets.filter(({ variant }) => variant !== null)) checkSections(set, space, problems);
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

/** An objective with a command, or a module, is one without saying so. */
function withObjectiveType(document: unknown): unknown {
  if (!isObject(document) || !isObject(document.objective)) return document;
  const type = typeOfSection(document.objective);
  return type === undefined ? document : { ...document, objective: { type, ...document.objective } };
}

/** What the file leaves unsaid follows from the task: its loss and its metric. */
function fillTaskDefaults(document: unknown): unknown {
  if (!isObject(document) || !isObject(document.dataset)) return document;
  const { training = {}, objective = {} } = document;
  if (isObject(objective) && untrainedRow(objective.type) !== null) return document;
  const { loss, metrics } = taskOfData({ kind: kindOfSection(document.dataset) });
  return {
    ...document,
    training: isObject(training) ? { loss, ...training } : training,
    objective: isObject(objective) ? { metric: metrics[0].name, ...objective } : objective,
  };
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

/** `document` is what `file` was checked from: variants are laid over what it states, not over defaults. */
function readSpec(file: SweepFile, document: unknown, path: string): SweepSpec {
  const {
    name,
    space,
    scheduler,
    requires,
    repeats,
    seed,
    objective,
    sampler = defaultSampler(space, readSecondMetric(objective) === null ? 1 : 2),
  } = file;
  const { maxTrials, maxDuration, trialTimeout, maxAttempts, maxFailures } = file.limits;
  const limits = {
    maxTrials,
    maxDurationMs: maxDuration === null ? null : durationMs(maxDuration),
    trialTimeoutMs: trialTimeout === null ? null : durationMs(trialTimeout),
    maxAttempts,
    maxFailures,
  };
  const shared = {
    name,
    space,
    sampler,
    scheduler,
    requires,
    repeats,
    seed,
    limits,
    ...(file.constraints === undefined ? {} : { constraints: file.constraints }),
    ...(file.enqueue === undefined ? {} : { enqueue: file.enqueue }),
    ...(file.baseline === undefined ? {} : { baseline: file.baseline }),
    // The default stays away, so that older logs stay as they are.
    ...(file.finalists === 1 ? {} : { finalists: file.finalists }),
    ...(file.engine === 'any' ? { engine: file.engine } : {}),
  };
  if (isUntrained(objective))
    return {
      ...shared,
      dataset: null,
      window: null,
      model: null,
      training: null,
      objective: untrainedSpecOf(objective),
    };
  const { dataset: section, window = null, model, training, variants } = file;
  if (section !== undefined && variants !== undefined)
    return {
      ...shared,
      dataset: readDataset(section, path),
      window: null,
      model: null,
      training: null,
      variants: readVariants(document),
      space: withVariants(space, Object.keys(variants)),
      objective,
    };
  if (section === undefined || model === undefined)
    throw new SweepError('INTERNAL', 'a sweep file without its sections passed the checks');
  const dataset = readDataset(section, path);
  const trained = { ...shared, dataset, window, model, training, objective };
  const sample = DATA_KINDS[kindOfSection(section)].pickSample(section);
  return sample === undefined ? trained : { ...trained, reviewSample: reviewSampleSchema.parse(sample) };
}

function readDataset(section: NonNullable<SweepFile['dataset']>, path: string): DatasetSpec {
  return DATA_KINDS[kindOfSection(section)].read(section, dirname(path));
}

function readVariants(document: unknown): NonNullable<SweepSpec['variants']> {
  return Object.fromEntries(
    listSections(document).map(({ variant, sections }) => [
      variant ?? '',
      {
        ...(sections.window === undefined ? {} : { window: windowSchema.parse(sections.window) }),
        ...(sections.dataset === undefined ? {} : { dataset: reviewSampleSchema.parse(sections.dataset) }),
        model: modelSchema.parse(sections.model),
        training: trainingSchema.parse(sections.training),
      },
    ]),
  );
}
