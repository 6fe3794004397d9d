// How a layer is written in ONNX: the operators that compute it, appended to a graph. One form a layer type (layers.ts).
import type { DenseActivation } from '../../../model/activation.js';
import type { Shape } from '../../../model/layer-shape.js';
import type { NamedTensor } from '../../engine.js';
import type { OnnxGraph, Value } from './onnx-graph.js';

export interface LayerPlace {
  readonly graph: OnnxGraph;
  /** What flows in, float32 `[batch, ...shape]`; token ids are int64 `[batch, timesteps]`. */
  readonly input: Value;
  /** The shape of one sample. */
  readonly shape: Shape;
  /** A weight of the layer by its own name. */
  weight(name: string): NamedTensor;
}

/** Appends the layer and returns what flows out. */
export type OnnxForm<Layer> = (layer: Layer, place: LayerPlace) => Value;

/** Keras' hard sigmoid: max(0, min(1, 0.2 x + 0.5)). */
export const HARD_SIGMOID = { alpha: 0.2, beta: 0.5 } as const;

export function activate(graph: OnnxGraph, activation: DenseActivation, value: Value): Value {
  switch (activation) {
    case 'linear':
      return value;
    case 'relu':
      return graph.add('Relu', [value]);
    case 'tanh':
      return graph.add('Tanh', [value]);
    case 'sigmoid':
      return graph.add('Sigmoid', [value]);
    case 'softmax':
      return graph.add('Softmax', [value], { axis: -1 });
    case 'hardSigmoid':
      return graph.add('HardSigmoid', [value], {
        alpha: { float: HARD_SIGMOID.alpha },
        beta: { float: HARD_SIGMOID.beta },
      });
  }
}

/** Places [start, end) of `axis`, every `step`th. */
export function slice(
  graph: OnnxGraph,
  value: Value,
  { start, end, axis, step = 1 }: { start: number; end: number; axis: number; step?: number },
): Value {
  return graph.add('Slice', [
    value,
    graph.integers([start]),
    graph.integers([end]),
    graph.integers([axis]),
    graph.integers([step]),
  ]);
}

/** A sequence `[batch, T, F]` turned round in time. */
export function reverseTime(graph: OnnxGraph, sequence: Value): Value {
  return slice(graph, sequence, { start: -1, end: -(2 ** 31), axis: 1, step: -1 });
}
