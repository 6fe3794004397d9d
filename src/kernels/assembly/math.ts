// Vectorised activations of our own, four float32 lanes at a time: the same bits on every machine, since they use only
// IEEE additions, products, divisions, min and max in a fixed order. Scalar twins: ../reference/math.ts.

// Constants lie in memory and are read with load32_splat, which V8 turns into one broadcast load.
const SIGMOID: usize = memory.data<f32>(
  [
    -1.44269504089, // 0: −log2(e)
    12582912.0, // 1: 1.5·2^23, adding it rounds to an integer
    126.0, // 2: largest exponent kept
    -126.0, // 3
    0.6931469440460205, // 4: coefficients of 2^f on [−½, ½], degree 5 (minimax)
    0.24022120237350464, // 5
    0.05550713465, // 6
    0.009675541893, // 7
    0.0013276470127, // 8
    1.0, // 9
  ],
  16,
);
// tanh(x) ≈ x·P(x²)/Q(x²) on |x| ≤ 7.905; coefficients as in Eigen's ptanh_float (Mozilla Public Licence 2.0 source,
// the numbers only).
const TANH: usize = memory.data<f32>(
  [
    7.90531110763549805, // 0: beyond it float32 tanh is ±1
    -7.90531110763549805, // 1
    -2.76076847742355e-16, // 2: P, highest power first
    2.00018790482477e-13, // 3
    -8.60467152213735e-11, // 4
    5.12229709037114e-8, // 5
    1.48572235717979e-5, // 6
    6.37261928875436e-4, // 7
    4.89352455891786e-3, // 8
    1.19825839466702e-6, // 9: Q
    1.18534705686654e-4, // 10
    2.268434632439e-3, // 11
    4.89352518554385e-3, // 12
  ],
  16,
);
const SIMPLE: usize = memory.data<f32>([0.0, 1.0, 0.5, 0.2], 16);

// 2⁻⁹⁰ and 2⁻¹²⁰.
const NEGLIGIBLE: usize = memory.data<f32>([8.077935669463161e-28, 7.52316384526264e-37], 16);

// @ts-ignore: decorator
@inline function constant(table: usize, index: usize): v128 {
  return v128.load32_splat(table + (index << 2));
}
// @ts-ignore: decorator
@inline export function zero(): v128 {
  return constant(SIMPLE, 0);
}
// @ts-ignore: decorator
@inline export function one(): v128 {
  return constant(SIMPLE, 1);
}

// @ts-ignore: decorator
@inline function dropBelow(limit: v128, x: v128): v128 {
  // A comparison with NaN is false, so NaN stays.
  return v128.andnot(x, f32x4.lt(f32x4.abs(x), limit));
}
/**
 * A gradient that is carried back through time, 0 where it is below 2⁻⁹⁰: it shrinks at every step, and products of
 * subnormal numbers take a processor ten to a hundred times as long.
 */
// @ts-ignore: decorator
@inline export function carried(x: v128): v128 {
  return dropBelow(constant(NEGLIGIBLE, 0), x);
}
/** A slot of the optimiser that decays from step to step, 0 where it is below 2⁻¹²⁰. */
// @ts-ignore: decorator
@inline export function decayed(x: v128): v128 {
  return dropBelow(constant(NEGLIGIBLE, 1), x);
}

/** 2^y for |y| ≤ 126, where it is cut off; relative error ≤ 1.2e-7; NaN stays NaN. */
// @ts-ignore: decorator
@inline function powerOfTwo(x: v128): v128 {
  // pmin/pmax keep their first operand when a comparison is false, so NaN passes through.
  const y = f32x4.pmin(f32x4.pmax(x, constant(SIGMOID, 3)), constant(SIGMOID, 2));
  const shifted = f32x4.add(y, constant(SIGMOID, 1));
  const f = f32x4.sub(y, f32x4.sub(shifted, constant(SIGMOID, 1)));
  let p = f32x4.add(f32x4.mul(constant(SIGMOID, 8), f), constant(SIGMOID, 7));
  p = f32x4.add(f32x4.mul(p, f), constant(SIGMOID, 6));
  p = f32x4.add(f32x4.mul(p, f), constant(SIGMOID, 5));
  p = f32x4.add(f32x4.mul(p, f), constant(SIGMOID, 4));
  p = f32x4.add(f32x4.mul(p, f), constant(SIGMOID, 9));
  // 2^n · p: n sits in the low mantissa bits of `shifted`; move it into the exponent.
  return i32x4.add(p, i32x4.shl(shifted, 23));
}

/** 1/(1 + e^−x); absolute error ≤ 1.2e-7. Saturates where e^∓x leaves float32's exponents; NaN stays NaN. */
// @ts-ignore: decorator
@inline export function sigmoid(x: v128): v128 {
  const power = powerOfTwo(f32x4.mul(x, constant(SIGMOID, 0)));
  return f32x4.div(constant(SIGMOID, 9), f32x4.add(constant(SIGMOID, 9), power));
}

