// From the text of a sweep file to a checked SweepSpec, or to one error that holds all that is wrong with it.
import { dirname } from 'node:path';
import { SweepError } from '../errors.js';
import { formatPath, type JsonPath, valueAt } from '../schema/json-path.js';
import { defaultSampler } from '../search/registry.js';
import { dimensionSchema, type Space } from '../search/space/dimension.js';
import type { SeriesSpec } from '../study/dataset-source.js';
import { suggest } from '../wording/suggest.js';
import { checkEnqueued } from './check/check-enqueue.js';
import {
  checkConditions,
  checkConstraints,
  checkFeasible,
  checkInputsAreThere,
} from './check/check-rules.js';
import {
  checkFunctionInputs,
  checkGrid,
  checkReferences,
  checkSections,
  checkTrials,
} from './check/check-spec.js';
import { addIssues } from './check/issues.js';
import { datasetSchema, readDataset, replaceSource } from './dataset-section.js';
import { durationMs } from './duration.js';
import { judgedRowsOf } from './judged-rows.js';
import { modelSchema } from './model/architecture.js';
import { type Locate, type Problem, Problems } from './problems.js';
import { applyProfile, originInProfile } from './profile.js';
import { fillReviewDefaults, isReviewsSection, reviewSampleSchema } from './reviews-section.js';
import { seriesFacts } from './series-facts.js';
import { functionObjectiveSchema, type SweepFile, sweepFileSchema } from './sweep-schema.js';
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

/** What a trained study needs and a function objective must not have. */
const TRAINING_SECTIONS = ['dataset', 'window', 'model', 'training', 'variants'] as const;

export interface SweepText {
  readonly spec: SweepSpec;
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

  document = fillReviewDefaults(document);

