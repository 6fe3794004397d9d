// The same model in TensorFlow.js layers (cpu backend), given the weights of ours: predictions, loss and gradients.
// Vendored knowledge of its API stays in this file. Its GRU refuses resetAfter and knows no mask per gate.
import * as tf from '@tensorflow/tfjs';
import type { ModelDefinition, NamedTensor } from '../../../src/engine/engine.js';
import { outputShapeOf } from '../../../src/engine/layer-inputs.js';
import type { Shape } from '../../../src/model/layer-shape.js';
import { type LayerSpec, rowOf } from '../../../src/model/layer-spec.js';
import type { Loss } from '../../../src/model/loss.js';
import type { ArraySamples } from '../fakes/array-samples.js';

export interface TensorflowModel {
  setWeights(weights: readonly { shape: readonly number[]; values: Float32Array }[]): void;
  predict(samples: ArraySamples, indices: Uint32Array): Float32Array;
  /** Mean loss, penalties included, and its gradient for each weight in the model's order. */
  gradients(samples: ArraySamples, indices: Uint32Array): { loss: number; gradients: Float32Array[] };
  dispose(): void;
}

/** Its conv1d refuses causal padding: steps of 0 are put in front instead. */
class ZeroStepsBefore extends tf.layers.Layer {
  static readonly className = 'ZeroStepsBefore';

  constructor(readonly count: number) {
    super({});
  }

  override computeOutputShape(shape: tf.Shape): tf.Shape {
    return [shape[0] as number | null, (shape[1] as number) + this.count, shape[2] as number];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const [x] = Array.isArray(inputs) ? inputs : [inputs];
    return tf.pad(x as tf.Tensor, [
      [0, 0],
      [this.count, 0],
      [0, 0],
    ]);
  }
}

/**
 * Its average pool with padding leaves the padding out of the mean, but its gradient divides by the whole window. Predictions
 * are its own; for training the same mean is put together of pools whose gradients are right.
 */
class PaddedAveragePool extends tf.layers.Layer {
  static readonly className = 'PaddedAveragePool';

  readonly #same: tf.layers.Layer;
  readonly #valid: tf.layers.Layer;

  constructor(
    readonly poolSize: number,
    readonly poolStrides: number,
  ) {
    super({});
    const fields = { poolSize, strides: poolStrides };
    this.#same = tf.layers.averagePooling1d({ ...fields, padding: 'same' });
    this.#valid = tf.layers.averagePooling1d({ ...fields, padding: 'valid' });
  }

  override computeOutputShape(shape: tf.Shape): tf.Shape {
    const [batch, steps, features] = shape as [number | null, number, number];
    return [batch, Math.ceil(steps / this.poolStrides), features];
  }

  override call(inputs: tf.Tensor | tf.Tensor[], { training = false } = {}): tf.Tensor {
    const x = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor3D;
    if (!training) return this.#same.apply(x) as tf.Tensor;
    const steps = x.shape[1];
    const count = Math.ceil(steps / this.poolStrides);
    const missing = Math.max(0, (count - 1) * this.poolStrides + this.poolSize - steps);
    const before = Math.floor(missing / 2);
    const poolPadded = (values: tf.Tensor3D): tf.Tensor =>
      this.#valid.apply(
        tf.pad(values, [
          [0, 0],
          [before, missing - before],
          [0, 0],
        ]),
      ) as tf.Tensor;
    return tf.div(poolPadded(x), poolPadded(tf.onesLike(x)));
  }
}

const MERGE_MODES = { concat: 'concat', sum: 'sum', mul: 'mul', ave: 'ave' } as const;

