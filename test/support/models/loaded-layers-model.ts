// A model described as a LayersModel and loaded by TensorFlow.js, which is strict about names and shapes of weights.
import * as tf from '@tensorflow/tfjs';
import type { ModelDefinition, NamedTensor } from '../../../src/engine/engine.js';
import {
  describeLayersModel,
  fixedWeights,
  layersModelWeightName,
} from '../../../src/engine/export/layer-configs.js';
import { rowOf } from '../../../src/model/layer-spec.js';
import type { ArraySamples } from '../fakes/array-samples.js';

type Described = Pick<ModelDefinition, 'layers' | 'timesteps' | 'features'>;

/** `ours` in layer order. Dispose of it. */
export function loadAsLayersModel(
  { layers, timesteps, features }: Described,
  ours: readonly NamedTensor[],
): Promise<tf.LayersModel> {
  const weights = [
    ...ours.map((tensor) => ({ ...tensor, name: layersModelWeightName(layers, tensor.name) })),
    ...fixedWeights(layers, timesteps, features),
  ];
  return tf.loadLayersModel(
    tf.io.fromMemory({
      modelTopology: describeLayersModel(layers, timesteps, features),
      weightSpecs: weights.map(({ name, shape }) => ({ name, shape: [...shape], dtype: 'float32' })),
      weightData: Float32Array.from(weights.flatMap(({ values }) => [...values])).buffer,
    }),
  );
}

/** Of all samples. */
export function predictByLayersModel(
  model: tf.LayersModel,
  { layers, timesteps, features }: Described,
  samples: ArraySamples,
): Float32Array {
  const isText = layers[0] !== undefined && rowOf(layers[0]).takesTokens === true;
  const shape = isText ? [samples.count, timesteps] : [samples.count, timesteps, features];
  return tf.tidy(() =>
    (model.predict(tf.tensor(samples.inputs, shape)) as tf.Tensor).dataSync(),
  ) as Float32Array;
}