  const checked = sweepFileSchema.safeParse(document);
  if (!checked.success) {
    const space = valueAt(document, ['space']);
    const dimensions = typeof space === 'object' && space !== null ? Object.keys(space) : [];
    addIssues(checked.error.issues, [], { document, dimensions }, problems);
  }
  checkMeaning(document, problems);
  const inProfile = (path: JsonPath) =>
    profile === undefined || overriding(overrides, path) !== undefined
      ? path
      : originInProfile(source.value, profile, path);
  const originOf = (path: JsonPath) => inProfile(asWritten(document, path));
  const locate: Locate = (path) => {
    if (dataSource !== undefined && formatPath(path.slice(0, 2)) === 'dataset.source')
      return `--data ${dataSource}`;
    return overriding(overrides, path) ?? `${file}:${source.locate(path)}`;
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

/** Checks across sections, each as soon as the sections it looks at are right in themselves. */
function checkMeaning(document: unknown, problems: Problems): void {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) return;
  const sections = document as Readonly<Record<string, unknown>>;
  const space = checkableSpace(sections.space);
  const samplerType =
    valueAt(document, ['sampler', 'type']) ?? (sections.sampler === undefined ? null : 'grid');
  if (samplerType === 'grid') checkGrid(space, problems);
  const whole = spaceWithVariants(space, sections.variants);
  const names = [...Object.keys(whole), ...Object.keys(isObject(sections.space) ? sections.space : {})];
  const areConditionsRight = checkConditions(whole, names, problems);
  const constraints = checkConstraints(document, whole, names, problems);
  if (areConditionsRight) {
    const isListed =
      samplerType === 'grid' || (samplerType === null && defaultSampler(space).type === 'grid');
    checkEnqueued(document, whole, constraints, problems);
    // A space of which a part is wrong leaves nothing to count.
    if (problems.list().length === 0) checkFeasible(whole, constraints, isListed, problems);
  }

  if (valueAt(document, ['objective', 'type']) === 'function') {
    refuseTrainingSections(sections, problems);
    const objective = functionObjectiveSchema.safeParse(sections.objective);
    if (objective.success) checkFunctionInputs(objective.data.name, space, problems);
    if (objective.success && objective.data.name !== 'noop') checkInputsAreThere(space, problems);
    return;
  }
  const areReviews = isReviewsSection(sections.dataset);
  const sets = listSections(document);
  if (sections.dataset === undefined) problems.add(missing(['dataset']));
  for (const { sections: own, originOf } of sets) {
    for (const name of areReviews ? (['model'] as const) : (['window', 'model'] as const))
      if (own[name] === undefined) problems.add(missing(originOf([name])));
    if (areReviews && own.window !== undefined)
      problems.add({
        code: 'SPEC_INVALID',
        path: originOf(['window']),
        message: 'does not go with reviews, whose samples are described in "dataset"',
        hint: 'remove it, and give "maxLength" in the dataset',
      });
  }
  checkVariants(document, areReviews, problems);
  checkMetric(sections, areReviews, problems);
  if (sets.length > 0) checkReferences(document, sets, problems);
  const dataset = datasetSchema.safeParse(sections.dataset);
  const spec = dataset.success ? readDataset(dataset.data, '.') : null;
  const series = spec?.kind === undefined ? spec : null;
  if (series !== null) checkTarget(series, problems);

  const facts = areReviews ? ({ kind: 'reviews' } as const) : seriesFacts(series);
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

/** Accuracy is of reviews, errors in units of series. */
function checkMetric(
  sections: Readonly<Record<string, unknown>>,
  areReviews: boolean,
  problems: Problems,
): void {
  const metric = valueAt(sections, ['objective', 'metric']);
  if (typeof metric !== 'string' || metric === 'validationLoss') return;
  if (metric.toLowerCase().endsWith('accuracy') === areReviews) return;
  problems.add({
    code: 'SPEC_INVALID',
    path: ['objective', 'metric'],
    message: areReviews
      ? `is ${JSON.stringify(metric)}, which is for series: reviews have validationAccuracy and validationLoss`
      : `is ${JSON.stringify(metric)}, which is for reviews: a series has validationMae, validationRmse and others`,
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

function refuseTrainingSections(sections: Readonly<Record<string, unknown>>, problems: Problems): void {
  for (const name of TRAINING_SECTIONS)
    if (sections[name] !== undefined)
      problems.add({
        code: 'SPEC_INVALID',
        path: [name],
        message: 'does not go with a function objective, which trains nothing',
        hint: 'remove it, or the objective',
      });
}

function checkTarget(dataset: SeriesSpec, problems: Problems): void {
  for (const source of dataset.sources) {
    if (source.type !== 'csv' || source.columns === null || source.columns.includes(dataset.target)) continue;
    problems.add({
      code: 'SPEC_INVALID',
      path: ['dataset', 'target'],
      message: `must be one of the columns that are read, not ${JSON.stringify(dataset.target)}`,
      hint: suggest(dataset.target, source.columns),
    });
  }
}

/** `document` is what `file` was checked from: variants are laid over what it states, not over defaults. */
function readSpec(file: SweepFile, document: unknown, path: string): SweepSpec {
  const {
    name,
    space,
    sampler = defaultSampler(space),
    scheduler,
    requires,
    repeats,
    seed,
    objective,
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
    ...(file.engine === 'any' ? { engine: file.engine } : {}),
  };
  if (objective.type === 'function')
    return {
      ...shared,
      dataset: null,
      window: null,
      model: null,
      training: null,
      objective: { ...objective, metric: 'value', epoch: 'last' },
    };
  const { dataset: section, window = null, model, training, variants } = file;
  if (section !== undefined && variants !== undefined)
    return {
      ...shared,
      dataset: readDataset(section, dirname(path)),
      window: null,
      model: null,
      training: null,
      variants: readVariants(document),
      space: withVariants(space, Object.keys(variants)),
      objective,
    };
  if (section === undefined || model === undefined)
    throw new SweepError('INTERNAL', 'a sweep file without its sections passed the checks');
  const dataset = readDataset(section, dirname(path));
  const trained = { ...shared, dataset, window, model, training, objective };
  if (section.kind !== 'reviews') return trained;
  const { maxFeatures, maxLength, reversed } = section;
  return { ...trained, reviewSample: { maxFeatures, maxLength, reversed } };
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
