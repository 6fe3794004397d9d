// GRU and LSTM over a whole sequence by Keras 2's formulas, as TensorFlow.js operations that it differentiates itself.
// Gate order: z, r, h (GRU) and i, f, c, o (LSTM). Scalar twin: ../../kernels/reference/recurrent.ts.
import type { GruLayer, LstmLayer } from '../../model/layer-spec.js';
import { activate } from './layers/activations.js';
import { multiplyRows } from './layers/multiply-rows.js';
import type { Tensor, Tensorflow } from './tensors.js';

export interface RecurrentTensors {
  /** `[F, G·U]` */
  readonly kernel: Tensor;
  /** `[U, G·U]` */
  readonly recurrentKernel: Tensor;
  /** `[G·U]` */
  readonly bias: Tensor;
  /** `[G·U]`, of a GRU with reset after. */
  readonly recurrentBias: Tensor | null;
}

/** One mask per gate, held over all time steps; null: none. */
export interface RecurrentMasks {
  /** G tensors `[B, 1, F]` */
  readonly input: readonly Tensor[] | null;
  /** G tensors `[B, U]` */
  readonly hidden: readonly Tensor[] | null;
}

/** From `[B, T, F]`, in the order in which it is read, to the states `[B, U]` of all steps. */
export type RunSequence = (x: Tensor, weights: RecurrentTensors, masks: RecurrentMasks) => Tensor[];

/** The steps of a sequence along `axis`. TensorFlow.js has no gradient of an unstack into one tensor. */
export function unstackSteps(tf: Tensorflow, sequence: Tensor, axis = 0): Tensor[] {
  return sequence.shape[axis] === 1 ? [tf.squeeze(sequence, [axis])] : tf.unstack(sequence, axis);
}

export function plainSequence(tf: Tensorflow, spec: GruLayer | LstmLayer): RunSequence {
  return spec.type === 'gru'
    ? (x, weights, masks) => runGru(tf, spec, x, weights, masks)
    : (x, weights, masks) => runLstm(tf, spec, x, weights, masks);
}

function runGru(
  tf: Tensorflow,
  spec: GruLayer,
  x: Tensor,
  weights: RecurrentTensors,
  masks: RecurrentMasks,
): Tensor[] {
  const { units, recurrentActivation, activation, resetAfter } = spec;
  const [kz, kr, kh] = splitGates(tf, weights.recurrentKernel, 3);
  const fromInput = projectInput(tf, x, weights, masks.input, 3);
  const gateInputs = unstackSteps(tf, tf.slice(fromInput, [0, 0, 0], [-1, -1, 2 * units]), 1);
  const stateInputs = unstackSteps(tf, tf.slice(fromInput, [0, 0, 2 * units], [-1, -1, units]), 1);
  const gateKernel = tf.concat([kz, kr] as [Tensor, Tensor], 1);
  const [bz, br, bh] = weights.recurrentBias ? splitGates(tf, weights.recurrentBias, 3) : [];
  const gateBias = bz && br ? tf.concat([bz, br]) : null;

  const gatesOf = (h: Tensor): Tensor => {
    const product = masks.hidden
      ? tf.concat(
          [kz, kr].map((kernel, gate) =>
            tf.matMul(tf.mul(h, masks.hidden?.[gate] as Tensor), kernel as Tensor),
          ),
          1,
        )
      : tf.matMul(h, gateKernel);
    return gateBias ? tf.add(product, gateBias) : product;
  };
  const stateOf = (h: Tensor): Tensor =>
    tf.matMul(masks.hidden ? tf.mul(h, masks.hidden[2] as Tensor) : h, kh as Tensor);

  let h: Tensor = tf.zeros([x.shape[0] as number, units]);
  return gateInputs.map((gateInput, t) => {
    const gates = activate(tf, recurrentActivation, tf.add(gateInput, gatesOf(h)));
    const [z, r] = tf.split(gates, 2, 1) as [Tensor, Tensor];
    const recurrent = resetAfter
      ? tf.mul(r, bh ? tf.add(stateOf(h), bh) : stateOf(h))
      : stateOf(tf.mul(r, h));
    const candidate = activate(tf, activation, tf.add(stateInputs[t] as Tensor, recurrent));
    // z∘h + (1 − z)∘h̃
    h = tf.add(candidate, tf.mul(z, tf.sub(h, candidate)));
    return h;
  });
}

function runLstm(
  tf: Tensorflow,
  spec: LstmLayer,
  x: Tensor,
  weights: RecurrentTensors,
  masks: RecurrentMasks,
): Tensor[] {
  const { units, recurrentActivation, activation } = spec;
  const inputs = unstackSteps(tf, projectInput(tf, x, weights, masks.input, 4), 1);
  const kernels = splitGates(tf, weights.recurrentKernel, 4);
  const fromState = (h: Tensor): Tensor =>
    masks.hidden
      ? tf.concat(
          kernels.map((kernel, gate) => tf.matMul(tf.mul(h, masks.hidden?.[gate] as Tensor), kernel)),
          1,
        )
      : tf.matMul(h, weights.recurrentKernel);
  let h: Tensor = tf.zeros([x.shape[0] as number, units]);
  let cell: Tensor = h;
  return inputs.map((input) => {
    const sums = tf.split(tf.add(input, fromState(h)), 4, 1) as [Tensor, Tensor, Tensor, Tensor];
    const gate = (sum: Tensor): Tensor => activate(tf, recurrentActivation, sum);
    const [i, f, candidate, o] = sums;
    cell = tf.add(tf.mul(gate(f), cell), tf.mul(gate(i), activate(tf, activation, candidate)));
    h = tf.mul(gate(o), activate(tf, activation, cell));
    return h;
  });
}

/** x·W + b of all steps and gates at once, `[B, T, G·U]`; with masks, each gate reads its own masked input. */
function projectInput(
  tf: Tensorflow,
  x: Tensor,
  { kernel, bias }: RecurrentTensors,
  masks: readonly Tensor[] | null,
  gates: number,
): Tensor {
  const product = masks
    ? tf.concat(
        splitGates(tf, kernel, gates).map((gateKernel, gate) =>
          multiplyRows(tf, tf.mul(x, masks[gate] as Tensor), gateKernel),
        ),
        2,
      )
    : multiplyRows(tf, x, kernel);
  return tf.add(product, bias);
}

function splitGates(tf: Tensorflow, weights: Tensor, gates: number): Tensor[] {
  return tf.split(weights, gates, weights.rank - 1);
}
