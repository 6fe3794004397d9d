// Gated recurrent unit, a whole sequence of one tile in one call (Cho et al. 2014, as in Keras 2):
//   z = σ(x·Wz + h·Uz + bz)   r = σ(x·Wr + h·Ur + br)
//   reset before: c = act(x·Wc + (r∘h)·Uc + bc)      reset after: c = act(x·Wc + bc + r∘(h·Uc + b'c))
//   h' = z∘h + (1 − z)∘c
// Dropout masks (one per gate, held over all steps) multiply x and h where they enter a product, not z∘h.
// Twin: ../reference/recurrent.ts.
import { activateInPlace, carried, HARD_SIGMOID, one, SIGMOID_CODE, slope, TANH_CODE } from './math';
import { FROM_ZERO, GRU_RESET, product } from './product';
import { accumulateBias } from './product-gradient';
import {
  accumulateGate,
  addHiddenGradient,
  addInputGradient,
  biasBytes,
  gateHardSigmoid,
  gateHardSigmoidTimes,
  gateRaw,
  inputBytes,
  kernelBytes,
  maskedHiddenStep,
  maskedInputStep,
  maskHidden,
  maskInputs,
  recurrentBytes,
  singleProduct,
  unitBytes,
} from './recurrent';
import { addInto, multiply } from './elementwise';
import { CHUNK, RecurrentPlan } from './recurrent-plan';

const GATES: i32 = 3;

/** c = act(c), next = z∘h + (1 − z)∘c as c + z∘(h − c). */
function blend(activation: i32, count: usize, candidate: usize, z: usize, h: usize, next: usize): void {
  activateInPlace(activation, candidate, <i32>(count >> 2));
  const end = candidate + count;
  while (candidate < end) {
    const c = v128.load(candidate);
    v128.store(next, f32x4.add(c, f32x4.mul(v128.load(z), f32x4.sub(v128.load(h), c))));
    candidate += 16;
    z += 16;
    h += 16;
    next += 16;
  }
}

/** candidate += r ∘ projected */
function addReset(count: usize, r: usize, projected: usize, candidate: usize): void {
  const end = r + count;
  while (r < end) {
    v128.store(candidate, f32x4.add(v128.load(candidate), f32x4.mul(v128.load(r), v128.load(projected))));
    r += 16;
    projected += 16;
    candidate += 16;
  }
}

export function gruForward(address: usize): void {
  const plan = changetype<RecurrentPlan>(address);
  const unit = unitBytes(plan);
  const inputNext = maskedInputStep(plan);
  const hiddenNext = maskedHiddenStep(plan);
  for (let t = 0; t < plan.timesteps; t++) {
    const h = plan.hidden + <usize>t * unit;
    const next = h + unit;
    const z = plan.gates + <usize>t * plan.gateStep;
    const r = z + unit;
    const candidate = r + unit;
    const x = maskInputs(plan, GATES, plan.input + <usize>t * inputBytes(plan), 0);
    const state = maskHidden(plan, GATES, h, 0);
    const stateOfCandidate = state + 2 * hiddenNext;
    const isHard = plan.recurrentActivation == HARD_SIGMOID;
    if (isHard) gateHardSigmoid(plan, 0, x, state, z);
    else gateRaw(plan, 0, x, state, z);
    if (plan.resetAfter) {
      const projected = candidate + unit;
      gateRaw(plan, 1, x + inputNext, state + hiddenNext, r);
      activateInPlace(plan.recurrentActivation, r, <i32>(unit >> 2));
      // prettier-ignore
      singleProduct(plan, plan.recurrentBias + 2 * biasBytes(plan), stateOfCandidate, plan.unitStride, plan.units,
        plan.recurrentKernel + 2 * recurrentBytes(plan), projected);
      // prettier-ignore
      singleProduct(plan, plan.forwardBias + 2 * biasBytes(plan), x + 2 * inputNext, plan.inputStride, plan.features,
        plan.kernel + 2 * kernelBytes(plan), candidate);
      addReset(unit, r, projected, candidate);
    } else {
      if (isHard) {
        gateHardSigmoidTimes(plan, 1, x + inputNext, state + hiddenNext, r, stateOfCandidate, plan.resetHidden);
      } else {
        gateRaw(plan, 1, x + inputNext, state + hiddenNext, r);
        activateInPlace(plan.recurrentActivation, r, <i32>(unit >> 2));
        multiply(r, stateOfCandidate, plan.resetHidden, <i32>(unit >> 2));
      }
      gateRaw(plan, 2, x + 2 * inputNext, plan.resetHidden, candidate);
    }
    if (!isHard) activateInPlace(plan.recurrentActivation, z, <i32>(unit >> 2));
    blend(plan.activation, unit, candidate, z, h, next);
  }
}

