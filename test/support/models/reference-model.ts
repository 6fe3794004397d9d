// A whole model in double precision, built of the scalar twins in src/kernels/reference: the reference for what
// TensorFlow.js cannot express (reset after, a mask per gate) and, through finite differences, for every gradient.
import type { ModelDefinition, NamedTensor, StepPosition } from '../../../src/engine/engine.js';
import { innerIndex } from '../../../src/engine/layer-inputs.js';
import { recurrentStride } from '../../../src/engine/panels.js';
import { TILE_ROWS } from '../../../src/engine/wasm/layer.js';
import { dropoutMask, keyOfSeed, PURPOSE } from '../../../src/kernels/random.js';
import { attend } from '../../../src/kernels/reference/attention.js';
import { mergeDirections } from '../../../src/kernels/reference/bidirectional.js';
import { conv1d } from '../../../src/kernels/reference/conv1d.js';
import { denseForward } from '../../../src/kernels/reference/dense.js';
import { embed } from '../../../src/kernels/reference/embedding.js';
import { layerNormalize } from '../../../src/kernels/reference/layer-normalization.js';
import { pool1d } from '../../../src/kernels/reference/pooling.js';
import { gruSequence, lstmSequence } from '../../../src/kernels/reference/recurrent.js';
import { softmax } from '../../../src/kernels/reference/softmax.js';
import type { Activation } from '../../../src/model/activation.js';
import type { GruLayer, LayerSpec, LstmLayer, ResidualLayer } from '../../../src/model/layer-spec.js';
import { convWindow } from '../../../src/model/layers/conv1d.js';
import { poolWindow } from '../../../src/model/layers/pooling.js';
import { residual } from '../../../src/model/layers/residual.js';
import type { NamedLoss } from '../../../src/model/loss.js';
import type { ArraySamples } from '../fakes/array-samples.js';

/** One sample between two layers: `[steps, features]`, rows `stride` values apart in the engine's tiles. */
interface Flow {
  readonly values: Float64Array;
  readonly steps: number;
  readonly features: number;
  /** Keys the dropout masks, which cover the padding too. */
  readonly stride: number;
}

/** Where one sample stands in its batch, and the step that keys its masks; null outside training. */
interface Place {
  readonly row: number;
  readonly at: StepPosition | null;
}

const ACTIVATIONS: Record<Activation, (x: number) => number> = {
  linear: (x) => x,
  relu: (x) => Math.max(x, 0),
  tanh: Math.tanh,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  hardSigmoid: (x) => Math.min(Math.max(0.2 * x + 0.5, 0), 1),
};

const LOSSES: Record<NamedLoss, (error: number, prediction: number, target: number) => number> = {
  mae: (error) => Math.abs(error),
  mse: (error) => error ** 2,
  huber: (error) => (Math.abs(error) <= 1 ? error ** 2 / 2 : Math.abs(error) - 0.5),
  binaryCrossentropy: (_error, p, target) => -(target * Math.log(p) + (1 - target) * Math.log(1 - p)),
};

const padded = (count: number): number => 8 * Math.ceil(count / 8);

export class ReferenceModel {
  /** In the order of the engine's weights(). */
  readonly weights: Float64Array[];
  readonly #masks = new Map<string, Float32Array>();

  constructor(
    readonly definition: ModelDefinition,
    weights: readonly NamedTensor[],
  ) {
    this.weights = weights.map(({ values }) => Float64Array.from(values));
  }

  /** `[B, units]`, row after row. */
  predict(samples: ArraySamples, indices: Uint32Array, at: StepPosition | null): number[] {
    const { timesteps, features, layers } = this.definition;
    const size = timesteps * features;
    return [...indices].flatMap((index, row) => {
      let flow: Flow = {
        values: Float64Array.from(samples.inputs.subarray(index * size, (index + 1) * size)),
        steps: timesteps,
        features,
        stride: features,
      };
      let weight = 0;
      layers.forEach((spec, layer) => {
        const count = weightCount(spec, flow.features);
        const own = this.weights.slice(weight, weight + count);
        weight += count;
        flow = this.#apply(spec, layer, flow, own, { row, at });
      });
      return [...flow.values];
    });
  }

  loss(samples: ArraySamples, indices: Uint32Array, at: StepPosition | null): number {
    const predictions = this.predict(samples, indices, at);
    const units = predictions.length / indices.length;
    const { loss, quantiles = [] } = this.definition;
    const { targets, targetUnits } = samples;
    if (loss === 'sparseCategoricalCrossentropy') {
      const all = [...indices].map((index, row) =>
        Math.log(predictions[row * units + (targets[index] as number)] as number),
      );
      return -all.reduce((sum, one) => sum + one, 0) / all.length;
    }
    const each = units / targetUnits;
    const sum = predictions.reduce((total, prediction, i) => {
      const index = indices[Math.floor(i / units)] as number;
      const target = targets[index * targetUnits + Math.floor((i % units) / each)] as number;
      const error = prediction - target;
      if (loss !== 'pinball') return total + LOSSES[loss](error, prediction, target);
      const quantile = quantiles[i % each] as number;
      return total + Math.max(-quantile * error, (1 - quantile) * error);
    }, 0);
    return sum / predictions.length;
  }

