// What a model of reviews must be: word ids go into an embedding that has a row for each, and one probability comes out, or one a class.
import { SweepError } from '../../errors.js';
import { sizeOf } from '../../model/layer-shape.js';
import type { LayerSpec } from '../../model/layer-spec.js';
import type { ClassifyTask } from '../../study/trial/trial.js';
import { checkTrainable, type LayerPath, type LayerSummary, type SampleShape } from './model-shape.js';

/** Throws MODEL_SHAPE with the path of the layer. */
export function checkClassifier(
  layers: readonly LayerSpec[],
  { maxLength, maxFeatures, classes }: Pick<ClassifyTask, 'maxLength' | 'maxFeatures' | 'classes'>,
  batchSize: number,
  pathOf: LayerPath,
  /** Whether it is known how many classes there are. */
  areClassesKnown = true,
  /** Of how many labels a text may have several; null: not known yet; undefined: it has one. */
  labels?: number | null,
): void {
  const summary = checkTrainable(layers, { timesteps: maxLength, features: 1 }, batchSize, pathOf);
  const [first] = layers;
  if (first?.type !== 'embedding')
    throw new SweepError(
      'MODEL_SHAPE',
      'reviews are word ids, whose size means nothing: they need an embedding',
      {
        path: pathOf(0),
        hint: 'begin with {"type": "embedding", …}, or give the architecture "embedding": 32',
      },
    );
  if (first.inputDim < maxFeatures)
    throw new SweepError(
      'MODEL_SHAPE',
      `has rows for ${first.inputDim} word ids, but dataset.maxFeatures allows ${maxFeatures}`,
      { path: pathOf(0), hint: `"inputDim": ${maxFeatures}` },
    );
  if (labels !== undefined) requireLabels(layers, summary, labels, pathOf);
  else requireAnswer(layers, summary, areClassesKnown ? (classes ?? 1) : null, 'a text', pathOf);
}

function requireLabels(
  layers: readonly LayerSpec[],
  summary: readonly LayerSummary[],
  labels: number | null,
  pathOf: LayerPath,
): void {
  const last = layers.at(-1);
  const units = sizeOf(summary.at(-1)?.outputShape ?? []);
  const isSigmoid = last?.type === 'dense' && last.activation === 'sigmoid';
  if (isSigmoid && (labels === null || units === labels)) return;
  throw new SweepError(
    'MODEL_SHAPE',
    `a text has a probability of each of ${labels === null ? 'its labels' : `the ${labels} labels`}, so the last layer is a dense sigmoid of as many units`,
    {
      path: pathOf(layers.length - 1),
      hint: `end with {"type": "dense", "units": ${labels ?? 1}, "activation": "sigmoid"}`,
    },
  );
}

/** Of windows over a series: `units` probabilities; null: it is not known how many. Throws MODEL_SHAPE. */
export function checkClassModel(
  layers: readonly LayerSpec[],
  sample: SampleShape,
  units: number | null,
  batchSize: number,
  pathOf: LayerPath,
): void {
  requireAnswer(layers, checkTrainable(layers, sample, batchSize, pathOf), units, 'a window', pathOf);
}

function requireAnswer(
  layers: readonly LayerSpec[],
  summary: readonly LayerSummary[],
  wanted: number | null,
  sample: string,
  pathOf: LayerPath,
): void {
  const last = layers.at(-1);
  const units = sizeOf(summary.at(-1)?.outputShape ?? []);
  const answersAs = (activation: string): boolean => last?.type === 'dense' && last.activation === activation;
  const isBinary = units === 1 && answersAs('sigmoid');
  const isOfSeveral = answersAs('softmax') && (wanted === null ? units > 2 : units === wanted);
  if (wanted === null ? isBinary || isOfSeveral : wanted === 1 ? isBinary : isOfSeveral) return;
  const isOne = wanted === null || wanted === 1;
  throw new SweepError(
    'MODEL_SHAPE',
    isOne
      ? `${sample === 'a text' ? 'a review' : sample} has one probability, so the last layer is a dense sigmoid of 1 unit`
      : `${sample} has a probability of each of the ${wanted} classes, so the last layer is a dense softmax of ${wanted} units`,
    {
      path: pathOf(layers.length - 1),
      hint: `end with {"type": "dense", "units": ${wanted ?? 1}, "activation": "${isOne ? 'sigmoid' : 'softmax'}"}`,
    },
  );
}
