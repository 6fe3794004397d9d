// Long short-term memory, a whole sequence of one tile in one call (Hochreiter & Schmidhuber 1997, as in Keras 2):
//   i, f, o = σ(x·W + h·U + b)   g = act(x·Wg + h·Ug + bg)   c' = f∘c + i∘g   h' = o∘act(c')
// Dropout masks as in gru.ts. Twin: ../reference/recurrent.ts.
import { addInto } from './elementwise';
import { activate, activateInPlace, carried, HARD_SIGMOID, one, slope, TANH_CODE } from './math';
import {
  accumulateGate,
  addHiddenGradient,
  addInputGradient,
  gateHardSigmoid,
  gateRaw,
  inputBytes,
  maskedHiddenStep,
  maskedInputStep,
  maskHidden,
  maskInputs,
  unitBytes,
} from './recurrent';
import { CHUNK, RecurrentPlan } from './recurrent-plan';

const GATES: i32 = 4;

/** c' = f∘c + i∘g, a = act(c'), h' = o∘a; gates lie `unit` bytes apart from `i` on, in the order i, f, g, o, a. */
// @ts-ignore: decorator
@inline function advance(activation: i32, unit: usize, i: usize, cell: usize, hidden: usize): void {
  const end = i + unit;
  while (i < end) {
    const c = f32x4.add(
      f32x4.mul(v128.load(i + unit), v128.load(cell)),
      f32x4.mul(v128.load(i), v128.load(i + 2 * unit)),
    );
    v128.store(cell + unit, c);
    const a = activate(activation, c);
    v128.store(i + 4 * unit, a);
    v128.store(hidden, f32x4.mul(v128.load(i + 3 * unit), a));
    i += 16;
    cell += 16;
    hidden += 16;
  }
}

export function lstmForward(address: usize): void {
  const plan = changetype<RecurrentPlan>(address);
  const unit = unitBytes(plan);
  const count = <i32>(unit >> 2);
  const inputNext = maskedInputStep(plan);
  const hiddenNext = maskedHiddenStep(plan);
  const isHard = plan.recurrentActivation == HARD_SIGMOID;
  for (let t = 0; t < plan.timesteps; t++) {
    const h = plan.hidden + <usize>t * unit;
    const i = plan.gates + <usize>t * plan.gateStep;
    const x = maskInputs(plan, GATES, plan.input + <usize>t * inputBytes(plan), 0);
    const state = maskHidden(plan, GATES, h, 0);
    for (let gate: usize = 0; gate < 4; gate++) {
      const out = i + gate * unit;
      if (gate != 2 && isHard) {
        gateHardSigmoid(plan, gate, x + gate * inputNext, state + gate * hiddenNext, out);
      } else {
        gateRaw(plan, gate, x + gate * inputNext, state + gate * hiddenNext, out);
        activateInPlace(gate == 2 ? plan.activation : plan.recurrentActivation, out, count);
      }
    }
    const cell = plan.cell + <usize>t * unit;
    if (plan.activation == TANH_CODE) advance(TANH_CODE, unit, i, cell, h + unit);
    else advance(plan.activation, unit, i, cell, h + unit);
  }
}

/** Gradients of the gates' pre-activations of one step; dc ← dc ∘ f, dh ← 0. */
// @ts-ignore: decorator
@inline function gateGradients(
  recurrentActivation: i32,
  activation: i32,
  unit: usize,
  dh: usize,
  dc: usize,
  gates: usize,
  cell: usize,
  d: usize,
  gateStep: usize,
): void {
  for (let at: usize = 0; at < unit; at += 16) {
    const dhAt = carried(v128.load(dh + at));
    const i = v128.load(gates + at);
    const f = v128.load(gates + unit + at);
    const g = v128.load(gates + 2 * unit + at);
    const o = v128.load(gates + 3 * unit + at);
    const a = v128.load(gates + 4 * unit + at);
    const dcAt = carried(f32x4.add(v128.load(dc + at), f32x4.mul(f32x4.mul(dhAt, o), slope(activation, a))));
    v128.store(d + at, f32x4.mul(f32x4.mul(dcAt, g), slope(recurrentActivation, i)));
    v128.store(
      d + gateStep + at,
      f32x4.mul(f32x4.mul(dcAt, v128.load(cell + at)), slope(recurrentActivation, f)),
    );
    v128.store(d + 2 * gateStep + at, f32x4.mul(f32x4.mul(dcAt, i), slope(activation, g)));
    v128.store(d + 3 * gateStep + at, f32x4.mul(f32x4.mul(dhAt, a), slope(recurrentActivation, o)));
    v128.store(dc + at, f32x4.mul(dcAt, f));
    v128.store(dh + at, f32x4.splat(0));
  }
}

export function lstmBackward(address: usize): void {
  const plan = changetype<RecurrentPlan>(address);
  const unit = unitBytes(plan);
  const gateStep = <usize>CHUNK * unit;
  const inputNext = maskedInputStep(plan);
  const hiddenNext = maskedHiddenStep(plan);
  memory.fill(plan.cellGradient, 0, unit);
  for (let t = plan.timesteps - 1; t >= 0; t--) {
    const slot = <usize>(t % CHUNK);
    const h = plan.hidden + <usize>t * unit;
    const gates = plan.gates + <usize>t * plan.gateStep;
    const cell = plan.cell + <usize>t * unit;
    const x = maskInputs(plan, GATES, plan.input + <usize>t * inputBytes(plan), slot);
    const state = maskHidden(plan, GATES, h, slot);
    const d = plan.gateGradients + slot * unit;
    if (plan.outputGradient)
      addInto(plan.outputGradient + <usize>t * unit, plan.hiddenGradient, <i32>(unit >> 2));

    if (plan.recurrentActivation == HARD_SIGMOID && plan.activation == TANH_CODE)
      // prettier-ignore
      gateGradients(HARD_SIGMOID, TANH_CODE, unit, plan.hiddenGradient, plan.cellGradient, gates, cell, d, gateStep);
    else
      // prettier-ignore
      gateGradients(plan.recurrentActivation, plan.activation, unit, plan.hiddenGradient, plan.cellGradient, gates, cell, d, gateStep);
    if (t > 0) addHiddenGradient(plan, GATES, d);

    if (plan.inputGradient) {
      const dx = plan.inputGradient + <usize>t * <usize>plan.rows * plan.inputGradientStride;
      memory.fill(dx, 0, <usize>plan.rows * plan.inputGradientStride);
      for (let gate: usize = 0; gate < 4; gate++) addInputGradient(plan, gate, d + gate * gateStep, dx);
    }

    if (slot == 0) {
      const steps = min(CHUNK, plan.timesteps - t);
      for (let gate: usize = 0; gate < 4; gate++) {
        const dGate = plan.gateGradients + gate * gateStep;
        accumulateGate(plan, gate, steps, x + gate * inputNext, state + gate * hiddenNext, dGate, dGate);
      }
    }
  }
}
