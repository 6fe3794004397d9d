// Optimiser steps over all parameters of a model as one flat array: parameters, gradients and slots share a layout.
// Formulas of Keras 2, slots without what is negligible (see `decayed`); counts are multiples of 4. Twins: ../reference/optimizer.ts.
import { decayed } from './math';

/** v ← m·v − lr·g; p ← p + v (momentum 0: plain gradient descent, `velocity` untouched). */
export function stepSgd(p: usize, g: usize, velocity: usize, count: i32, learningRate: f32, momentum: f32): void {
  const end = p + (<usize>count << 2);
  const rate = f32x4.splat(learningRate);
  const keep = f32x4.splat(momentum);
  while (p < end) {
    let move = f32x4.mul(rate, v128.load(g));
    if (momentum != 0) {
      move = f32x4.sub(move, f32x4.mul(keep, v128.load(velocity)));
      v128.store(velocity, f32x4.neg(decayed(move)));
    }
    v128.store(p, f32x4.sub(v128.load(p), move));
    p += 16;
    g += 16;
    velocity += 16;
  }
}

/** s ← ρ·s + (1 − ρ)·g²; p ← p − lr·g/(√s + ε) (Hinton 2012; ε outside the root as in Keras). */
export function stepRmsprop(
  p: usize,
  g: usize,
  s: usize,
  count: i32,
  learningRate: f32,
  rho: f32,
  oneMinusRho: f32,
  epsilon: f32,
): void {
  const end = p + (<usize>count << 2);
  const rate = f32x4.splat(learningRate);
  const keep = f32x4.splat(rho);
  const take = f32x4.splat(oneMinusRho);
  const small = f32x4.splat(epsilon);
  while (p < end) {
    const gradient = v128.load(g);
    const square = decayed(
      f32x4.add(f32x4.mul(keep, v128.load(s)), f32x4.mul(take, f32x4.mul(gradient, gradient))),
    );
    v128.store(s, square);
    const move = f32x4.div(f32x4.mul(rate, gradient), f32x4.add(f32x4.sqrt(square), small));
    v128.store(p, f32x4.sub(v128.load(p), move));
    p += 16;
    g += 16;
    s += 16;
  }
}

/** m ← β₁m + (1−β₁)g; v ← β₂v + (1−β₂)g²; p ← p − lrₜ·m/(√v + ε), lrₜ = lr·√(1−β₂ᵗ)/(1−β₁ᵗ) (Kingma & Ba 2015). */
export function stepAdam(
  p: usize,
  g: usize,
  m: usize,
  v: usize,
  count: i32,
  correctedRate: f32,
  beta1: f32,
  oneMinusBeta1: f32,
  beta2: f32,
  oneMinusBeta2: f32,
  epsilon: f32,
): void {
  const end = p + (<usize>count << 2);
  const rate = f32x4.splat(correctedRate);
  const keep1 = f32x4.splat(beta1);
  const take1 = f32x4.splat(oneMinusBeta1);
  const keep2 = f32x4.splat(beta2);
  const take2 = f32x4.splat(oneMinusBeta2);
  const small = f32x4.splat(epsilon);
  while (p < end) {
    const gradient = v128.load(g);
    const first = decayed(f32x4.add(f32x4.mul(keep1, v128.load(m)), f32x4.mul(take1, gradient)));
    const second = decayed(
      f32x4.add(f32x4.mul(keep2, v128.load(v)), f32x4.mul(take2, f32x4.mul(gradient, gradient))),
    );
    v128.store(m, first);
    v128.store(v, second);
    const move = f32x4.div(f32x4.mul(rate, first), f32x4.add(f32x4.sqrt(second), small));
    v128.store(p, f32x4.sub(v128.load(p), move));
    p += 16;
    g += 16;
    m += 16;
    v += 16;
  }
}
