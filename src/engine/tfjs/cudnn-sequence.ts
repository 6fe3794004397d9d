// GRU and LSTM by cuDNN, a whole sequence at once: an LSTM, or a GRU with reset after, of tanh and sigmoid, without masks.
// Owns cuDNN's layout of weights: matrices transposed, one after another, input before recurrent, then all biases.
import type { GruLayer, LstmLayer } from '../../model/layer-spec.js';
import type { RunUnmasked } from './fused-sequence.js';
import type { CudnnMode, CudnnStates, RecurrentOps } from './recurrent-ops.js';
import { type RecurrentTensors, unstackSteps } from './recurrent-sequence.js';
import type { Tensor, Tensorflow } from './tensors.js';

/** cuDNN's order of Keras' gates: an LSTM's i, f, c, o; a GRU's r, z, h. */
const GATE_ORDER: Record<CudnnMode, readonly number[]> = { lstm: [0, 1, 2, 3], gru: [1, 0, 2] };

export function cudnnSequence(
  tf: Tensorflow,
  ops: RecurrentOps,
  { type: mode, units }: GruLayer | LstmLayer,
): RunUnmasked {
  const run = tf.customGrad((x, params, save) => {
    const states = ops.cudnn(mode, x as Tensor, units, params as Tensor);
    const { output, outputH, outputC, reserve } = states;
    (save as (tensors: Tensor[]) => void)([x, params, output, outputH, outputC, reserve] as Tensor[]);
    return {
      value: output,
      gradFunc: (dOutput: Tensor, saved: Tensor[]) => {
        const [input, weights, output, outputH, outputC, reserve] = saved;
        const kept = { output, outputH, outputC, reserve } as CudnnStates;
        return ops.cudnnGradient(mode, input as Tensor, weights as Tensor, kept, dOutput);
      },
    };
  });
  return (x, weights) => unstackSteps(tf, run(tf.transpose(x, [1, 0, 2]), packWeights(tf, mode, weights)));
}

/** One vector; TensorFlow.js takes the gradient of the vector back to the weights. */
function packWeights(
  tf: Tensorflow,
  mode: CudnnMode,
  { kernel, recurrentKernel, bias, recurrentBias }: RecurrentTensors,
): Tensor {
  const order = GATE_ORDER[mode];
  const gatesOf = (tensor: Tensor): Tensor[] => {
    const gates = tf.split(tensor, order.length, tensor.rank - 1);
    return order.map((gate) => gates[gate] as Tensor);
  };
  const flat = (matrix: Tensor): Tensor => tf.reshape(tf.transpose(matrix), [-1]);
  // cuDNN adds two biases; an LSTM of Keras has one.
  const second = recurrentBias ?? tf.zerosLike(bias);
  return tf.concat([
    ...gatesOf(kernel).map(flat),
    ...gatesOf(recurrentKernel).map(flat),
    ...gatesOf(bias),
    ...gatesOf(second),
  ]);
}
