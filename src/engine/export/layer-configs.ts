// A list of layers as the topology of a TensorFlow.js LayersModel: standard layer classes, Keras' field names, and where
// each of our weights goes. Data alone: it needs no TensorFlow.js, and what it describes needs no sweep.
import { kerasSpelling, type LayerConfig } from '../../model/keras-form.js';
import type { Shape } from '../../model/layer-shape.js';
import { type LayerSpec, rowOf } from '../../model/layer-spec.js';
import type { NamedTensor } from '../engine.js';
import { outputShapeOf } from '../layer-inputs.js';

export interface LayersModelTopology {
  readonly class_name: 'Sequential';
  readonly config: { readonly name: string; readonly layers: readonly LayerConfig[] };
  readonly keras_version: string;
  readonly backend: 'tensor_flow.js';
}

const FORMAT = 'tfjs-layers 4.22.0';

/** Why TensorFlow.js' standard layers cannot express the model; null: they can. */
export function findInexpressible(layers: readonly LayerSpec[]): string | null {
  for (const [index, spec] of layers.entries()) {
    const lacking = rowOf(spec).keras.lacks?.(spec, index) ?? null;
    if (lacking !== null) return `layer ${index} (${spec.type}): TensorFlow.js has no ${lacking}`;
  }
  return null;
}

/**
 * The topology for samples `[timesteps, features]`; token ids come as `[timesteps]`. Only for lists of layers that
 * `findInexpressible` has nothing against.
 */
export function describeLayersModel(
  layers: readonly LayerSpec[],
  timesteps: number,
  features: number,
): LayersModelTopology {
  const [first] = layers;
  const takesTokens = first !== undefined && rowOf(first).takesTokens === true;
  const inputShape = takesTokens ? [null, timesteps] : [null, timesteps, features];
  const described = placeLayers(layers, [timesteps, features]).flatMap(({ spec, name, input }) =>
    rowOf(spec).keras.describe(spec, name, input),
  );
  return {
    class_name: 'Sequential',
    config: {
      name: 'sweep',
      layers: described.map(({ class_name, config }, at) => {
        const first = at === 0 ? { batch_input_shape: inputShape, dtype: 'float32' } : {};
        return { class_name, config: { ...config, ...first } };
      }),
    },
    keras_version: FORMAT,
    backend: 'tensor_flow.js',
  };
}

/** Weights of the LayersModel that are none of ours, as of a layer that is another one there. */
export function fixedWeights(
  layers: readonly LayerSpec[],
  timesteps: number,
  features: number,
): NamedTensor[] {
  return placeLayers(layers, [timesteps, features]).flatMap(({ spec, name, input }) =>
    (rowOf(spec).keras.fixedWeights?.(spec, input) ?? []).map((weight) => ({
      ...weight,
      name: `${name}/${weight.name}`,
    })),
  );
}

/** `0.gru/recurrentKernel` to `layer_0/recurrent_kernel`: the name under which the LayersModel looks for the weight. */
export function layersModelWeightName(layers: readonly LayerSpec[], name: string): string {
  const index = Number.parseInt(name, 10);
  const own = name.slice(name.indexOf('/') + 1);
  const spec = layers[index];
  const path = spec && rowOf(spec).keras.weightPath?.(own, nameOf(index));
  return path ?? `${nameOf(index)}/${kerasSpelling(own)}`;
}

const nameOf = (index: number): string => `layer_${index}`;

interface PlacedLayer {
  readonly spec: LayerSpec;
  readonly name: string;
  readonly input: Shape;
}

/** Each layer with what flows into it. Throws MODEL_SHAPE. */
function placeLayers(layers: readonly LayerSpec[], sample: Shape): PlacedLayer[] {
  let input = sample;
  return layers.map((spec, index) => {
    const placed = { spec, name: nameOf(index), input };
    input = outputShapeOf(spec, input, index);
    return placed;
  });
}
