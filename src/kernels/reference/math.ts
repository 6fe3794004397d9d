// Scalar twins of assembly/math.ts, bit for bit: the same float32 operations in the same order.
import type { Activation } from '../../model/activation.js';

const f = Math.fround;
const bits = new DataView(new ArrayBuffer(4));

/** pmin and pmax of WebAssembly: NaN in `a` passes through. */
// Not Math.min and Math.max, which differ on the sign of zero.
const pmin = (a: number, b: number): number => (b < a ? b : a);
const pmax = (a: number, b: number): number => (a < b ? b : a);

const HIGHEST_FIRST_2F = [
  0.0013276470127, 0.009675541893, 0.05550713465, 0.24022120237350464, 0.6931469440460205, 1,
].map(f);

function powerOfTwo(x: number): number {
  const y = pmin(pmax(x, -126), 126);
  const shifted = f(y + 12_582_912);
  const fraction = f(y - f(shifted - 12_582_912));
  let p = HIGHEST_FIRST_2F[0] as number;
  for (const coefficient of HIGHEST_FIRST_2F.slice(1)) p = f(f(p * fraction) + coefficient);
  bits.setFloat32(0, shifted);
  const exponent = bits.getInt32(0) << 23;
  bits.setFloat32(0, p);
  bits.setInt32(0, (bits.getInt32(0) + exponent) | 0);
  return bits.getFloat32(0);
}

export function sigmoid(x: number): number {
  return f(1 / f(1 + powerOfTwo(f(x * f(-Math.LOG2E)))));
}

export function exponential(x: number): number {
  return powerOfTwo(f(-x * f(-Math.LOG2E)));
}

const TANH_P = [
  -2.76076847742355e-16, 2.00018790482477e-13, -8.60467152213735e-11, 5.12229709037114e-8,
  1.48572235717979e-5, 6.37261928875436e-4, 4.89352455891786e-3,
].map(f);
const TANH_Q = [1.19825839466702e-6, 1.18534705686654e-4, 2.268434632439e-3, 4.89352518554385e-3].map(f);
const TANH_LIMIT = f(7.905311107635498);

const horner = (coefficients: readonly number[], x: number): number =>
  coefficients.slice(1).reduce((sum, coefficient) => f(f(sum * x) + coefficient), coefficients[0] as number);

export function tanh(x: number): number {
  const clamped = pmin(pmax(f(x), f(-TANH_LIMIT)), TANH_LIMIT);
  const square = f(clamped * clamped);
  return f(f(horner(TANH_P, square) * clamped) / horner(TANH_Q, square));
}

export function hardSigmoid(x: number): number {
  return pmin(pmax(f(f(x * f(0.2)) + 0.5), 0), 1);
}

export function relu(x: number): number {
  return pmax(f(x), 0);
}

export function activate(activation: Activation, x: number): number {
  switch (activation) {
    case 'linear':
      return x;
    case 'relu':
      return relu(x);
    case 'tanh':
      return tanh(x);
    case 'sigmoid':
      return sigmoid(x);
    case 'hardSigmoid':
      return hardSigmoid(x);
  }
}

/** Derivative of an activation from its output. */
export function slope(activation: Activation, y: number): number {
  switch (activation) {
    case 'linear':
      return 1;
    case 'relu':
      return y > 0 ? 1 : 0;
    case 'tanh':
      return f(1 - f(y * y));
    case 'sigmoid':
      return f(y * f(1 - y));
    case 'hardSigmoid':
      return y > 0 && y < 1 ? f(0.2) : 0;
  }
}
