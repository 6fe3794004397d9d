// What GRU and LSTM share: products of a gate, masks, and the sums of kernel gradients over a chunk of time steps.
import { multiply } from './elementwise';
import {
  ADD_MASKED,
  FROM_BIAS,
  FROM_RESULT,
  FROM_ZERO,
  product,
  STORE,
  STORE_HARD_SIGMOID,
  STORE_HARD_SIGMOID_TIMES,
  transposePanels,
} from './product';
import { accumulateBias, accumulateGradient } from './product-gradient';
import { CHUNK, RecurrentPlan } from './recurrent-plan';

// @ts-ignore: decorator
@inline export function unitBytes(plan: RecurrentPlan): usize {
  return <usize>plan.rows * plan.unitStride;
}
// @ts-ignore: decorator
@inline export function inputBytes(plan: RecurrentPlan): usize {
  return <usize>plan.rows * plan.inputStride;
}
/** Bytes of one gate's packed kernel, recurrent kernel and bias. */
// @ts-ignore: decorator
@inline export function kernelBytes(plan: RecurrentPlan): usize {
  return <usize>(plan.unitPanels * plan.features) << 5;
}
// @ts-ignore: decorator
@inline export function recurrentBytes(plan: RecurrentPlan): usize {
  return <usize>(plan.unitPanels * plan.units) << 5;
}
// @ts-ignore: decorator
@inline export function biasBytes(plan: RecurrentPlan): usize {
  return <usize>plan.unitPanels << 5;
}

/** out = forwardBias + x·W + h·U of one gate, raw. */
export function gateRaw(plan: RecurrentPlan, gate: usize, x: usize, h: usize, out: usize): void {
  const b = plan.kernel + gate * kernelBytes(plan);
  // prettier-ignore
  product(FROM_BIAS, STORE, plan.rows, plan.unitPanels, out, plan.unitStride, plan.forwardBias + gate * biasBytes(plan),
    x, plan.inputStride, plan.features, b,
    1, h, 0, plan.unitStride, plan.units, plan.recurrentKernel + gate * recurrentBytes(plan), 0, 0, 0, 0, 0, 0, 0);
}

/** The same with the hard sigmoid applied. */
export function gateHardSigmoid(plan: RecurrentPlan, gate: usize, x: usize, h: usize, out: usize): void {
  const b = plan.kernel + gate * kernelBytes(plan);
  // prettier-ignore
  product(FROM_BIAS, STORE_HARD_SIGMOID, plan.rows, plan.unitPanels, out, plan.unitStride, plan.forwardBias + gate * biasBytes(plan),
    x, plan.inputStride, plan.features, b,
    1, h, 0, plan.unitStride, plan.units, plan.recurrentKernel + gate * recurrentBytes(plan), 0, 0, 0, 0, 0, 0, 0);
}

/** The same, and `timesH` = gate ∘ `factor`: the GRU's r∘h. */
export function gateHardSigmoidTimes(
  plan: RecurrentPlan,
  gate: usize,
  x: usize,
  h: usize,
  out: usize,
  factor: usize,
  timesH: usize,
): void {
  const b = plan.kernel + gate * kernelBytes(plan);
  // prettier-ignore
  product(FROM_BIAS, STORE_HARD_SIGMOID_TIMES, plan.rows, plan.unitPanels, out, plan.unitStride, plan.forwardBias + gate * biasBytes(plan),
    x, plan.inputStride, plan.features, b,
    1, h, 0, plan.unitStride, plan.units, plan.recurrentKernel + gate * recurrentBytes(plan), 0, factor, timesH, 0, 0, 0, 0);
}

/** out = bias + a·B, one operand of `depth` values a row. */
export function singleProduct(
  plan: RecurrentPlan,
  bias: usize,
  a: usize,
  aStride: usize,
  depth: i32,
  b: usize,
  out: usize,
): void {
  // prettier-ignore
  product(FROM_BIAS, STORE, plan.rows, plan.unitPanels, out, plan.unitStride, bias,
    0, 0, 0, 0, 1, a, 0, aStride, depth, b, 0, 0, 0, 0, 0, 0, 0);
}

/** Products of masks with this step's input, one per gate; returns where gate 0's masked input is (x when no mask). */
export function maskInputs(plan: RecurrentPlan, gates: i32, x: usize, slot: usize): usize {
  if (!plan.inputMask) return x;
  const bytes = inputBytes(plan);
  for (let gate = 0; gate < gates; gate++)
    multiply(
      x,
      plan.inputMask + <usize>gate * bytes,
      plan.maskedInput + (<usize>gate * <usize>CHUNK + slot) * bytes,
      <i32>(bytes >> 2),
    );
  return plan.maskedInput + slot * bytes;
}

/** The same for the state. */
export function maskHidden(plan: RecurrentPlan, gates: i32, h: usize, slot: usize): usize {
  if (!plan.hiddenMask) return h;
  const bytes = unitBytes(plan);
  for (let gate = 0; gate < gates; gate++)
    multiply(
      h,
      plan.hiddenMask + <usize>gate * bytes,
      plan.maskedHidden + (<usize>gate * <usize>CHUNK + slot) * bytes,
      <i32>(bytes >> 2),
    );
  return plan.maskedHidden + slot * bytes;
}

