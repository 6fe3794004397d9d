// Layers that slide a window over time in ONNX, whose operators take the features before the time: [batch, F, T].
import { timestepsOf } from '../../../model/layer-shape.js';
import type { Conv1dLayer, GlobalPoolingLayer, WindowPoolingLayer } from '../../../model/layer-spec.js';
import { convWindow } from '../../../model/layers/conv1d.js';
import { poolWindow } from '../../../model/layers/pooling.js';
import { placeWindows, type SlidingWindow } from '../../../model/sliding-window.js';
import type { NamedTensor } from '../../engine.js';
import { activate, type OnnxForm } from './layer-form.js';
import type { OnnxGraph, Value } from './onnx-graph.js';

export const conv1dForm: OnnxForm<Conv1dLayer> = (layer, { graph, input, shape, weight }) => {
  const slid = graph.add(
    'Conv',
    [turn(graph, input), appendKernel(graph, weight('kernel')), appendBias(graph, weight('bias'))],
    { ...describeWindow(convWindow(layer), timestepsOf(shape)), dilations: [layer.dilationRate] },
  );
  return activate(graph, layer.activation, turn(graph, slid));
};

export const windowPoolingForm: OnnxForm<WindowPoolingLayer> = (layer, { graph, input, shape }) => {
  const isMean = layer.type === 'averagePooling1d';
  const steps = timestepsOf(shape);
  const pooled = graph.add(isMean ? 'AveragePool' : 'MaxPool', [turn(graph, input)], {
    ...describeWindow(poolWindow(layer, steps), steps),
    ...(isMean ? { count_include_pad: 0 } : {}),
  });
  return turn(graph, pooled);
};

export const globalPoolingForm: OnnxForm<GlobalPoolingLayer> = ({ type }, { graph, input }) =>
  graph.add(type === 'globalMaxPooling1d' ? 'ReduceMax' : 'ReduceMean', [input], { axes: [1], keepdims: 0 });

const turn = (graph: OnnxGraph, sequence: Value): Value =>
  graph.add('Transpose', [sequence], { perm: [0, 2, 1] });

/** `[taps, features, filters]` of ours as `[filters, features, taps]`. */
function appendKernel(graph: OnnxGraph, { values, shape }: NamedTensor): Value {
  const [taps = 1, features = 1, filters = 1] = shape;
  const turned = new Float32Array(values.length);
  for (let tap = 0; tap < taps; tap++)
    for (let feature = 0; feature < features; feature++)
      for (let filter = 0; filter < filters; filter++)
        turned[(filter * features + feature) * taps + tap] =
          values[(tap * features + feature) * filters + filter]!;
  return graph.floats([filters, features, taps], turned);
}

function appendBias(graph: OnnxGraph, { values, shape }: NamedTensor): Value {
  return graph.floats(shape, values);
}

function describeWindow(window: SlidingWindow, steps: number) {
  const { size, strides, dilationRate } = window;
  const { count, padBefore } = placeWindows(steps, window);
  const end = (count - 1) * strides - padBefore + (size - 1) * dilationRate + 1;
  return { kernel_shape: [size], strides: [strides], pads: [padBefore, Math.max(0, end - steps)] };
}
