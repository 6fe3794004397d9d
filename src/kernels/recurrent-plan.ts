// The engine's side of assembly/recurrent-plan.ts: the same fields in the same order, 32-bit integers.

export const RECURRENT_PLAN_FIELDS = [
  'timesteps',
  'rows',
  'features',
  'units',
  'unitPanels',
  'inputStride',
  'unitStride',
  'gateStep',
  'activation',
  'recurrentActivation',
  'resetAfter',
  'kernel',
  'recurrentKernel',
  'bias',
  'recurrentBias',
  'kernelGradient',
  'recurrentKernelGradient',
  'biasGradient',
  'recurrentBiasGradient',
  'transposedRecurrent',
  'transposedKernel',
  'forwardBias',
  'input',
  'hidden',
  'cell',
  'gates',
  'resetHidden',
  'gateGradients',
  'hiddenGradient',
  'cellGradient',
  'outputGradient',
  'inputGradient',
  'inputGradientStride',
  'inputMask',
  'hiddenMask',
  'maskedInput',
  'maskedHidden',
] as const;

export type RecurrentPlanField = (typeof RECURRENT_PLAN_FIELDS)[number];
export type RecurrentPlanValues = Record<RecurrentPlanField, number>;

export const RECURRENT_PLAN_BYTES = 4 * RECURRENT_PLAN_FIELDS.length;
/** Time steps whose kernel gradients are summed in one go; CHUNK in assembly/recurrent-plan.ts. */
export const RECURRENT_CHUNK = 4;

export function writeRecurrentPlan(memory: ArrayBuffer, address: number, values: RecurrentPlanValues): void {
  const fields = new Int32Array(memory, address, RECURRENT_PLAN_FIELDS.length);
  RECURRENT_PLAN_FIELDS.forEach((field, at) => {
    fields[at] = values[field];
  });
}