/** e^x between 2⁻¹²⁶ and 2¹²⁶; relative error ≤ 1.2e-7 + 4e-8·|x|. NaN stays NaN. */
// @ts-ignore: decorator
@inline export function exponential(x: v128): v128 {
  return powerOfTwo(f32x4.mul(f32x4.neg(x), constant(SIGMOID, 0)));
}

/** tanh; relative error ≤ 5e-7. */
// @ts-ignore: decorator
@inline export function tanh(x: v128): v128 {
  const clamped = f32x4.pmin(f32x4.pmax(x, constant(TANH, 1)), constant(TANH, 0));
  const s = f32x4.mul(clamped, clamped);
  let p = f32x4.add(f32x4.mul(s, constant(TANH, 2)), constant(TANH, 3));
  p = f32x4.add(f32x4.mul(p, s), constant(TANH, 4));
  p = f32x4.add(f32x4.mul(p, s), constant(TANH, 5));
  p = f32x4.add(f32x4.mul(p, s), constant(TANH, 6));
  p = f32x4.add(f32x4.mul(p, s), constant(TANH, 7));
  p = f32x4.add(f32x4.mul(p, s), constant(TANH, 8));
  p = f32x4.mul(p, clamped);
  let q = f32x4.add(f32x4.mul(s, constant(TANH, 9)), constant(TANH, 10));
  q = f32x4.add(f32x4.mul(q, s), constant(TANH, 11));
  q = f32x4.add(f32x4.mul(q, s), constant(TANH, 12));
  return f32x4.div(p, q);
}

/** Keras 2 hard sigmoid: clip(0.2·x + 0.5, 0, 1). */
// @ts-ignore: decorator
@inline export function hardSigmoid(x: v128): v128 {
  const line = f32x4.add(f32x4.mul(x, constant(SIMPLE, 3)), constant(SIMPLE, 2));
  return f32x4.pmin(f32x4.pmax(line, constant(SIMPLE, 0)), constant(SIMPLE, 1));
}

// @ts-ignore: decorator
@inline export function relu(x: v128): v128 {
  return f32x4.pmax(x, constant(SIMPLE, 0));
}

// Activation codes, the same as in ../activation-code.ts.
// @ts-ignore: decorator
@inline export const LINEAR: i32 = 0;
// @ts-ignore: decorator
@inline export const RELU: i32 = 1;
// @ts-ignore: decorator
@inline export const TANH_CODE: i32 = 2;
// @ts-ignore: decorator
@inline export const SIGMOID_CODE: i32 = 3;
// @ts-ignore: decorator
@inline export const HARD_SIGMOID: i32 = 4;

// @ts-ignore: decorator
@inline export function activate(code: i32, x: v128): v128 {
  if (code == TANH_CODE) return tanh(x);
  if (code == SIGMOID_CODE) return sigmoid(x);
  if (code == HARD_SIGMOID) return hardSigmoid(x);
  if (code == RELU) return relu(x);
  return x;
}

/** Derivative of an activation from its output y = activate(x). */
// @ts-ignore: decorator
@inline export function slope(code: i32, y: v128): v128 {
  if (code == TANH_CODE) return f32x4.sub(one(), f32x4.mul(y, y));
  if (code == SIGMOID_CODE) return f32x4.mul(y, f32x4.sub(one(), y));
  if (code == HARD_SIGMOID)
    return v128.and(v128.and(f32x4.gt(y, zero()), f32x4.lt(y, one())), constant(SIMPLE, 3));
  if (code == RELU) return v128.and(f32x4.gt(y, zero()), one());
  return one();
}

/** Applies an activation in place to `count` float32 (a multiple of 4). */
export function activateInPlace(code: i32, values: usize, count: i32): void {
  const end = values + (<usize>count << 2);
  if (code == TANH_CODE) {
    while (values < end) {
      v128.store(values, tanh(v128.load(values)));
      values += 16;
    }
  } else if (code == SIGMOID_CODE) {
    while (values < end) {
      v128.store(values, sigmoid(v128.load(values)));
      values += 16;
    }
  } else if (code != LINEAR) {
    while (values < end) {
      v128.store(values, activate(code, v128.load(values)));
      values += 16;
    }
  }
}

/** gradient ← gradient ∘ slope(output), `count` float32 (a multiple of 4). */
export function activationBackward(code: i32, output: usize, gradient: usize, count: i32): void {
  if (code == LINEAR) return;
  const end = output + (<usize>count << 2);
  while (output < end) {
    v128.store(gradient, f32x4.mul(v128.load(gradient), slope(code, v128.load(output))));
    output += 16;
    gradient += 16;
  }
}