function layerOf(spec: LayerSpec): tf.layers.Layer {
  switch (spec.type) {
    case 'dense':
      return tf.layers.dense({ units: spec.units, activation: spec.activation });
    case 'flatten':
      return tf.layers.flatten();
    case 'persistence':
      throw new Error('persistence has no Keras layer to be held against');
    case 'dropout':
      return tf.layers.dropout({ rate: spec.rate });
    case 'gru':
    case 'lstm': {
      const { units, activation, recurrentActivation, returnSequences, goBackwards } = spec;
      const shared = { units, activation, recurrentActivation, returnSequences, goBackwards };
      // Orthogonal initialisation is slow there, and the weights are overwritten anyway.
      const fields = { ...shared, implementation: 1, recurrentInitializer: 'glorotUniform' as const };
      return spec.type === 'gru' ? tf.layers.gru(fields) : tf.layers.lstm(fields);
    }
    case 'conv1d': {
      const { filters, kernelSize, strides, dilationRate, activation } = spec;
      const padding = spec.padding === 'causal' ? 'valid' : spec.padding;
      return tf.layers.conv1d({ filters, kernelSize, strides, dilationRate, activation, padding });
    }
    case 'maxPooling1d':
    case 'averagePooling1d': {
      const { poolSize, padding } = spec;
      const fields = { poolSize, strides: spec.strides ?? poolSize, padding };
      if (spec.type === 'maxPooling1d') return tf.layers.maxPooling1d(fields);
      return padding === 'same'
        ? new PaddedAveragePool(poolSize, fields.strides)
        : tf.layers.averagePooling1d(fields);
    }
    case 'globalMaxPooling1d':
      return tf.layers.globalMaxPooling1d({});
    case 'globalAveragePooling1d':
      return tf.layers.globalAveragePooling1d({});
    case 'embedding':
      return tf.layers.embedding({ inputDim: spec.inputDim, outputDim: spec.outputDim });
    case 'layerNormalization':
      return tf.layers.layerNormalization({ axis: -1, epsilon: spec.epsilon });
    case 'residual':
    case 'attention':
    case 'lastStep':
    case 'seriesEmbedding':
      throw new Error(`${spec.type} is several layers there`);
    case 'bidirectional':
      return tf.layers.bidirectional({
        layer: layerOf(spec.layer) as tf.RNN,
        mergeMode: MERGE_MODES[spec.merge],
      });
  }
}

function applyLayer(spec: LayerSpec, input: tf.SymbolicTensor): tf.SymbolicTensor {
  const [, steps, features] = input.shape as [null, number, number];
  const through = (...layers: tf.layers.Layer[]): tf.SymbolicTensor =>
    layers.reduce((flowing, layer) => layer.apply(flowing) as tf.SymbolicTensor, input);
  switch (spec.type) {
    case 'conv1d':
      return spec.padding === 'causal'
        ? through(new ZeroStepsBefore((spec.kernelSize - 1) * spec.dilationRate), layerOf(spec))
        : through(layerOf(spec));
    case 'residual': {
      const answer = spec.layers.reduce((flowing, inner) => applyLayer(inner, flowing), input);
      const units = answer.shape.at(-1) as number;
      const isNarrower = spec.merge === 'sum' && units !== input.shape.at(-1);
      const skipped = isNarrower ? through(tf.layers.dense({ units })) : input;
      const merged =
        spec.merge === 'sum'
          ? tf.layers.add().apply([answer, skipped])
          : tf.layers.concatenate({ axis: -1 }).apply([skipped, answer]);
      const { activation } = spec;
      return tf.layers.activation({ activation }).apply(merged) as tf.SymbolicTensor;
    }
    case 'attention': {
      const shares = through(
        tf.layers.dense({ units: spec.units, activation: 'tanh' }),
        tf.layers.dense({ units: 1, useBias: false }),
        tf.layers.flatten(),
        tf.layers.activation({ activation: 'softmax' }),
        tf.layers.reshape({ targetShape: [steps, 1] }),
      );
      const sum = tf.layers.dot({ axes: 1 }).apply([shares, input]);
      return tf.layers.flatten().apply(sum) as tf.SymbolicTensor;
    }
    case 'lastStep':
      return through(
        tf.layers.reshape({ targetShape: [steps, 1, features] }),
        tf.layers.cropping2D({
          cropping: [
            [steps - 1, 0],
            [0, 0],
          ],
        }),
        tf.layers.flatten(),
      );
    default:
      return through(layerOf(spec));
  }
}

