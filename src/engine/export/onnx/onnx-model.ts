// A trained model as one ONNX file: raw values go in, and what was predicted comes out in its own unit, since normalisation
// is part of the graph, in float64 as the data are. Token ids go in as they are.

import { FRAME_EPSILON } from '../../../dataset/series/window-frame.js';
import { SweepError } from '../../../errors.js';
import type { Shape } from '../../../model/layer-shape.js';
import type { ReferencePlace } from '../../../study/trial/window-reference.js';
import type { ModelInput, ModelOutput } from '../../../task/model-frame.js';
import { taskOf } from '../../../task/registry.js';
import { figureFormat } from '../../../wording/figures.js';
import { outputShapeOf } from '../../layer-inputs.js';
import type { ExportedModel } from '../exported-model.js';
import { appendLayer } from './layers.js';
import { encodeOnnx, type OnnxValue } from './onnx-file.js';
import { ELEMENT_TYPES, OnnxGraph, type Value } from './onnx-graph.js';

/** Any number of samples at once. */
const BATCH = 'batch';

/** Throws MODEL_SHAPE when layers and shapes do not fit, EXPORT_CORRUPT when weights are missing. */
export function describeOnnx({ description, weights }: ExportedModel): Uint8Array {
  const { layers, timesteps, features, task, study, trial, writtenBy, objective, weightsDigest } =
    description;
  const { input, output } = taskOf(task).frameOf(task);
  const graph = new OnnxGraph();
  const weightOf = (index: number, type: string) => (name: string) => {
    const found = weights.find((tensor) => tensor.name === `${index}.${type}/${name}`);
    if (found === undefined)
      throw new SweepError('EXPORT_CORRUPT', `layer ${index} (${type}) has no ${name}`);
    return found;
  };
  const values = appendInput(graph, input);
  let flowing = appendWindowFrame(graph, values, input);
  let shape: Shape = [timesteps, features];
  layers.forEach((layer, index) => {
    flowing = appendLayer(layer, { graph, input: flowing, shape, weight: weightOf(index, layer.type) });
    shape = outputShapeOf(layer, shape, index);
  });
  appendOutput(graph, appendReference(graph, flowing, values, output), output);
  return encodeOnnx({
    graph,
    input: describeInput(input, timesteps, features),
    output: { name: output.name, type: 'double', shape: [BATCH, ...shape], about: output.about },
    about: `trial ${trial} of study ${study}: ${objective.metric} ${figureFormat()(objective.value)}`,
    writtenBy,
    properties: { study, trial, weightsDigest, task: JSON.stringify(task) },
  });
}

function describeInput(input: ModelInput, timesteps: number, features: number): OnnxValue {
  const { name, about } = input;
  return input.kind === 'tokens'
    ? { name, about, type: 'int64', shape: [BATCH, timesteps] }
    : { name, about, type: 'double', shape: [BATCH, timesteps, features] };
}

/** (value − mean) / std of each column; a held one is 0 whatever its value. */
function appendInput(graph: OnnxGraph, input: ModelInput): Value {
  if (input.kind === 'tokens') return input.name;
  const { columns } = input;
  const means = graph.doubles(
    [columns.length],
    columns.map(({ mean }) => mean),
  );
  const scales = graph.doubles(
    [columns.length],
    columns.map(({ std, held }) => (held ? Number.POSITIVE_INFINITY : std)),
  );
  const normalised = graph.add('Div', [graph.add('Sub', [input.name, means]), scales]);
  return graph.add('Cast', [normalised], { to: ELEMENT_TYPES.float });
}

/** Each window told from its own last row or mean, and per its own deviation; columns that stand apart stay as they are. */
function appendWindowFrame(graph: OnnxGraph, values: Value, input: ModelInput): Value {
  if (input.kind === 'tokens' || input.normalise === undefined) return values;
  const { by, apart } = input.normalise;
  const told = input.columns.map((_, column) => (apart.includes(column) ? 0 : 1));
  const center =
    by === 'last'
      ? graph.add('Gather', [values, graph.integers([-1])], { axis: 1 })
      : graph.add('ReduceMean', [values], { axes: [1], keepdims: 1 });
  const mask = graph.floats([told.length], told);
  const centered = graph.add('Sub', [values, graph.add('Mul', [center, mask])]);
  if (by !== 'standard') return centered;
  const others = graph.floats(
    [told.length],
    told.map((one) => 1 - one),
  );
  const scale = graph.add('Add', [graph.add('Mul', [appendDeviation(graph, values), mask]), others]);
  return graph.add('Div', [centered, scale]);
}

/** `[batch, 1, F]`: of each column over the window. */
function appendDeviation(graph: OnnxGraph, values: Value): Value {
  const mean = graph.add('ReduceMean', [values], { axes: [1], keepdims: 1 });
  const apart = graph.add('Sub', [values, mean]);
  const variance = graph.add('ReduceMean', [graph.add('Mul', [apart, apart])], { axes: [1], keepdims: 1 });
  return graph.add('Sqrt', [graph.add('Add', [variance, graph.floats([], [FRAME_EPSILON])])]);
}

/** What leaves the layers, `[batch, values]`, as levels. `values`: the window as normalised by the dataset. */
function appendReference(graph: OnnxGraph, answer: Value, values: Value, { from }: ModelOutput): Value {
  if (from === undefined) return answer;
  const { columns, places, isScaled } = from;
  const [first, ...others] = columns.map((column, at) => {
    const own = places.map((_, place) => at * places.length + place);
    const ofColumn =
      columns.length === 1 ? answer : graph.add('Gather', [answer, graph.integers(own)], { axis: 1 });
    return appendColumn(graph, ofColumn, values, { column, places, isScaled });
  });
  return others.length === 0 ? first! : graph.add('Concat', [first!, ...others], { axis: 1 });
}

interface ColumnReference {
  readonly column: number;
  readonly places: readonly ReferencePlace[];
  readonly isScaled: boolean;
}

/** The values of one column, `[batch, values]`. */
function appendColumn(
  graph: OnnxGraph,
  answer: Value,
  values: Value,
  { column, places, isScaled }: ColumnReference,
): Value {
  const one = graph.add('Gather', [values, graph.integers([column])], { axis: 2 });
  const steps = places.filter((place) => place !== 'mean');
  // All are told from the mean, or none is.
  const told =
    steps.length === 0
      ? graph.add('ReduceMean', [one], { axes: [1], keepdims: 0 })
      : graph.add('Squeeze', [
          graph.add('Gather', [one, graph.integers(steps)], { axis: 1 }),
          graph.integers([2]),
        ]);
  if (!isScaled) return graph.add('Add', [answer, told]);
  const deviation = graph.add('Squeeze', [appendDeviation(graph, one), graph.integers([1])]);
  return graph.add('Add', [graph.add('Mul', [answer, deviation]), told]);
}

function appendOutput(graph: OnnxGraph, value: Value, { name, mean, std }: ModelOutput): void {
  const wide = graph.add('Cast', [value], { to: ELEMENT_TYPES.double });
  const constant = (values: number | readonly number[]): Value =>
    typeof values === 'number' ? graph.doubles([], [values]) : graph.doubles([values.length], values);
  const scaled = graph.add('Mul', [wide, constant(std)]);
  graph.add('Add', [scaled, constant(mean)], {}, { output: name });
}
