// One point of the search space put into the spec: a TrialConfig with every value resolved and checked.
import { SweepError } from '../errors.js';
import { hasWeights, type LayerSpec } from '../model/layer-spec.js';
import type { Loss } from '../model/loss.js';
import { parsePath, showValue } from '../schema/json-path.js';
import type { Params, TrainingSpec, TrialConfig } from '../study/trial/trial.js';
import { taskOf } from '../task/registry.js';
import type { AskedLoss, DataFacts, DatasetShape, ResolvedTask } from './data/data-kind.js';
import { DATA_KINDS, dataKindOfSpec } from './data/data-kinds.js';
import { expandModel, modelSchema, withWindowOf } from './model/architecture.js';
import type { LayerPath } from './model/model-shape.js';
import { isUntrained, untrainedConfigOf } from './objective/registry.js';
import { Problems } from './problems.js';
import type { Resolved } from './reference.js';
import { fillInactive, resolveSection, type TrialValues } from './resolve-section.js';
import type { JudgedRows, ReferencingSections, SweepSpec } from './sweep-spec.js';
import { readTraining, type TrainingSection, trainingSchema } from './training-section.js';
import { sectionsFor } from './variants.js';

export interface ResolvedSections {
  readonly task: ResolvedTask;
  readonly layers: readonly LayerSpec[];
  readonly training: Resolved<TrainingSection>;
  readonly loss: Loss;
  readonly classWeights?: readonly number[];
}

/**
 * The config of the trial at `params`. `dataset` may be null for an objective only that trains nothing.
 * Throws SPEC_INVALID, SPEC_REFERENCE or MODEL_SHAPE with the path of the field, all problems at once.
 */
export function resolveTrial(
  spec: SweepSpec,
  params: Params,
  seed: number,
  dataset: DatasetShape | null,
): TrialConfig {
  const { objective } = spec;
  const values = fillInactive(spec.space, params);
  if (isUntrained(objective)) return untrainedConfigOf(objective, values.params, seed);
  const { metric, direction } = objective;
  const chosen = sectionsFor(spec, params);
  if (spec.dataset === null || chosen === null || dataset === null)
    throw new SweepError('INTERNAL', `the sweep spec "${spec.name}" trains, but its data are not at hand`);

  const found = new Problems();
  const sections = resolveSections(
    chosen.sections,
    values,
    dataKindOfSpec(spec.dataset).factsOf(spec.dataset, dataset),
    found,
  );
  found
    .movedTo((path) => [...chosen.path, ...path])
    .throwIfAny(() => (Object.keys(params).length === 0 ? '' : `trial ${showValue(params)}`));
  if (sections === null) throw new SweepError('INTERNAL', 'a trial without its sections passed the checks');
  const unmeasured = taskOf(sections.task).unmeasured(sections.task, metric);
  if (unmeasured !== null)
    throw new SweepError('SPEC_INVALID', `${metric} ${unmeasured}`, {
      path: 'objective.metric',
      hint: 'leave the objective out for the one that fits',
    });
  const { layers } = sections;
  const training = withStride(readTraining(sections.training, { metric, direction }, sections), spec.judged);
  const isTrained = layers.some(hasWeights);
  const { task } = sections;
  const reach = spec.judged?.reach;
  const judged = reach === undefined ? task : taskOf(task).withCommonReach(task, reach);
  return {
    kind: 'train',
    datasetDigest: dataset.digest,
    task: { ...(isTrained ? judged : taskOf(task).untrained(judged)), split: dataset.split },
    layers,
    training: isTrained ? training : evaluationOf(training),
    // Of a rolling origin it is another trial in each block, which its seed names.
    seed: isTrained || dataset.rolling !== undefined ? seed : UNTRAINED_SEED,
  };
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

/** Substitutes and checks as far as the sections are right in themselves; null when one of them is not. */
export function resolveSections(
  sections: ReferencingSections,
  values: TrialValues,
  facts: DataFacts,
  problems: Problems,
): ResolvedSections | null {
  const kind = DATA_KINDS[facts.kind];
  const model = resolveSection('model', modelSchema, sections.model, values, problems);
  const window = model === null ? sections.window : withWindowOf(model, sections.window);
  const task = kind.resolveTask({ ...sections, window }, values, facts, problems);
  const training = resolveSection('training', trainingSchema, sections.training, values, problems);
  if (task === null || model === null || training === null) return null;

  try {
    const answered = kind.withLoss(task, training as AskedLoss, facts);
    const own = expandModel(model, answered.task);
    const layers = kind.withInput?.(own, answered.task) ?? own;
    const before = layers.length - own.length;
    const pathOf: LayerPath = (index) =>
      model.type === 'layers' && index >= before ? `model.layers[${index - before}]` : 'model';
    kind.checkModel(layers, answered.task, facts, training.batchSize, pathOf);
    return { ...answered, layers, training };
  } catch (thrown) {
    problems.addThrown(thrown, thrown instanceof SweepError ? parsePath(thrown.path ?? 'model') : []);
    return null;
  }
}
