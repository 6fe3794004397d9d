// One point of the search space put into the spec: a TrialConfig with every value resolved and checked.
import { SweepError } from '../errors.js';
import { hasWeights, type LayerSpec } from '../model/layer-spec.js';
import { formatPath, type JsonPath, parsePath, showValue } from '../schema/json-path.js';
import type { Space } from '../search/space/dimension.js';
import { readRules } from '../search/space/rules.js';
import type { DatasetSpec } from '../study/dataset-source.js';
import {
  type ClassifyTask,
  type ForecastTask,
  type Params,
  type RowSplit,
  reachOf,
  type TrainingSpec,
  type TrialConfig,
  type WindowSpec,
} from '../study/trial.js';
import { suggest } from '../wording/suggest.js';
import { addIssues } from './check/issues.js';

import { expandModel, modelSchema } from './model/architecture.js';
import { checkClassifier } from './model/classifier-model.js';
import { checkForecastModel, type LayerPath, type SampleShape } from './model/model-shape.js';
import { type Problem, Problems } from './problems.js';
import { dimensionOf, findReferences, type Reference, type Resolved, substitute } from './reference.js';
import { reviewSampleSchema } from './reviews-section.js';
import type { JudgedRows, ReferencingSections, SweepSpec } from './sweep-spec.js';
import { readTraining, type TrainingSection, trainingSchema, windowSchema } from './training-section.js';
import { sectionsFor } from './variants.js';

/** What a trial's config takes from the prepared dataset. */
export interface DatasetShape {
  /** SHA-256, hex. */
  readonly digest: string;
  readonly columns: readonly { readonly name: string }[];
  readonly split: RowSplit;
}

/** The task but for the split, which the data decide. */
export type ResolvedTask = Omit<ForecastTask, 'split'> | Omit<ClassifyTask, 'split'>;

/** What the sections are resolved for, as far as it is known. */
export type DataFacts =
  | {
      readonly kind: 'series';
      /** Columns per row. */
      readonly features: number;
      /** Any that the data have, where they are not known yet. */
      readonly targetColumn: number;
      readonly rows: RowCounts;
    }
  | { readonly kind: 'reviews' };

export interface ResolvedSections {
  readonly task: ResolvedTask;
  readonly layers: readonly LayerSpec[];
  readonly training: Resolved<TrainingSection>;
}

/**
 * The config of the trial at `params`. `dataset` may be null for a function objective only.
 * Throws SPEC_INVALID, SPEC_REFERENCE or MODEL_SHAPE with the path of the field, all problems at once.
 */
export function resolveTrial(
  spec: SweepSpec,
  params: Params,
  seed: number,
  dataset: DatasetShape | null,
): TrialConfig {
  if (spec.objective.type === 'function')
    return {
      kind: 'function',
      name: spec.objective.name,
      params: fillInactive(spec.space, params).params,
      seed,
    };
  const { metric, direction } = spec.objective;
  const chosen = sectionsFor(spec, params);
  if (spec.dataset === null || chosen === null || dataset === null)
    throw new SweepError('INTERNAL', `the sweep spec "${spec.name}" trains, but its data are not at hand`);

  const found = new Problems();
  const values = fillInactive(spec.space, params);
  const sections = resolveSections(chosen.sections, values, factsOf(spec.dataset, dataset), found);
  found.movedTo((path) => [...chosen.path, ...path]).throwIfAny(() => `trial ${showValue(params)}`);
  if (sections === null) throw new SweepError('INTERNAL', 'a trial without its sections passed the checks');
  const { layers } = sections;
  const training = withStride(readTraining(sections.training, { metric, direction }), spec.judged);
  const isTrained = layers.some(hasWeights);
  return {
    kind: 'train',
    datasetDigest: dataset.digest,
    task: { ...withCommonReach(sections.task, spec.judged), split: dataset.split },
    layers,
    training: isTrained ? training : evaluationOf(training),
    seed: isTrained ? seed : UNTRAINED_SEED,
  };
}

/** The trial with the longest window has none: it is the same trial as in a study of that window alone. */
function withCommonReach(task: ResolvedTask, judged: JudgedRows | undefined): ResolvedTask {
  if (task.kind === 'classify' || judged?.reach === undefined) return task;
  return judged.reach === reachOf(task.window) ? task : { ...task, commonReach: judged.reach };
}

function withStride(training: TrainingSpec, judged: JudgedRows | undefined): TrainingSpec {
  const { validationStride = training.validationStride } = judged ?? {};
  return { ...training, validationStride };
}

/** A model without weights is evaluated once: it is one trial for all seeds and all ways to train it. */
const UNTRAINED_SEED = 0;

function evaluationOf({ loss, batchSize, validationStride }: TrainingSpec): TrainingSpec {
  const idle = {
    optimizer: { type: 'sgd', momentum: 0 },
    learningRate: 0,
    stepsPerEpoch: 1,
    epochs: 1,
  } as const;
  return { ...idle, loss, batchSize, validationStride };
}

