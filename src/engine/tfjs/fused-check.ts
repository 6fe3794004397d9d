// Which fused operations may be trusted on this machine: each is held against the plain layer, outputs and gradients, on a
// small batch. One that differs, or that is not there, is not used: a path that nobody could try cannot give wrong results.
import type { GruLayer, LstmLayer } from '../../model/layer-spec.js';
import { cudnnSequence } from './cudnn-sequence.js';
import {
  blockGruSequence,
  blockLstmSequence,
  hasFusedActivations,
  type RunUnmasked,
} from './fused-sequence.js';
import { nativeRecurrentOps, type RecurrentOps } from './recurrent-ops.js';
import { plainSequence, type RecurrentTensors, type RunSequence } from './recurrent-sequence.js';
import type { Tensor, Tensorflow } from './tensors.js';

/** cudnn: of layers that cuDNN computes, on a GPU; block: TensorFlow's own kernels, on a CPU or GPU. */
export type FusedOp = 'cudnnLstm' | 'cudnnGru' | 'blockLstm' | 'blockGru';

const SHAPE = { batch: 6, steps: 4, features: 4, units: 5 } as const;
/** Sums of up to 9 products over 4 steps, rounded to float32 in another order. */
const TOLERANCE = 1e-5;

export interface FusedOps {
  readonly usable: ReadonlySet<FusedOp>;
  readonly ops: RecurrentOps;
}

export interface FusedCheckOptions {
  readonly hasGpu: boolean;
  /** Why an operation is not used. */
  readonly onWarning: (message: string) => void;
  readonly ops?: RecurrentOps;
}

export function checkFusedOps(tf: Tensorflow, options: FusedCheckOptions): FusedOps {
  const { hasGpu, onWarning, ops = nativeRecurrentOps(tf) } = options;
  const candidates: FusedOp[] = ['blockLstm', 'blockGru'];
  if (hasGpu) candidates.unshift('cudnnLstm', 'cudnnGru');
  const usable = candidates.filter((name) => {
    try {
      const error = tf.tidy(() => largestDifference(tf, ops, name));
      if (error <= TOLERANCE) return true;
      onWarning(`${name} differs from the plain layer by ${error}: the plain layer is used`);
    } catch (thrown) {
      onWarning(`${name} cannot be run (${(thrown as Error).message}): the plain layer is used`);
    }
    return false;
  });
  return { usable: new Set(usable), ops };
}

/** The quickest way through a layer's sequences that is right on this machine; null: the plain one. */
export function fusedSequence(
  tf: Tensorflow,
  { usable, ops }: FusedOps,
  spec: GruLayer | LstmLayer,
): RunSequence | null {
  const name = chooseOp(usable, spec);
  if (name === null) return null;
  const fused = sequenceOf(tf, ops, name, spec);
  const plain = plainSequence(tf, spec);
  return (x, weights, masks) =>
    masks.input === null && masks.hidden === null ? fused(x, weights) : plain(x, weights, masks);
}

function chooseOp(usable: ReadonlySet<FusedOp>, spec: GruLayer | LstmLayer): FusedOp | null {
  if (!hasFusedActivations(spec)) return null;
  const fitting: FusedOp[] =
    spec.type === 'lstm' ? ['cudnnLstm', 'blockLstm'] : [spec.resetAfter ? 'cudnnGru' : 'blockGru'];
  return fitting.find((name) => usable.has(name)) ?? null;
}

function sequenceOf(
  tf: Tensorflow,
  ops: RecurrentOps,
  name: FusedOp,
  spec: GruLayer | LstmLayer,
): RunUnmasked {
  switch (name) {
    case 'cudnnLstm':
    case 'cudnnGru':
      return cudnnSequence(tf, ops, spec);
    case 'blockLstm':
      return blockLstmSequence(tf, ops);
    case 'blockGru':
      return blockGruSequence(tf, ops);
  }
}

/** The largest difference of states and of the gradients of input and weights; NaN counts as infinite. */
function largestDifference(tf: Tensorflow, ops: RecurrentOps, name: FusedOp): number {
  const spec = specOf(name);
  const { batch, steps, features, units } = SHAPE;
  const columns = (spec.type === 'lstm' ? 4 : 3) * units;
  const hasSecondBias = spec.type === 'gru' && spec.resetAfter;
  const inputs = [
    tf.randomUniform([batch, steps, features], -1, 1, 'float32', 1),
    tf.randomUniform([features, columns], -1, 1, 'float32', 2),
    tf.randomUniform([units, columns], -1, 1, 'float32', 3),
    tf.randomUniform([columns], -1, 1, 'float32', 4),
    ...(hasSecondBias ? [tf.randomUniform([columns], -1, 1, 'float32', 5)] : []),
  ];
  /** Unequal at each step and unit, so that no two gradients can be mistaken for one another. */
  const slopes = tf.randomUniform([batch, steps, units], -1, 1, 'float32', 6);
  const fused = sequenceOf(tf, ops, name, spec);
  const plain = plainSequence(tf, spec);
  const runs = [
    fused,
    (x: Tensor, weights: RecurrentTensors) => plain(x, weights, { input: null, hidden: null }),
  ];
  const [actual, expected] = runs.map((run) => {
    const states = (...tensors: Tensor[]): Tensor => {
      const [x, kernel, recurrentKernel, bias, recurrentBias = null] = tensors;
      return tf.stack(
        run(x as Tensor, { kernel, recurrentKernel, bias, recurrentBias } as RecurrentTensors),
        1,
      );
    };
    return [states(...inputs), ...tf.grads(states)(inputs, slopes)];
  }) as [Tensor[], Tensor[]];
  const errors = actual.map(
    (tensor, at) => tf.max(tf.abs(tf.sub(tensor, expected[at] as Tensor))).dataSync()[0] as number,
  );
  return errors.reduce(
    (max, error) => (Number.isNaN(error) ? Number.POSITIVE_INFINITY : Math.max(max, error)),
    0,
  );
}

function specOf(name: FusedOp): GruLayer | LstmLayer {
  const shared = {
    units: SHAPE.units,
    activation: 'tanh',
    recurrentActivation: 'sigmoid',
    dropout: 0,
    recurrentDropout: 0,
    returnSequences: true,
    goBackwards: false,
    kernelL2: 0,
    recurrentL2: 0,
  } as const;
  return name === 'cudnnLstm' || name === 'blockLstm'
    ? { type: 'lstm', unitForgetBias: true, ...shared }
    : { type: 'gru', resetAfter: name === 'cudnnGru', ...shared };
}
