// TensorFlow's own operations on recurrent layers, run by name on the native backend; TensorFlow.js has no others for them.
// What they compute and how it is differentiated: fused-sequence.ts and cudnn-sequence.ts.
import type { Tensor, Tensorflow } from './tensors.js';

/** Outputs of BlockLSTMV2, each `[T, B, U]`; gates are in Keras' order. */
export interface LstmStates {
  readonly i: Tensor;
  readonly cs: Tensor;
  readonly f: Tensor;
  readonly o: Tensor;
  readonly ci: Tensor;
  readonly co: Tensor;
  readonly h: Tensor;
}

/** Outputs of GRUBlockCell, each `[B, U]`: reset, update (Keras' z), candidate, new state. */
export interface GruStates {
  readonly r: Tensor;
  readonly u: Tensor;
  readonly c: Tensor;
  readonly h: Tensor;
}

export interface GruCellWeights {
  /** `[F + U, 2·U]`: reset, then update. */
  readonly gates: Tensor;
  /** `[F + U, U]` */
  readonly candidate: Tensor;
  readonly gateBias: Tensor;
  readonly candidateBias: Tensor;
}

export type CudnnMode = 'lstm' | 'gru';

/** Outputs of CudnnRNN: `[T, B, U]`, the last state, the last cell, and what its gradient needs again. */
export interface CudnnStates {
  readonly output: Tensor;
  readonly outputH: Tensor;
  readonly outputC: Tensor;
  readonly reserve: Tensor;
}

export interface RecurrentOps {
  /** x `[T, B, F]`, weights `[F + U, 4·U]`, bias `[4·U]`; the state before the sequence is 0. */
  lstm(x: Tensor, weights: Tensor, bias: Tensor): LstmStates;
  /** Gradients of x, weights and bias. */
  lstmGradient(
    x: Tensor,
    weights: Tensor,
    bias: Tensor,
    states: LstmStates,
    dh: Tensor,
  ): [Tensor, Tensor, Tensor];
  gruCell(x: Tensor, h: Tensor, weights: GruCellWeights): GruStates;
  /** Gradients of x, of h, and of the sums below candidate and gates. */
  gruCellGradient(
    x: Tensor,
    h: Tensor,
    weights: GruCellWeights,
    states: GruStates,
    dh: Tensor,
  ): [Tensor, Tensor, Tensor, Tensor];
  /** `params` as cuDNN has them (cudnn-sequence.ts). On a GPU alone. */
  cudnn(mode: CudnnMode, x: Tensor, units: number, params: Tensor): CudnnStates;
  /** Gradients of x and params. */
  cudnnGradient(
    mode: CudnnMode,
    x: Tensor,
    params: Tensor,
    states: CudnnStates,
    dOutput: Tensor,
  ): [Tensor, Tensor];
}

interface OpAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

/** The part of the native backend that runs operations by name. */
interface NativeBackend {
  readonly binding: Readonly<Record<string, number>>;
  executeMultipleOutputs(
    name: string,
    attributes: readonly OpAttribute[],
    inputs: readonly Tensor[],
    outputs: number,
  ): Tensor[];
}

