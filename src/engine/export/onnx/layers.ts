// The ONNX form of every layer type: a missing one does not compile.
import { featuresOf, timestepsOf } from '../../../model/layer-shape.js';
import type { LayerSpec, LayerSpecOf } from '../../../model/layer-spec.js';
import type { LayerType } from '../../../model/layers/registry.js';
import { PROJECTION, placeInner, projectionOf } from '../../../model/layers/residual.js';
import { activate, type LayerPlace, type OnnxForm, slice } from './layer-form.js';
import { ELEMENT_TYPES, type Value } from './onnx-graph.js';
import { bidirectionalForm, gruForm, lstmForm } from './recurrent-forms.js';
import { conv1dForm, globalPoolingForm, windowPoolingForm } from './window-forms.js';

const FORMS: { readonly [Type in LayerType]: OnnxForm<LayerSpecOf<Type>> } = {
  dense: ({ activation }, place) => {
    const { graph, input } = place;
    const product = graph.add('MatMul', [input, appendWeight(place, 'kernel')]);
    return activate(graph, activation, graph.add('Add', [product, appendWeight(place, 'bias')]));
  },
  flatten: (_layer, { graph, input }) => graph.add('Flatten', [input], { axis: 1 }),
  dropout: (_layer, { input }) => input,
  gru: gruForm,
  lstm: lstmForm,
  bidirectional: bidirectionalForm,
  conv1d: conv1dForm,
  maxPooling1d: windowPoolingForm,
  averagePooling1d: windowPoolingForm,
  globalMaxPooling1d: globalPoolingForm,
  globalAveragePooling1d: globalPoolingForm,
  embedding: (_layer, place) =>
    place.graph.add('Gather', [appendWeight(place, 'embeddings'), place.input], { axis: 0 }),
  layerNormalization: ({ epsilon }, place) =>
    place.graph.add(
      'LayerNormalization',
      [place.input, appendWeight(place, 'gamma'), appendWeight(place, 'beta')],
      { axis: -1, epsilon: { float: epsilon } },
    ),
  persistence: ({ column }, { graph, input, shape }) => {
    const steps = timestepsOf(shape);
    const row = slice(graph, input, { start: steps - 1, end: steps, axis: 1 });
    const value = slice(graph, row, { start: column, end: column + 1, axis: 2 });
    return graph.add('Flatten', [value], { axis: 1 });
  },
  residual: (layer, place) => {
    const { graph, input, shape, weight } = place;
    const under = (name: string) => (own: string) => weight(`${name}/${own}`);
    const answer = placeInner(layer, shape).reduce(
      (flowing, { spec, name, input: own }) =>
        appendLayer(spec, { graph, input: flowing, shape: own, weight: under(name) }),
      input,
    );
    const projection = projectionOf(layer, shape);
    const skipped =
      projection === null ? input : appendLayer(projection, { ...place, weight: under(PROJECTION) });
    const merged =
      layer.merge === 'sum'
        ? graph.add('Add', [answer, skipped])
        : graph.add('Concat', [skipped, answer], { axis: -1 });
    return activate(graph, layer.activation, merged);
  },
  attention: (_layer, place) => {
    const { graph, input } = place;
    const product = graph.add('MatMul', [input, appendWeight(place, 'kernel')]);
    const hidden = graph.add('Tanh', [graph.add('Add', [product, appendWeight(place, 'bias')])]);
    const scores = graph.add('MatMul', [hidden, appendWeight(place, 'query')]);
    const shares = graph.add('Softmax', [scores], { axis: 1 });
    return graph.add('ReduceSum', [graph.add('Mul', [shares, input]), graph.integers([1])], { keepdims: 0 });
  },
  lastStep: (_layer, { graph, input, shape }) => {
    const steps = timestepsOf(shape);
    return graph.add('Flatten', [slice(graph, input, { start: steps - 1, end: steps, axis: 1 })], {
      axis: 1,
    });
  },
  seriesEmbedding: (_layer, place) => {
    const { graph, input, shape } = place;
    const columns = featuresOf(shape) - 1;
    const last = slice(graph, input, { start: columns, end: columns + 1, axis: 2 });
    const series = graph.add('Cast', [graph.add('Squeeze', [last, graph.integers([2])])], {
      to: ELEMENT_TYPES.int64,
    });
    const vectors = graph.add('Gather', [appendWeight(place, 'embeddings'), series], { axis: 0 });
    return graph.add('Concat', [slice(graph, input, { start: 0, end: columns, axis: 2 }), vectors], {
      axis: -1,
    });
  },
};

export function appendLayer(layer: LayerSpec, place: LayerPlace): Value {
  return (FORMS[layer.type] as OnnxForm<LayerSpec>)(layer, place);
}

function appendWeight({ graph, weight }: LayerPlace, name: string): Value {
  const { shape, values } = weight(name);
  return graph.floats(shape, values);
}
