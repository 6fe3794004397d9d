// What a model of reviews must be: word ids go into an embedding that has a row for each, and one probability comes out, or one a class.
import { SweepError } from '../../errors.js';
import { sizeOf } from '../../model/layer-shape.js';
import type { LayerSpec } from '../../model/layer-spec.js';
import type { ClassifyTask } from '../../study/trial/trial.js';
import { checkTrainable, type LayerPath } from './model-shape.js';

/** Throws MODEL_SHAPE with the path of the layer. */
export function checkClassifier(
  layers: readonly LayerSpec[],
  { maxLength, maxFeatures, classes }: Pick<ClassifyTask, 'maxLength' | 'maxFeatures' | 'classes'>,
  batchSize: number,
  pathOf: LayerPath,
  /** Whether it is known how many classes there are. */
  areClassesKnown = true,
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
  const last = layers.at(-1);
  const units = sizeOf(summary.at(-1)?.outputShape ?? []);
  const answersAs = (activation: string): boolean => last?.type === 'dense' && last.activation === activation;
  const isBinary = units === 1 && answersAs('sigmoid');
  const isOfSeveral = answersAs('softmax') && (areClassesKnown ? units === classes : units > 2);
  if (areClassesKnown ? (classes === undefined ? isBinary : isOfSeveral) : isBinary || isOfSeveral) return;
  throw new SweepError(
    'MODEL_SHAPE',
    classes === undefined
      ? 'a review has one probability, so the last layer is a dense sigmoid of 1 unit'
      : `a text has a probability of each of the ${classes} classes, so the last layer is a dense softmax of ${classes} units`,
    {
      path: pathOf(layers.length - 1),
      hint: `end with {"type": "dense", "units": ${classes ?? 1}, "activation": "${classes === undefined ? 'sigmoid' : 'softmax'}"}`,
    },
  );
}
