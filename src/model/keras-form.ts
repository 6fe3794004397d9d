// How a layer is written in a Keras (TensorFlow.js) model: class names and Keras' field names, as data.
import type { DenseActivation } from './activation.js';
import type { Shape } from './layer-shape.js';

export interface LayerConfig {
  readonly class_name: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/** A weight of the Keras form that is none of the layer's own. */
export interface FixedWeight {
  /** As Keras names it within the layer. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

export interface KerasForm<Layer> {
  /** What Keras' standard layers lack to express it as layer `index`; null: nothing. */
  readonly lacks?: (layer: Layer, index: number) => string | null;
  /** One Keras layer, or more where it has no such layer: the last of them is called `name` and has the weights. */
  readonly describe: (layer: Layer, name: string, input: Shape) => readonly LayerConfig[];
  /** Where a weight of the layer `name` is looked for; left out: below it, by its own name in Keras' spelling. */
  readonly weightPath?: (weight: string, name: string) => string;
  readonly fixedWeights?: (layer: Layer, input: Shape) => readonly FixedWeight[];
}

/** A standard layer of Keras. */
export function kerasLayer(
  className: string,
  name: string,
  config: Readonly<Record<string, unknown>> = {},
): LayerConfig {
  return { class_name: className, config: { name, ...config } };
}

/** A layer of a model within a model, and the names of the layers that flow into it. */
export interface KerasNode {
  readonly layer: LayerConfig;
  readonly from: readonly string[];
}

/** What flows into the model `name`. */
export const kerasModelInput = (name: string): string => `${name}_input`;

/** A model that stands as one layer in another, for samples of shape `input`; the last node is what leaves it. */
export function kerasModel(name: string, input: Shape, nodes: readonly KerasNode[]): LayerConfig {
  const start = kerasModelInput(name);
  const config = { batch_input_shape: [null, ...input], dtype: 'float32', sparse: false };
  const all: readonly KerasNode[] = [{ layer: kerasLayer('InputLayer', start, config), from: [] }, ...nodes];
  const layers = all.map(({ layer, from }) => ({
    ...layer,
    name: layer.config.name,
    inbound_nodes: from.length === 0 ? [] : [from.map((above) => [above, 0, 0, {}])],
  }));
  const end = layers.at(-1)?.name;
  return kerasLayer('Functional', name, {
    layers,
    input_layers: [[start, 0, 0]],
    output_layers: [[end, 0, 0]],
  });
}

export const KERAS_ACTIVATIONS: Record<DenseActivation, string> = {
  linear: 'linear',
  relu: 'relu',
  tanh: 'tanh',
  sigmoid: 'sigmoid',
  hardSigmoid: 'hard_sigmoid',
  softmax: 'softmax',
};

/** Weights are loaded over them: the usual ones take seconds to draw. */
export const ZEROS = { class_name: 'Zeros', config: {} };
export const NO_INITIALIZERS = {
  kernel_initializer: ZEROS,
  recurrent_initializer: ZEROS,
  bias_initializer: ZEROS,
} as const;

/** `recurrentKernel` to `recurrent_kernel`. */
export function kerasSpelling(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