  /** Central differences of the loss by every weight. */
  gradients(samples: ArraySamples, indices: Uint32Array, at: StepPosition): Float64Array[] {
    // Error of a central difference: h²·f'''/6 + 1e-16/h, least near 1e-5: about 1e-10 of a value near 1.
    const h = 1e-5;
    return this.weights.map((values) =>
      values.map((value, i) => {
        values[i] = value + h;
        const above = this.loss(samples, indices, at);
        values[i] = value - h;
        const below = this.loss(samples, indices, at);
        values[i] = value;
        return (above - below) / (2 * h);
      }),
    );
  }

  #apply(spec: LayerSpec, layer: number, flow: Flow, weights: Float64Array[], place: Place): Flow {
    const { values, steps, features } = flow;
    switch (spec.type) {
      case 'flatten': {
        const all = steps * features;
        return { values, steps: 1, features: all, stride: layer === 0 ? all : padded(all) };
      }
      case 'dropout': {
        const mask = this.#rowMask(layer, 2, spec.rate, flow.steps, flow.stride, features, place);
        return mask === null ? flow : { ...flow, values: values.map((x, i) => x * (mask[i] as number)) };
      }
      case 'dense': {
        const [kernel, bias] = weights as [Float64Array, Float64Array];
        const out = denseForward(values, kernel, bias, steps, features, spec.units);
        return {
          values:
            spec.activation === 'softmax' ? softmax(out, spec.units) : out.map(ACTIVATIONS[spec.activation]),
          steps,
          features: spec.units,
          stride: padded(spec.units),
        };
      }
      case 'gru':
      case 'lstm':
        return this.#recurrent(spec, layer, flow, weights, place);
      case 'conv1d': {
        const [kernel, bias] = weights as [Float64Array, Float64Array];
        const out = conv1d(values, kernel, bias, steps, features, convWindow(spec));
        return {
          values: out.map(ACTIVATIONS[spec.activation]),
          steps: out.length / spec.filters,
          features: spec.filters,
          stride: padded(spec.filters),
        };
      }
      case 'maxPooling1d':
      case 'averagePooling1d':
      case 'globalMaxPooling1d':
      case 'globalAveragePooling1d': {
        const kind = spec.type === 'maxPooling1d' || spec.type === 'globalMaxPooling1d' ? 'max' : 'average';
        const out = pool1d(kind, values, steps, features, poolWindow(spec, steps));
        return { ...flow, values: out, steps: out.length / features };
      }
      case 'persistence': {
        const last = (steps - 1) * features + spec.column;
        return { values: values.slice(last, last + 1), steps: 1, features: 1, stride: padded(1) };
      }
      case 'embedding': {
        const out = embed(values, weights[0] as Float64Array, spec.outputDim);
        return { values: out, steps, features: spec.outputDim, stride: padded(spec.outputDim) };
      }
      case 'seriesEmbedding': {
        const table = weights[0] as Float64Array;
        const width = features - 1 + spec.outputDim;
        const out = new Float64Array(steps * width);
        for (let t = 0; t < steps; t++) {
          const step = values.slice(t * features, (t + 1) * features);
          out.set(step.slice(0, -1), t * width);
          out.set(embed(step.slice(-1), table, spec.outputDim), t * width + features - 1);
        }
        return { values: out, steps, features: width, stride: padded(width) };
      }
      case 'layerNormalization': {
        const [gamma, beta] = weights as [Float64Array, Float64Array];
        return {
          ...flow,
          values: layerNormalize(values, gamma, beta, spec.epsilon),
          stride: padded(features),
        };
      }
      case 'residual':
        return this.#residual(spec, layer, flow, weights, place);
      case 'attention': {
        const [kernel, bias, query] = weights as [Float64Array, Float64Array, Float64Array];
        return {
          values: attend(values, kernel, bias, query, steps),
          steps: 1,
          features,
          stride: padded(features),
        };
      }
      case 'lastStep':
        return { ...flow, values: values.slice(-features), steps: 1 };
      case 'bidirectional': {
        const { layer: cell, merge } = spec;
        const other = { ...cell, goBackwards: !cell.goBackwards };
        const count = weightCount(cell);
        const forward = this.#recurrent(cell, layer, flow, weights.slice(0, count), place);
        const backward = this.#recurrent(other, layer, flow, weights.slice(count), place, 2);
        const merged = mergeDirections(forward.values, backward.values, forward.steps, cell.units, merge);
        const units = merge === 'concat' ? 2 * cell.units : cell.units;
        return { values: merged, steps: forward.steps, features: units, stride: padded(units) };
      }
    }
  }

  #residual(spec: ResidualLayer, layer: number, flow: Flow, weights: Float64Array[], place: Place): Flow {
    const { steps, features } = flow;
    let at = 0;
    const inner = spec.layers.reduce((flowing, one, index) => {
      const own = weights.slice(at, at + weightCount(one));
      at += own.length;
      return this.#apply(one, innerIndex(layer, index), flowing, own, place);
    }, flow);
    const [kernel, bias] = weights.slice(at);
    const skipped =
      kernel && bias ? denseForward(flow.values, kernel, bias, steps, features, inner.features) : flow.values;
    const width = spec.merge === 'sum' ? inner.features : features + inner.features;
    const merged = Float64Array.from({ length: steps * width }, (_, i) => {
      const [step, column] = [Math.floor(i / width), i % width];
      const answer = (place: number): number => inner.values[step * inner.features + place] as number;
      if (spec.merge === 'sum') return answer(column) + (skipped[step * width + column] as number);
      return column < features
        ? (flow.values[step * features + column] as number)
        : answer(column - features);
    });
    return {
      values: merged.map(ACTIVATIONS[spec.activation]),
      steps,
      features: width,
      stride: padded(width),
    };
  }

  #recurrent(
    spec: GruLayer | LstmLayer,
    layer: number,
    flow: Flow,
    weights: Float64Array[],
    place: Place,
    firstPurpose = 0,
  ): Flow {
    const { steps, features, stride } = flow;
    const [kernel, recurrentKernel, bias, recurrentBias] = weights as [
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array | undefined,
    ];
    const gates = spec.type === 'gru' ? 3 : 4;
    const shape = {
      timesteps: steps,
      features,
      units: spec.units,
      activation: spec.activation,
      recurrentActivation: spec.recurrentActivation,
      inputMask: this.#rowMask(layer, firstPurpose, spec.dropout, gates, stride, features, place),
      hiddenMask: this.#rowMask(
        layer,
        firstPurpose + 1,
        spec.recurrentDropout,
        gates,
        recurrentStride(spec.units),
        spec.units,
        place,
      ),
    };
    const x = spec.goBackwards ? reversed(flow) : flow.values;
    const all = {
      kernel,
      recurrentKernel,
      bias: recurrentBias ? Float64Array.of(...bias, ...recurrentBias) : bias,
    };
    const states =
      spec.type === 'gru' ? gruSequence(x, all, shape, spec.resetAfter) : lstmSequence(x, all, shape);
    return {
      values: spec.returnSequences ? states : states.slice(-spec.units),
      steps: spec.returnSequences ? steps : 1,
      features: spec.units,
      stride: recurrentStride(spec.units),
    };
  }

  /** `[blocks, width]` of the tile's mask `[blocks][TILE_ROWS][stride]` that fall to one sample; null: none. */
  #rowMask(
    layer: number,
    purpose: number,
    rate: number,
    blocks: number,
    stride: number,
    width: number,
    { row, at }: Place,
  ): Float64Array | null {
    if (rate === 0 || at === null) return null;
    const count = blocks * TILE_ROWS * stride;
    const tile = Math.floor(row / TILE_ROWS);
    const name = [layer, purpose, tile, at.epoch, at.step].join();
    let mask = this.#masks.get(name);
    if (!mask) {
      const key = keyOfSeed(this.definition.seed);
      const drawn = PURPOSE.masks + 4 * layer + purpose;
      mask = dropoutMask(count, rate, key, (tile * count) / 4, drawn, at.epoch, at.step);
      this.#masks.set(name, mask);
    }
    const out = new Float64Array(blocks * width);
    for (let block = 0; block < blocks; block++) {
      const from = (block * TILE_ROWS + (row % TILE_ROWS)) * stride;
      out.set(mask.subarray(from, from + width), block * width);
    }
    return out;
  }
}

/** A residual layer projects an input of other width than its output. */
function weightCount(spec: LayerSpec, features = 0): number {
  switch (spec.type) {
    case 'flatten':
    case 'dropout':
    case 'maxPooling1d':
    case 'averagePooling1d':
    case 'globalMaxPooling1d':
    case 'globalAveragePooling1d':
    case 'persistence':
    case 'lastStep':
      return 0;
    case 'embedding':
    case 'seriesEmbedding':
      return 1;
    case 'dense':
    case 'layerNormalization':
    case 'conv1d':
      return 2;
    case 'gru':
      return spec.resetAfter ? 4 : 3;
    case 'lstm':
    case 'attention':
      return 3;
    case 'residual':
      return Object.keys(residual.weights(spec, [64, features])).length;
    case 'bidirectional':
      return 2 * weightCount(spec.layer);
  }
}

function reversed({ values, steps, features }: Flow): Float64Array {
  const out = new Float64Array(values.length);
  for (let t = 0; t < steps; t++)
    out.set(values.subarray(t * features, (t + 1) * features), (steps - 1 - t) * features);
  return out;
}
