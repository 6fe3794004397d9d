// One point of the search space put into the spec: a TrialConfig with every value resolved and checked.
import { SweepError } from '../errors.js';
import type { LayerSpec } from '../study/layer-spec.js';
import type { Params, RowSplit, TrialConfig, WindowSpec } from '../study/trial.js';
import { expandModel, type ModelSection, modelSchema } from './architecture.js';
import { addIssues } from './issues.js';
import { formatPath, type JsonPath, parsePath, showValue } from './json-path.js';
import { checkForecastModel, type LayerPath } from './model-shape.js';
import type { ModelTask } from './model-task.js';
import { Problems } from './problems.js';
import { findReferences, type Resolved, substitute } from './reference.js';
import { suggest } from './suggest.js';
import type { SweepSpec } from './sweep-spec.js';
import {
  readTraining,
  type TrainingSection,
  trainingSchema,
  type WindowSection,
  windowSchema,
} from './training-section.js';

/** What a trial's config takes from the prepared dataset. */
export interface DatasetShape {
  /** SHA-256, hex. */
  readonly digest: string;
  readonly columns: readonly { readonly name: string }[];
  readonly split: RowSplit;
}

/** The sections that may hold references. */
export interface ReferencingSections {
  readonly window: WindowSection;
  readonly model: ModelSection;
  readonly training: TrainingSection;
}

export interface ResolvedSections {
  readonly window: WindowSpec;
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
    return { kind: 'function', name: spec.objective.name, params, seed };
  const { dataset: source, window, model, training } = spec;
  const { metric, direction } = spec.objective;
  if (source === null || window === null || model === null || training === null || dataset === null)
    throw new SweepError('INTERNAL', `the sweep spec "${spec.name}" trains, but its data are not at hand`);

  const problems = new Problems();
  const targetColumn = findTarget(source.target, dataset);
  const sections = resolveSections(
    { window, model, training },
    params,
    dataset.columns.length,
    { kind: 'forecast', targetColumn },
    rowCounts(dataset.split),
    problems,
  );
  problems.throwIfAny(() => `trial ${showValue(params)}`);
  if (sections === null) throw new SweepError('INTERNAL', 'a trial without its sections passed the checks');
  return {
    kind: 'train',
    datasetDigest: dataset.digest,
    task: { kind: 'forecast', targetColumn, split: dataset.split, window: sections.window },
    layers: sections.layers,
    training: readTraining(sections.training, { metric, direction }),
    seed,
  };
}

/**
 * Substitutes and checks as far as the sections are right in themselves; null when one of them is not.
 * `task`: its target column is any that the data have where they are not known yet. `rows`: how many the splits hold, as far as it is known.
 */
export function resolveSections(
  sections: ReferencingSections,
  params: Params,
  features: number,
  task: ModelTask,
  rows: RowCounts,
  problems: Problems,
): ResolvedSections | null {
  const window = resolveSection('window', windowSchema, sections.window, params, problems);
  const model = resolveSection('model', modelSchema, sections.model, params, problems);
  const training = resolveSection('training', trainingSchema, sections.training, params, problems);
  if (window !== null) checkWindow(window, rows, problems);
  if (window === null || model === null || training === null) return null;

  const pathOf: LayerPath = (index) => (model.type === 'layers' ? `model.layers[${index}]` : 'model');
  const sample = { timesteps: Math.ceil(window.lookback / window.step), features };
  try {
    const layers = expandModel(model, task);
    checkForecastModel(layers, sample, training.batchSize, pathOf);
    return { window, layers, training };
  } catch (thrown) {
    problems.addThrown(thrown, thrown instanceof SweepError ? parsePath(thrown.path ?? 'model') : []);
    return null;
  }
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
  section: Section,
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
