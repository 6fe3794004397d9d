// A list of layers as the topology of a TensorFlow.js LayersModel: standard layer classes, Keras' field names, and where
// each of our weights goes. Data alone: it needs no TensorFlow.js, and what it describes needs no sweep.
import {
  type Activation,
  type Conv1dLayer,
  convWindow,
  type GruLayer,
  type LayerSpec,
  type LstmLayer,
  poolWindow,
} from '../../model/layer-spec.js';
import { placeWindows } from '../../model/sliding-window.js';
import type { NamedTensor } from '../engine.js';

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
    const why = reasonAgainst(spec, index);
    if (why !== null) return `layer ${index} (${spec.type}): TensorFlow.js has no ${why}`;
  }
  return null;
}

function reasonAgainst(spec: LayerSpec, index: number): string | null {
  switch (spec.type) {
    case 'gru':
      return spec.resetAfter ? 'GRU with reset after' : null;
    case 'bidirectional':
      return reasonAgainst(spec.layer, index);
    case 'persistence':
      return index === 0 ? null : 'layer that passes on one column of another layer';
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
  let shape: SequenceShape = { steps: timesteps, features };
  const described = layers.flatMap((spec, index) => {
    const configs = describeLayer(spec, `layer_${index}`, shape);
    shape = shapeAfter(spec, shape);
    return configs;
  });
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

/**
 * Weights of the LayersModel that are none of ours: naive persistence is a dense layer there, with a 1 where the window's
 * last time step has the column.
 */
export function fixedWeights(
  layers: readonly LayerSpec[],
  timesteps: number,
  features: number,
): NamedTensor[] {
  const [first] = layers;
  if (first?.type !== 'persistence') return [];
  const kernel = new Float32Array(timesteps * features);
  kernel[(timesteps - 1) * features + first.column] = 1;
  return [
    { name: 'layer_0/kernel', shape: [kernel.length, 1], values: kernel },
    { name: 'layer_0/bias', shape: [1], values: new Float32Array(1) },
  ];
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

interface SequenceShape {
  readonly steps: number;
  readonly features: number;
}

/** What leaves the layer, as far as it is a sequence. */
function shapeAfter(spec: LayerSpec, { steps, features }: SequenceShape): SequenceShape {
  switch (spec.type) {
    case 'dense':
    case 'gru':
    case 'lstm':
      return { steps, features: spec.units };
    case 'bidirectional':
      return { steps, features: spec.merge === 'concat' ? 2 * spec.layer.units : spec.layer.units };
    case 'conv1d':
      return { steps: placeWindows(steps, convWindow(spec)).count, features: spec.filters };
    case 'maxPooling1d':
    case 'averagePooling1d':
      return { steps: placeWindows(steps, poolWindow(spec, steps)).count, features };
    case 'embedding':
      return { steps, features: spec.outputDim };
    default:
      return { steps, features };
  }
}

/** One layer of ours; more than one where TensorFlow.js has no such layer, the last of them with the weights. */
function describeLayer(spec: LayerSpec, name: string, input: SequenceShape): LayerConfig[] {
  if (spec.type === 'persistence') {
    const linear = { units: 1, activation: 'linear', use_bias: true, ...NO_INITIALIZERS };
    return [
      { class_name: 'Flatten', config: { name: `${name}_window` } },
      { class_name: 'Dense', config: { name, ...linear } },
    ];
  }
  if (spec.type === 'conv1d' && spec.padding === 'causal')
    return [...describeCausalPadding(spec, name, input), describeOne({ ...spec, padding: 'valid' }, name)];
  return [describeOne(spec, name)];
}

/** TensorFlow.js pads images alone: the sequence becomes one, `[T, 1, F]`, and back. */
function describeCausalPadding(
  { kernelSize, dilationRate }: Conv1dLayer,
  name: string,
  { steps, features }: SequenceShape,
): LayerConfig[] {
  const before = (kernelSize - 1) * dilationRate;
  return [
    { class_name: 'Reshape', config: { name: `${name}_image`, target_shape: [steps, 1, features] } },
    {
      class_name: 'ZeroPadding2D',
      config: {
        name: `${name}_padding`,
        padding: [
          [before, 0],
          [0, 0],
        ],
        data_format: 'channels_last',
      },
    },
    { class_name: 'Reshape', config: { name: `${name}_sequence`, target_shape: [steps + before, features] } },
  ];
}

function describeOne(spec: Exclude<LayerSpec, { type: 'persistence' }>, name: string): LayerConfig {
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
