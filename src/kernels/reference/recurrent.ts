// Scalar twins of assembly/gru.ts and lstm.ts in double precision and Keras layout, for one sample, forward only: the
// gradients are held by finite differences of these and by TensorFlow.js. Names: x [T, F], kernel [F, G·U], recurrent
// [U, G·U], masks [G, F] and [G, U] (null: none). Returns h of every step, [T, U].
import type { CellActivation, RecurrentActivation } from '../../model/activation.js';

export interface RecurrentWeights {
  readonly kernel: Float64Array;
  readonly recurrentKernel: Float64Array;
  /** [G·U], or [2, G·U] for a GRU with reset after. */
  readonly bias: Float64Array;
}

export interface RecurrentShape {
  readonly timesteps: number;
  readonly features: number;
  readonly units: number;
  readonly activation: CellActivation;
  readonly recurrentActivation: RecurrentActivation;
  readonly inputMask: Float64Array | null;
  readonly hiddenMask: Float64Array | null;
}

const act = (name: CellActivation, x: number): number => (name === 'tanh' ? Math.tanh(x) : Math.max(x, 0));
const gateAct = (name: RecurrentActivation, x: number): number =>
  name === 'sigmoid' ? 1 / (1 + Math.exp(-x)) : Math.min(Math.max(0.2 * x + 0.5, 0), 1);

/** Σ_k values[k]·mask[gate, k]·matrix[k, gate·U + u] */
function project(
  values: Float64Array,
  mask: Float64Array | null,
  matrix: Float64Array,
  gate: number,
  gates: number,
  units: number,
  u: number,
): number {
  const depth = values.length;
  let sum = 0;
  for (let k = 0; k < depth; k++) {
    const scale = mask ? (mask[gate * depth + k] as number) : 1;
    sum += (values[k] as number) * scale * (matrix[k * gates * units + gate * units + u] as number);
  }
  return sum;
}

export function gruSequence(
  x: Float64Array,
  weights: RecurrentWeights,
  shape: RecurrentShape,
  resetAfter: boolean,
): Float64Array {
  const { timesteps, features, units, inputMask, hiddenMask } = shape;
  const out = new Float64Array(timesteps * units);
  const bias = (row: number, gate: number, u: number): number =>
    weights.bias[row * 3 * units + gate * units + u] as number;
  let h = new Float64Array(units);
  for (let t = 0; t < timesteps; t++) {
    const xt = x.subarray(t * features, (t + 1) * features);
    const fromX = (gate: number, u: number): number =>
      project(xt, inputMask, weights.kernel, gate, 3, units, u) + bias(0, gate, u);
    const fromH = (gate: number, u: number): number =>
      project(h, hiddenMask, weights.recurrentKernel, gate, 3, units, u) +
      (resetAfter ? bias(1, gate, u) : 0);
    const reset = Float64Array.from(h, (_, u) =>
      gateAct(shape.recurrentActivation, fromX(1, u) + fromH(1, u)),
    );
    const resetHidden = h.map((value, u) => value * (reset[u] as number));
    const next = h.map((value, u) => {
      const z = gateAct(shape.recurrentActivation, fromX(0, u) + fromH(0, u));
      const fromState = resetAfter
        ? (reset[u] as number) * fromH(2, u)
        : project(resetHidden, hiddenMask, weights.recurrentKernel, 2, 3, units, u);
      return z * value + (1 - z) * act(shape.activation, fromX(2, u) + fromState);
    });
    out.set(next, t * units);
    h = next;
  }
  return out;
}

export function lstmSequence(
  x: Float64Array,
  weights: RecurrentWeights,
  shape: RecurrentShape,
): Float64Array {
  const { timesteps, features, units, inputMask, hiddenMask } = shape;
  const out = new Float64Array(timesteps * units);
  let h = new Float64Array(units);
  let cell = new Float64Array(units);
  for (let t = 0; t < timesteps; t++) {
    const xt = x.subarray(t * features, (t + 1) * features);
    const sum = (gate: number, u: number): number =>
      project(xt, inputMask, weights.kernel, gate, 4, units, u) +
      project(h, hiddenMask, weights.recurrentKernel, gate, 4, units, u) +
      (weights.bias[gate * units + u] as number);
    const nextCell = cell.map((value, u) => {
      const i = gateAct(shape.recurrentActivation, sum(0, u));
      const forget = gateAct(shape.recurrentActivation, sum(1, u));
      return forget * value + i * act(shape.activation, sum(2, u));
    });
    const next = nextCell.map(
      (value, u) => gateAct(shape.recurrentActivation, sum(3, u)) * act(shape.activation, value),
    );
    out.set(next, t * units);
    h = next;
    cell = nextCell;
  }
  return out;
}