/** Reset before: dz, dc and r∘h of one step; dh, without what is negligible, stays for the product that follows. */
// @ts-ignore: decorator
@inline function gateGradientsBefore(
  recurrentActivation: i32,
  activation: i32,
  count: usize,
  dh: usize,
  z: usize,
  unit: usize,
  h: usize,
  maskedH: usize,
  dz: usize,
  gateStep: usize,
  resetHidden: usize,
): void {
  for (let i: usize = 0; i < count; i += 16) {
    const d = carried(v128.load(dh + i));
    const gate = v128.load(z + i);
    const c = v128.load(z + 2 * unit + i);
    v128.store(dh + i, d);
    v128.store(
      dz + i,
      f32x4.mul(f32x4.mul(d, f32x4.sub(v128.load(h + i), c)), slope(recurrentActivation, gate)),
    );
    v128.store(
      dz + 2 * gateStep + i,
      f32x4.mul(f32x4.mul(d, f32x4.sub(one(), gate)), slope(activation, c)),
    );
    v128.store(resetHidden + i, f32x4.mul(v128.load(z + unit + i), v128.load(maskedH + i)));
  }
}

/** Reset after: dz, dr, dc·r (the gradient of h·U) and dc of one step; dh ← dh ∘ z. */
function gateGradientsAfter(
  recurrentActivation: i32,
  activation: i32,
  count: usize,
  dh: usize,
  z: usize,
  unit: usize,
  h: usize,
  dz: usize,
  gateStep: usize,
): void {
  for (let i: usize = 0; i < count; i += 16) {
    const d = carried(v128.load(dh + i));
    const gate = v128.load(z + i);
    const r = v128.load(z + unit + i);
    const c = v128.load(z + 2 * unit + i);
    const projected = v128.load(z + 3 * unit + i);
    v128.store(
      dz + i,
      f32x4.mul(f32x4.mul(d, f32x4.sub(v128.load(h + i), c)), slope(recurrentActivation, gate)),
    );
    const dc = f32x4.mul(f32x4.mul(d, f32x4.sub(one(), gate)), slope(activation, c));
    v128.store(dz + gateStep + i, f32x4.mul(f32x4.mul(dc, projected), slope(recurrentActivation, r)));
    v128.store(dz + 2 * gateStep + i, f32x4.mul(dc, r));
    v128.store(dz + 3 * gateStep + i, dc);
    v128.store(dh + i, f32x4.mul(d, gate));
  }
}

/** d(r∘h) = dc·Ucᵀ of one step, and from it dr and dh (see GRU_RESET). */
// @ts-ignore: decorator
@inline function resetGradient(recurrentActivation: i32, plan: RecurrentPlan, maskedH: usize, z: usize, dz: usize): void {
  const unit = unitBytes(plan);
  const gateStep = <usize>CHUNK * unit;
  const mask = plan.hiddenMask ? plan.hiddenMask + 2 * unit : 0;
  const b = plan.transposedRecurrent + 2 * recurrentBytes(plan);
  // prettier-ignore
  product(FROM_ZERO, GRU_RESET, plan.rows, plan.unitPanels, plan.hiddenGradient, plan.unitStride, 0,
    0, 0, 0, 0, 1, dz + 2 * gateStep, 0, plan.unitStride, plan.units, b, 0,
    maskedH, dz + gateStep, z, z + unit, mask, recurrentActivation);
}