export function meanLoss(loss: Loss, target: tf.Tensor, prediction: tf.Tensor): tf.Scalar {
  switch (loss) {
    case 'mae':
      return tf.mean(tf.abs(tf.sub(prediction, target)));
    case 'mse':
      return tf.mean(tf.square(tf.sub(prediction, target)));
    case 'huber':
      return tf.losses.huberLoss(target, prediction, undefined, 1);
    case 'binaryCrossentropy': {
      const p = tf.clipByValue(prediction, 1e-7, 1 - 1e-7);
      const ofOnes = tf.mul(target, tf.log(p));
      return tf.neg(tf.mean(tf.add(ofOnes, tf.mul(tf.sub(1, target), tf.log(tf.sub(1, p))))));
    }
    case 'pinball':
    case 'sparseCategoricalCrossentropy':
      throw new Error(`${loss} is held against the scalar twin and Keras' own numbers`);
  }
}

/** λ of each weight tensor in the model's order. */
function penalties({ layers, timesteps, features }: ModelDefinition): number[] {
  let shape: Shape = [timesteps, features];
  return layers.flatMap((spec, index) => {
    const weights = Object.values(rowOf(spec).weights(spec, shape));
    shape = outputShapeOf(spec, shape, index);
    return weights.map(({ l2 }) => l2);
  });
}

export async function useTensorflow(backend: string): Promise<void> {
  await tf.setBackend(backend);
  await tf.ready();
}

/** The layers alone, neither weights nor loss. */
export function buildTensorflowLayers({
  layers,
  timesteps,
  features,
}: Pick<ModelDefinition, 'layers' | 'timesteps' | 'features'>): tf.LayersModel {
  const input = tf.input({ shape: [timesteps, features] });
  let last: tf.SymbolicTensor = input;
  if (layers[0]?.type === 'embedding')
    last = tf.layers.reshape({ targetShape: [timesteps] }).apply(last) as tf.SymbolicTensor;
  for (const spec of layers) last = applyLayer(spec, last);
  return tf.model({ inputs: input, outputs: last });
}

export function buildTensorflowModel(definition: ModelDefinition): TensorflowModel {
  const { timesteps, features, loss } = definition;
  const model = buildTensorflowLayers(definition);
  const lambdas = penalties(definition);

  const inputsOf = (samples: ArraySamples, indices: Uint32Array): tf.Tensor3D => {
    const values = new Float32Array(indices.length * timesteps * features);
    samples.gather(indices, 0, indices.length, values, 0, features, timesteps * features);
    return tf.tensor3d(values, [indices.length, timesteps, features]);
  };

  return {
    setWeights(weights) {
      tf.tidy(() => model.setWeights(weights.map(({ shape, values }) => tf.tensor(values, [...shape]))));
    },
    predict(samples, indices) {
      return tf.tidy(
        () => (model.predict(inputsOf(samples, indices)) as tf.Tensor).dataSync() as Float32Array,
      );
    },
    gradients(samples, indices) {
      return tf.tidy(() => {
        const targets = new Float32Array(indices.length);
        samples.gatherTargets(indices, 0, indices.length, targets, 0);
        const x = inputsOf(samples, indices);
        const y = tf.tensor2d(targets, [indices.length, 1]);
        const { value, grads } = tf.variableGrads(() => {
          const mean = meanLoss(loss, y, model.apply(x, { training: true }) as tf.Tensor);
          const sum = model.trainableWeights.reduce(
            (total, weight, at) =>
              lambdas[at] === 0
                ? total
                : tf.add(total, tf.mul(lambdas[at] as number, tf.sum(tf.square(weight.read())))),
            mean,
          );
          return sum as tf.Scalar;
        });
        const gradients = model.trainableWeights.map(
          (weight) => (grads[weight.name] as tf.Tensor).dataSync() as Float32Array,
        );
        return { loss: value.dataSync()[0] as number, gradients };
      });
    },
    dispose() {
      model.dispose();
    },
  };
}

/** One plain SGD step by TensorFlow.js' own optimiser on copies of the weights. */
export function tensorflowSgd(
  weights: readonly NamedTensor[],
  gradients: readonly Float32Array[],
  learningRate: number,
): Float32Array[] {
  return tf.tidy(() => {
    const variables = weights.map(({ shape, values }) => tf.variable(tf.tensor(values, [...shape])));
    const named = Object.fromEntries(
      variables.map((variable, at) => [
        variable.name,
        tf.tensor(gradients[at] as Float32Array, variable.shape),
      ]),
    );
    tf.train.sgd(learningRate).applyGradients(named);
    const moved = variables.map((variable) => variable.dataSync() as Float32Array);
    for (const variable of variables) variable.dispose();
    return moved;
  });
}
