// A list of layers as the topology of a TensorFlow.js LayersModel: standard layer classes, Keras' field names, and where
// each of our weights goes. Data alone: it needs no TensorFlow.js, and what it describes needs no sweep.
import type { Activation, GruLayer, LayerSpec, LstmLayer } from '../../study/layer-spec.js';

export interface LayerConfig {
  readonly class_name: string;
  readonly config: Readonly<Record<string, unknown>>;
}

export interface LayersModelTopology {
  readonly class_name: 'Sequential';
  readonly config: { readonly name: string; readonly layers: readonly LayerConfig[] };
  readonly keras_version: string;
  readonly backend: 'tensor_flow.js';
}

const FORMAT = 'tfjs-layers 4.22.0';
const ACTIVATION_NAMES: Record<Activation, string> = {
  linear: 'linear',
  relu: 'relu',
  tanh: 'tanh',
  sigmoid: 'sigmoid',
  hardSigmoid: 'hard_sigmoid',
};
/** Weights are loaded over them: the usual ones take seconds to draw. */
const ZEROS = { class_name: 'Zeros', config: {} };
const NO_INITIALIZERS = {
  kernel_initializer: ZEROS,
  recurrent_initializer: ZEROS,
  bias_initializer: ZEROS,
} as const;

/** Why TensorFlow.js' standard layers cannot express the model; null: they can. */
export function findInexpressible(layers: readonly LayerSpec[]): string | null {
  for (const [index, spec] of layers.entries()) {
    const why = reasonAgainst(spec);
    if (why !== null) return `layer ${index} (${spec.type}): TensorFlow.js has no ${why}`;
  }
  return null;
}

function reasonAgainst(spec: LayerSpec): string | null {
  switch (spec.type) {
    case 'gru':
      return spec.resetAfter ? 'GRU with reset after' : null;
    case 'bidirectional':
      return reasonAgainst(spec.layer);
    case 'conv1d':
      return spec.padding === 'causal' ? 'causal padding' : null;
    case 'persistence':
      return 'layer that passes on one column';
    default:
      return null;
  }
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
  const inputShape = layers[0]?.type === 'embedding' ? [null, timesteps] : [null, timesteps, features];
  return {
    class_name: 'Sequential',
    config: {
      name: 'sweep',
      layers: layers.map((spec, index) => {
        const { class_name, config } = describeLayer(spec, `layer_${index}`);
        const first = index === 0 ? { batch_input_shape: inputShape, dtype: 'float32' } : {};
        return { class_name, config: { ...config, ...first } };
      }),
    },
    keras_version: FORMAT,
    backend: 'tensor_flow.js',
  };
}

/** `0.gru/recurrentKernel` to `layer_0/recurrent_kernel`: the name under which the LayersModel looks for the weight. */
export function layersModelWeightName(layers: readonly LayerSpec[], name: string): string {
  const [place = '', weight = ''] = name.split(/\/(?=[^/]+$)/);
  const [index = '', ...path] = place.split(/[./]/);
  const keras = weight.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const direction = path[1];
  const spec = layers[Number(index)];
  if (direction === undefined || spec?.type !== 'bidirectional') return `layer_${index}/${keras}`;
  return `layer_${index}/${direction}_${innerName(Number(index))}/${keras}`;
}

const innerName = (index: number): string => `layer_${index}_cell`;

function describeLayer(spec: LayerSpec, name: string): LayerConfig {
  switch (spec.type) {
    case 'dense':
      return {
        class_name: 'Dense',
        config: {
          name,
          units: spec.units,
          activation: ACTIVATION_NAMES[spec.activation],
          use_bias: true,
          ...NO_INITIALIZERS,
        },
      };
    case 'flatten':
      return { class_name: 'Flatten', config: { name } };
    case 'dropout':
      return { class_name: 'Dropout', config: { name, rate: spec.rate } };
    case 'gru':
    case 'lstm':
      return describeRecurrent(spec, name);
    case 'bidirectional':
      return {
        class_name: 'Bidirectional',
        config: { name, layer: describeRecurrent(spec.layer, `${name}_cell`), merge_mode: spec.merge },
      };
    case 'conv1d':
      return {
        class_name: 'Conv1D',
        config: {
          name,
          filters: spec.filters,
          kernel_size: [spec.kernelSize],
          strides: [spec.strides],
          dilation_rate: [spec.dilationRate],
          padding: spec.padding,
          activation: ACTIVATION_NAMES[spec.activation],
          use_bias: true,
          ...NO_INITIALIZERS,
        },
      };
    case 'embedding':
      return {
        class_name: 'Embedding',
        config: {
          name,
          input_dim: spec.inputDim,
          output_dim: spec.outputDim,
          embeddings_initializer: ZEROS,
          mask_zero: false,
        },
      };
    case 'layerNormalization':
      return { class_name: 'LayerNormalization', config: { name, axis: [-1], epsilon: spec.epsilon } };
    case 'maxPooling1d':
    case 'averagePooling1d':
      return {
        class_name: spec.type === 'maxPooling1d' ? 'MaxPooling1D' : 'AveragePooling1D',
        config: {
          name,
          pool_size: [spec.poolSize],
          strides: [spec.strides ?? spec.poolSize],
          padding: spec.padding,
        },
      };
    case 'globalMaxPooling1d':
      return { class_name: 'GlobalMaxPooling1D', config: { name } };
    case 'globalAveragePooling1d':
      return { class_name: 'GlobalAveragePooling1D', config: { name } };
    case 'persistence':
      throw new RangeError('persistence has no layer class: findInexpressible says so');
  }
}

function describeRecurrent(spec: GruLayer | LstmLayer, name: string): LayerConfig {
  return {
    class_name: spec.type === 'gru' ? 'GRU' : 'LSTM',
    config: {
      name,
      units: spec.units,
      activation: ACTIVATION_NAMES[spec.activation],
      recurrent_activation: ACTIVATION_NAMES[spec.recurrentActivation],
      use_bias: true,
      dropout: spec.dropout,
      recurrent_dropout: spec.recurrentDropout,
      return_sequences: spec.returnSequences,
      go_backwards: spec.goBackwards,
      ...(spec.type === 'gru' ? { reset_after: false } : { unit_forget_bias: false }),
      ...NO_INITIALIZERS,
    },
  };
}