/** For the native backend alone, which must be the current one. Tensors belong to the caller's tidy. */
export function nativeRecurrentOps(tf: Tensorflow): RecurrentOps {
  const backend = tf.backend() as unknown as NativeBackend;
  const { binding } = backend;
  const attribute = (kind: string, name: string, value: unknown): OpAttribute => ({
    name,
    type: binding[`TF_ATTR_${kind}`] as number,
    value,
  });
  const typeOf = (name: string, type: string): OpAttribute => attribute('TYPE', name, binding[`TF_${type}`]);
  const float = typeOf('T', 'FLOAT');
  const usesPeephole = attribute('BOOL', 'use_peephole', false);
  const run = (
    name: string,
    attributes: readonly OpAttribute[],
    inputs: readonly Tensor[],
    outputs: number,
  ) => backend.executeMultipleOutputs(name, [float, ...attributes], inputs, outputs);
  const zeros = (...shape: number[]): Tensor => tf.zeros(shape);
  /** A 64-bit integer, which TensorFlow.js has not: the backend converts it. */
  const longScalar = (value: number): Tensor =>
    backend.executeMultipleOutputs(
      'Cast',
      [typeOf('SrcT', 'INT32'), typeOf('DstT', 'INT64'), attribute('BOOL', 'Truncate', false)],
      [tf.scalar(value, 'int32')],
      1,
    )[0] as Tensor;
  const lengths = new Map<number, Tensor>();
  /** Kept for the backend's life: each conversion is an operation and a line on standard error. */
  const lengthOf = (steps: number): Tensor => {
    const known = lengths.get(steps);
    if (known !== undefined) return known;
    const length = tf.keep(longScalar(steps));
    lengths.set(steps, length);
    return length;
  };
  const lstmInputs = (x: Tensor, weights: Tensor, bias: Tensor): Tensor[] => {
    const [steps, batch] = x.shape as [number, number, number];
    const units = (bias.shape[0] as number) / 4;
    const state = zeros(batch, units);
    const peephole = zeros(units);
    return [lengthOf(steps), x, state, state, weights, peephole, peephole, peephole, bias];
  };
  const cudnnAttributes = (mode: CudnnMode): OpAttribute[] => [
    attribute('STRING', 'rnn_mode', mode),
    attribute('STRING', 'input_mode', 'linear_input'),
    attribute('STRING', 'direction', 'unidirectional'),
    attribute('FLOAT', 'dropout', 0),
    attribute('INT', 'seed', 0),
    attribute('INT', 'seed2', 0),
  ];
  const firstState = (mode: CudnnMode, x: Tensor, units: number): [Tensor, Tensor] => {
    const state = zeros(1, x.shape[1] as number, units);
    // A GRU has no cell; the operation wants a tensor all the same.
    return [state, mode === 'lstm' ? state : tf.zeros([0])];
  };

  return {
    lstm(x, weights, bias) {
      const clip = attribute('FLOAT', 'cell_clip', 0);
      const inputs = lstmInputs(x, weights, bias);
      const [i, cs, f, o, ci, co, h] = run('BlockLSTMV2', [clip, usesPeephole], inputs, 7) as Tensor[];
      return { i, cs, f, o, ci, co, h } as LstmStates;
    },
    lstmGradient(x, weights, bias, { i, cs, f, o, ci, co, h }, dh) {
      const inputs = [...lstmInputs(x, weights, bias), i, cs, f, o, ci, co, h, tf.zerosLike(cs), dh];
      const out = run('BlockLSTMGradV2', [usesPeephole], inputs, 8) as Tensor[];
      return [out[0], out[3], out[7]] as [Tensor, Tensor, Tensor];
    },
    gruCell(x, h, { gates, candidate, gateBias, candidateBias }) {
      const inputs = [x, h, gates, candidate, gateBias, candidateBias];
      const [r, u, c, next] = run('GRUBlockCell', [], inputs, 4) as [Tensor, Tensor, Tensor, Tensor];
      return { r, u, c, h: next };
    },
    gruCellGradient(x, h, { gates, candidate, gateBias, candidateBias }, { r, u, c }, dh) {
      const inputs = [x, h, gates, candidate, gateBias, candidateBias, r, u, c, dh];
      return run('GRUBlockCellGrad', [], inputs, 4) as [Tensor, Tensor, Tensor, Tensor];
    },
    // Not CudnnRNNV3: one of its outputs is of 8-bit integers, which the package's binding cannot hand on.
    cudnn(mode, x, units, params) {
      const attributes = [...cudnnAttributes(mode), attribute('BOOL', 'is_training', true)];
      const inputs = [x, ...firstState(mode, x, units), params];
      const [output, outputH, outputC, reserve] = run('CudnnRNN', attributes, inputs, 4) as Tensor[];
      return { output, outputH, outputC, reserve } as CudnnStates;
    },
    cudnnGradient(mode, x, params, { output, outputH, outputC, reserve }, dOutput) {
      const inputs = [
        x,
        ...firstState(mode, x, output.shape[2] as number),
        params,
        output,
        outputH,
        outputC,
        dOutput,
        tf.zerosLike(outputH),
        tf.zerosLike(outputC),
        reserve,
      ];
      const out = run('CudnnRNNBackprop', cudnnAttributes(mode), inputs, 4) as Tensor[];
      return [out[0], out[3]] as [Tensor, Tensor];
    },
  };
}