/** Bytes from one gate's masked array to the next one's: 0 without masks, all gates see the same array. */
// @ts-ignore: decorator
@inline export function maskedInputStep(plan: RecurrentPlan): usize {
  return plan.inputMask ? <usize>CHUNK * inputBytes(plan) : 0;
}
// @ts-ignore: decorator
@inline export function maskedHiddenStep(plan: RecurrentPlan): usize {
  return plan.hiddenMask ? <usize>CHUNK * unitBytes(plan) : 0;
}

/** dh += Σ over `gates` gates d_g·U_gᵀ (∘ mask_g), d at this chunk's slot. */
export function addHiddenGradient(plan: RecurrentPlan, gates: i32, d: usize): void {
  const step = <usize>CHUNK * unitBytes(plan);
  if (!plan.hiddenMask) {
    // prettier-ignore
    product(FROM_RESULT, STORE, plan.rows, plan.unitPanels, plan.hiddenGradient, plan.unitStride, 0,
      0, 0, 0, 0, gates, d, step, plan.unitStride, plan.units, plan.transposedRecurrent, recurrentBytes(plan), 0, 0, 0, 0, 0, 0);
    return;
  }
  for (let gate: usize = 0; gate < <usize>gates; gate++)
    // prettier-ignore
    product(FROM_ZERO, ADD_MASKED, plan.rows, plan.unitPanels, plan.hiddenGradient, plan.unitStride, 0,
      0, 0, 0, 0, 1, d + gate * step, 0, plan.unitStride, plan.units, plan.transposedRecurrent + gate * recurrentBytes(plan), 0,
      plan.hiddenMask + gate * unitBytes(plan), 0, 0, 0, 0, 0);
}

/** Bytes of one gate's transposed kernel. */
// @ts-ignore: decorator
@inline function transposedKernelBytes(plan: RecurrentPlan): usize {
  return <usize>(((plan.features + 7) >> 3) * plan.units) << 5;
}

/** dx += d·W_gᵀ (∘ mask_g) for one gate; dx rows are `inputGradientStride` apart. */
export function addInputGradient(plan: RecurrentPlan, gate: usize, d: usize, dx: usize): void {
  const panels = (plan.features + 7) >> 3;
  const b = plan.transposedKernel + gate * transposedKernelBytes(plan);
  if (!plan.inputMask)
    // prettier-ignore
    product(FROM_RESULT, STORE, plan.rows, panels, dx, plan.inputGradientStride, 0,
      0, 0, 0, 0, 1, d, 0, plan.unitStride, plan.units, b, 0, 0, 0, 0, 0, 0, 0);
  else
    // The mask's rows are inputStride apart, which equals inputGradientStride wherever an input gradient is wanted.
    // prettier-ignore
    product(FROM_ZERO, ADD_MASKED, plan.rows, panels, dx, plan.inputGradientStride, 0,
      0, 0, 0, 0, 1, d, 0, plan.unitStride, plan.units, b, 0, plan.inputMask + gate * inputBytes(plan), 0, 0, 0, 0, 0);
}

/** Kernel, recurrent and bias gradients of one gate over the `steps` steps of a chunk that starts at x, h. */
export function accumulateGate(
  plan: RecurrentPlan,
  gate: usize,
  steps: i32,
  x: usize,
  h: usize,
  dInput: usize,
  dHidden: usize,
): void {
  const rows = steps * plan.rows;
  const kernelGradient = plan.kernelGradient + gate * kernelBytes(plan);
  const recurrentGradient = plan.recurrentKernelGradient + gate * recurrentBytes(plan);
  accumulateGradient(rows, x, plan.inputStride, plan.features, dInput, plan.unitStride, plan.unitPanels, kernelGradient);
  accumulateBias(rows, dInput, plan.unitStride, plan.unitPanels, plan.biasGradient + gate * biasBytes(plan));
  accumulateGradient(rows, h, plan.unitStride, plan.units, dHidden, plan.unitStride, plan.unitPanels, recurrentGradient);
}

/** Once before a step: transposed kernels and the bias that starts the products. */
export function prepareRecurrent(address: usize, gates: i32): void {
  const plan = changetype<RecurrentPlan>(address);
  for (let gate: usize = 0; gate < <usize>gates; gate++) {
    transposePanels(
      plan.recurrentKernel + gate * recurrentBytes(plan),
      plan.units,
      plan.units,
      plan.transposedRecurrent + gate * recurrentBytes(plan),
    );
    if (plan.transposedKernel)
      transposePanels(
        plan.kernel + gate * kernelBytes(plan),
        plan.features,
        plan.units,
        plan.transposedKernel + gate * transposedKernelBytes(plan),
      );
  }
  prepareForwardBias(plan, gates);
}

/** The part of prepareRecurrent that a forward pass alone needs. */
export function prepareForward(address: usize, gates: i32): void {
  prepareForwardBias(changetype<RecurrentPlan>(address), gates);
}

function prepareForwardBias(plan: RecurrentPlan, gates: i32): void {
  const bytes = biasBytes(plan);
  memory.copy(plan.forwardBias, plan.bias, <usize>gates * bytes);
  if (!plan.resetAfter) return;
  // z and r: both biases add; the candidate's recurrent bias stands inside r∘(h·U + b).
  for (let at: usize = 0; at < 2 * bytes; at += 4)
    store<f32>(plan.forwardBias + at, load<f32>(plan.bias + at) + load<f32>(plan.recurrentBias + at));
}