function factsOf(source: DatasetSpec, dataset: DatasetShape): DataFacts {
  if (source.kind === 'reviews') return { kind: 'reviews' };
  return {
    kind: 'series',
    features: dataset.columns.length,
    targetColumn: findTarget(source.target, dataset),
    rows: rowCounts(dataset.split),
  };
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

/** Substitutes and checks as far as the sections are right in themselves; null when one of them is not. */
export function resolveSections(
  sections: ReferencingSections,
  values: TrialValues,
  facts: DataFacts,
  problems: Problems,
): ResolvedSections | null {
  const task = resolveTask(sections, values, facts, problems);
  const model = resolveSection('model', modelSchema, sections.model, values, problems);
  const training = resolveSection('training', trainingSchema, sections.training, values, problems);
  if (task === null || model === null || training === null) return null;

  const pathOf: LayerPath = (index) => (model.type === 'layers' ? `model.layers[${index}]` : 'model');
  try {
    const layers = expandModel(model, task);
    if (task.kind === 'classify') checkClassifier(layers, task, training.batchSize, pathOf);
    else checkForecastModel(layers, sampleOf(task, facts), training.batchSize, pathOf);
    return { task, layers, training };
  } catch (thrown) {
    problems.addThrown(thrown, thrown instanceof SweepError ? parsePath(thrown.path ?? 'model') : []);
    return null;
  }
}

function resolveTask(
  sections: ReferencingSections,
  values: TrialValues,
  facts: DataFacts,
  problems: Problems,
): ResolvedTask | null {
  if (facts.kind === 'reviews') {
    const sample = resolveSection('dataset', reviewSampleSchema, sections.dataset, values, problems);
    return sample === null ? null : { kind: 'classify', ...sample };
  }
  const window = resolveSection('window', windowSchema, sections.window, values, problems);
  if (window === null) return null;
  checkWindow(window, facts.rows, problems);
  return { kind: 'forecast', targetColumn: facts.targetColumn, window };
}

function sampleOf({ window }: Omit<ForecastTask, 'split'>, facts: DataFacts): SampleShape {
  const features = facts.kind === 'series' ? facts.features : 1;
  return { timesteps: Math.ceil(window.lookback / window.step), features };
}

/** null: not known yet. */
export type RowCounts = Readonly<Record<keyof RowSplit, number | null>>;

/** Whole steps in a window, and in each split at least one window with its target. */
function checkWindow(window: WindowSpec, rows: RowCounts, problems: Problems): void {
  const { lookback, step, delay } = window;
  if (lookback % step !== 0)
    problems.add({
      code: 'SPEC_INVALID',
      path: ['window', 'step'],
      message: `must divide lookback (${lookback}), but is ${step}`,
      hint: `the nearest that do: ${nearestDivisors(lookback, step).join(', ')}`,
    });
  for (const [name, count] of Object.entries(rows)) {
    if (count === null || count > lookback + delay) continue;
    problems.add({
      code: 'SPEC_INVALID',
      path: ['window', 'lookback'],
      message: `reaches back ${lookback} rows and delay ahead ${delay}, but the ${name} split has only ${count} rows`,
      hint: 'a shorter window, or another split',
    });
  }
}

interface Checker<Section> {
  safeParse(value: unknown): ReturnType<import('zod').ZodType<Section>['safeParse']>;
}

function resolveSection<Section>(
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

/** The place needs a value where the parameter has none. */
function inactiveProblem(path: JsonPath, reference: Reference): Problem {
  const name = dimensionOf(reference);
  return {
    code: 'SPEC_REFERENCE',
    path,
    message: `refers to "${reference}", which is inactive at some points: there the place has no value`,
    hint: `give space.${name} the value that stands for it there, as in "otherwise": 0`,
  };
}

function findTarget(target: string, dataset: DatasetShape): number {
  const names = dataset.columns.map((column) => column.name);
  const index = names.indexOf(target);
  if (index < 0) {
    const path: JsonPath = ['dataset', 'target'];
    throw new SweepError(
      'SPEC_INVALID',
      `${formatPath(path)} names no column of the data: ${showValue(target)}`,
      {
        path: formatPath(path),
        hint: suggest(target, names),
      },
    );
  }
  return index;
}

function rowCounts(split: RowSplit): RowCounts {
  return {
    train: split.train.end - split.train.start,
    validation: split.validation.end - split.validation.start,
    test: split.test.end - split.test.start,
  };
}

/** The greatest divisor of `lookback` up to `step`, and the least one above. O(lookback) at worst. */
function nearestDivisors(lookback: number, step: number): number[] {
  let below = Math.min(step, lookback);
  while (lookback % below !== 0) below -= 1;
  let above = Math.min(step + 1, lookback);
  while (lookback % above !== 0) above += 1;
  return [...new Set([below, above])];
}