export function gruBackward(address: usize): void {
  const plan = changetype<RecurrentPlan>(address);
  const unit = unitBytes(plan);
  const gateStep = <usize>CHUNK * unit;
  const inputNext = maskedInputStep(plan);
  const hiddenNext = maskedHiddenStep(plan);
  const ra = plan.recurrentActivation;
  for (let t = plan.timesteps - 1; t >= 0; t--) {
    const slot = <usize>(t % CHUNK);
    const h = plan.hidden + <usize>t * unit;
    const z = plan.gates + <usize>t * plan.gateStep;
    const x = maskInputs(plan, GATES, plan.input + <usize>t * inputBytes(plan), slot);
    const state = maskHidden(plan, GATES, h, slot);
    const dz = plan.gateGradients + slot * unit;
    if (plan.outputGradient)
      addInto(plan.outputGradient + <usize>t * unit, plan.hiddenGradient, <i32>(unit >> 2));

    if (plan.resetAfter) {
      gateGradientsAfter(ra, plan.activation, unit, plan.hiddenGradient, z, unit, h, dz, gateStep);
      if (t > 0) addHiddenGradient(plan, 3, dz);
    } else {
      const maskedH = state + 2 * hiddenNext;
      const resetHidden = plan.resetHidden + slot * unit;
      // Constant codes let the compiler drop the branches of the usual case.
      if (ra == HARD_SIGMOID && plan.activation == TANH_CODE)
        // prettier-ignore
        gateGradientsBefore(HARD_SIGMOID, TANH_CODE, unit, plan.hiddenGradient, z, unit, h, maskedH, dz, gateStep, resetHidden);
      else
        // prettier-ignore
        gateGradientsBefore(ra, plan.activation, unit, plan.hiddenGradient, z, unit, h, maskedH, dz, gateStep, resetHidden);
      if (ra == HARD_SIGMOID) resetGradient(HARD_SIGMOID, plan, maskedH, z, dz);
      else resetGradient(SIGMOID_CODE, plan, maskedH, z, dz);
      if (t > 0) addHiddenGradient(plan, 2, dz);
    }

    if (plan.inputGradient) {
      const dx = plan.inputGradient + <usize>t * <usize>plan.rows * plan.inputGradientStride;
      memory.fill(dx, 0, <usize>plan.rows * plan.inputGradientStride);
      addInputGradient(plan, 0, dz, dx);
      addInputGradient(plan, 1, dz + gateStep, dx);
      addInputGradient(plan, 2, dz + (plan.resetAfter ? 3 : 2) * gateStep, dx);
    }

    if (slot == 0) {
      const steps = min(CHUNK, plan.timesteps - t);
      const d = plan.gateGradients;
      accumulateGate(plan, 0, steps, x, state, d, d);
      accumulateGate(plan, 1, steps, x + inputNext, state + hiddenNext, d + gateStep, d + gateStep);
      if (plan.resetAfter) {
        // prettier-ignore
        accumulateGate(plan, 2, steps, x + 2 * inputNext, state + 2 * hiddenNext, d + 3 * gateStep, d + 2 * gateStep);
        for (let gate: usize = 0; gate < 3; gate++)
          // prettier-ignore
          accumulateBias(steps * plan.rows, d + gate * gateStep, plan.unitStride, plan.unitPanels,
            plan.recurrentBiasGradient + gate * biasBytes(plan));
      } else {
        accumulateGate(plan, 2, steps, x + 2 * inputNext, plan.resetHidden, d + 2 * gateStep, d + 2 * gateStep);
      }
    }
  }
}
