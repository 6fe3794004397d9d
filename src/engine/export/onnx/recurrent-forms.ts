// gru, lstm and bidirectional in ONNX: its operators GRU (gates z, r, h) and LSTM (i, o, f, c), over [T, batch, F], one
// direction at a time. A layer that goes backwards reads its input turned round, so that its answers come in the order in
// which it computed them, as Keras has it.
import type { CellActivation, RecurrentActivation } from '../../../model/activation.js';
import type { BidirectionalLayer, GruLayer, LstmLayer } from '../../../model/layer-spec.js';
import type { Cell } from '../../../model/layers/cell.js';
import type { NamedTensor } from '../../engine.js';
import { HARD_SIGMOID, type LayerPlace, type OnnxForm, reverseTime } from './layer-form.js';
import type { Value } from './onnx-graph.js';

const ACTIVATIONS: Readonly<Record<CellActivation | RecurrentActivation, string>> = {
  tanh: 'Tanh',
  relu: 'Relu',
  sigmoid: 'Sigmoid',
  hardSigmoid: 'HardSigmoid',
};

/** The place of each of ONNX' gates among ours: z r h as they are; i o f c of our i f c o. */
const GATE_ORDER = { gru: [0, 1, 2], lstm: [0, 3, 1, 2] } as const;

export const gruForm: OnnxForm<GruLayer> = (layer, place) => appendCell(layer, place);
export const lstmForm: OnnxForm<LstmLayer> = (layer, place) => appendCell(layer, place);

export const bidirectionalForm: OnnxForm<BidirectionalLayer> = ({ layer, merge }, place) => {
  const { graph } = place;
  const way = (name: string): LayerPlace => ({ ...place, weight: (own) => place.weight(`${name}/${own}`) });
  const forward = appendCell(layer, way('forward'));
  const turned = appendCell({ ...layer, goBackwards: !layer.goBackwards }, way('backward'));
  const backward = layer.returnSequences ? reverseTime(graph, turned) : turned;
  switch (merge) {
    case 'concat':
      return graph.add('Concat', [forward, backward], { axis: -1 });
    case 'mul':
      return graph.add('Mul', [forward, backward]);
    case 'sum':
      return graph.add('Add', [forward, backward]);
    case 'ave':
      return graph.add('Mul', [graph.add('Add', [forward, backward]), graph.floats([], [0.5])]);
  }
};

function appendCell(cell: Cell, place: LayerPlace): Value {
  const { graph, input } = place;
  const { units, activation, recurrentActivation, returnSequences } = cell;
  const order = GATE_ORDER[cell.type];
  const kernel = (name: string): Value => {
    const { shape, values } = place.weight(name);
    const [rows = 1] = shape;
    return graph.floats([1, order.length * units, rows], turnGates(values, rows, units, order));
  };
  const sequence = graph.add('Transpose', [cell.goBackwards ? reverseTime(graph, input) : input], {
    perm: [1, 0, 2],
  });
  const activations = [recurrentActivation, activation, ...(cell.type === 'lstm' ? [activation] : [])];
  const inputs = [sequence, kernel('kernel'), kernel('recurrentKernel'), appendBiases(cell, place, order)];
  const attributes = {
    hidden_size: units,
    activations: activations.map((name) => ACTIVATIONS[name]),
    // One a function; HardSigmoid alone uses them.
    activation_alpha: { floats: activations.map(() => HARD_SIGMOID.alpha) },
    activation_beta: { floats: activations.map(() => HARD_SIGMOID.beta) },
    ...(cell.type === 'gru' ? { linear_before_reset: cell.resetAfter ? 1 : 0 } : {}),
  };
  const operator = cell.type === 'gru' ? 'GRU' : 'LSTM';
  // Y is [T, 1, batch, U], Y_h, the second output, [1, batch, U].
  if (!returnSequences) {
    const last = graph.add(operator, inputs, attributes, { place: 1 });
    return graph.add('Squeeze', [last, graph.integers([0])]);
  }
  const steps = graph.add(operator, inputs, attributes);
  return graph.add('Transpose', [graph.add('Squeeze', [steps, graph.integers([1])])], { perm: [1, 0, 2] });
}

/** `[rows, gates·U]` of ours as `[gates·U, rows]`, its gates in the order of ONNX. */
function turnGates(
  values: Float32Array,
  rows: number,
  units: number,
  order: readonly number[],
): Float32Array {
  const columns = order.length * units;
  const turned = new Float32Array(values.length);
  order.forEach((gate, at) => {
    for (let unit = 0; unit < units; unit++)
      for (let row = 0; row < rows; row++)
        turned[(at * units + unit) * rows + row] = values[row * columns + gate * units + unit]!;
  });
  return turned;
}

/** `[1, 2·gates·U]`: those of the input, then those of the state, which only a gru with reset after has. */
function appendBiases(cell: Cell, { graph, weight }: LayerPlace, order: readonly number[]): Value {
  const ordered = ({ values }: NamedTensor): Float32Array => turnGates(values, 1, cell.units, order);
  const ofInput = ordered(weight('bias'));
  const ofState =
    cell.type === 'gru' && cell.resetAfter
      ? ordered(weight('recurrentBias'))
      : new Float32Array(ofInput.length);
  return graph.floats([1, 2 * ofInput.length], [...ofInput, ...ofState]);
}
