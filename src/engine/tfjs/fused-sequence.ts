// GRU and LSTM by TensorFlow's fused operations: an LSTM's whole sequence is one, a GRU's step is one. They compute what
// the plain sequence does, for tanh and sigmoid, without masks, and a GRU's reset before the product.
import type { GruLayer, LstmLayer } from '../../model/layer-spec.js';
import type { GruCellWeights, GruStates, LstmStates, RecurrentOps } from './recurrent-ops.js';
import { type RecurrentTensors, unstackSteps } from './recurrent-sequence.js';
import type { Tensor, Tensorflow } from './tensors.js';

/** From `[B, T, F]` to the states `[B, U]` of all steps. */
export type RunUnmasked = (x: Tensor, weights: RecurrentTensors) => Tensor[];

export function hasFusedActivations(spec: GruLayer | LstmLayer): boolean {
  return spec.activation === 'tanh' && spec.recurrentActivation === 'sigmoid';
}

export function blockLstmSequence(tf: Tensorflow, ops: RecurrentOps): RunUnmasked {
  const run = tf.customGrad((x, w, b, save) => {
    const [input, weights, bias] = [x, w, b] as [Tensor, Tensor, Tensor];
    const states = ops.lstm(input, weights, bias);
    const { i, cs, f, o, ci, co, h } = states;
    keep(save, [input, weights, bias, i, cs, f, o, ci, co, h]);
    return {
      value: h,
      gradFunc: (dh: Tensor, saved: Tensor[]) => {
        const [savedX, savedW, savedB, ...outputs] = saved as [Tensor, Tensor, Tensor, ...Tensor[]];
        const [i, cs, f, o, ci, co, h] = outputs;
        return ops.lstmGradient(savedX, savedW, savedB, { i, cs, f, o, ci, co, h } as LstmStates, dh);
      },
    };
  });
  return (x, { kernel, recurrentKernel, bias }) =>
    unstackSteps(tf, run(tf.transpose(x, [1, 0, 2]), tf.concat([kernel, recurrentKernel], 0), bias));
}

export function blockGruSequence(tf: Tensorflow, ops: RecurrentOps): RunUnmasked {
  const run = tf.customGrad((x, wg, wc, bg, bc, save) => {
    const input = x as Tensor;
    const weights = cellWeights([wg, wc, bg, bc] as Tensor[]);
    const units = weights.candidateBias.shape[0] as number;
    const inputs = tf.unstack(input);
    const first: Tensor = tf.zeros([input.shape[1] as number, units]);
    const steps: GruStates[] = [];
    for (const xt of inputs) steps.push(ops.gruCell(xt, steps.at(-1)?.h ?? first, weights));
    const all = tf.stack(steps.map(({ h }) => h));
    keep(save, [input, ...steps.flatMap(({ r, u, c, h }) => [r, u, c, h]), wg, wc, bg, bc] as Tensor[]);
    return {
      value: all,
      gradFunc: (dh: Tensor, saved: Tensor[]) => {
        const [sequence, ...rest] = saved as [Tensor, ...Tensor[]];
        return gruGradients(tf, ops, sequence, rest, dh);
      },
    };
  });
  return (x, { kernel, recurrentKernel, bias }) => {
    const [kz, kr, kc] = tf.split(tf.concat([kernel, recurrentKernel], 0), 3, 1) as [Tensor, Tensor, Tensor];
    const [bz, br, bc] = tf.split(bias, 3) as [Tensor, Tensor, Tensor];
    // The operation has the reset gate first.
    const states = run(tf.transpose(x, [1, 0, 2]), tf.concat([kr, kz], 1), kc, tf.concat([br, bz]), bc);
    return unstackSteps(tf, states);
  };
}

/** Back through time; the gradients of the weights are products over all steps at once. */
function gruGradients(
  tf: Tensorflow,
  ops: RecurrentOps,
  x: Tensor,
  saved: readonly Tensor[],
  dh: Tensor,
): Tensor[] {
  const weights = cellWeights(saved.slice(-4));
  const inputs = tf.unstack(x);
  const slopes = tf.unstack(dh);
  const steps = inputs.map((_, t): GruStates => {
    const [r, u, c, h] = saved.slice(4 * t, 4 * t + 4) as [Tensor, Tensor, Tensor, Tensor];
    return { r, u, c, h };
  });
  const first: Tensor = tf.zerosLike((steps[0] as GruStates).h);
  const before = (t: number): Tensor => steps[t - 1]?.h ?? first;
  const dx: Tensor[] = [];
  const dCandidates: Tensor[] = [];
  const dGates: Tensor[] = [];
  let carried: Tensor = first;
  for (let t = inputs.length - 1; t >= 0; t--) {
    const slope = tf.add(slopes[t] as Tensor, carried);
    const gradients = ops.gruCellGradient(
      inputs[t] as Tensor,
      before(t),
      weights,
      steps[t] as GruStates,
      slope,
    );
    [dx[t], carried, dCandidates[t], dGates[t]] = gradients;
  }
  const hidden = steps.map((_, t) => before(t));
  const resetHidden = steps.map(({ r }, t) => tf.mul(r, before(t)));
  const rowsOf = (states: readonly Tensor[]): Tensor =>
    tf.concat([tf.concat(inputs, 0), tf.concat(states as Tensor[], 0)], 1);
  const allGates = tf.concat(dGates, 0);
  const allCandidates = tf.concat(dCandidates, 0);
  return [
    tf.stack(dx),
    tf.matMul(rowsOf(hidden), allGates, true),
    tf.matMul(rowsOf(resetHidden), allCandidates, true),
    tf.sum(allGates, 0),
    tf.sum(allCandidates, 0),
  ];
}

function cellWeights(tensors: readonly Tensor[]): GruCellWeights {
  const [gates, candidate, gateBias, candidateBias] = tensors as [Tensor, Tensor, Tensor, Tensor];
  return { gates, candidate, gateBias, candidateBias };
}

/** The last argument of a custom gradient's function keeps tensors for its gradient. */
function keep(save: unknown, tensors: Tensor[]): void {
  (save as (tensors: Tensor[]) => void)(tensors);
}
