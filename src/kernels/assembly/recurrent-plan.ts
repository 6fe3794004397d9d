// What a recurrent kernel works on: sizes and addresses of one layer, written once by the engine as 32-bit integers in
// this order (../recurrent-plan.ts holds the same list; sizes are compared at load). Axes: T time steps, R rows of the
// tile, F features, U units, G gates (3 in GRU: z, r, candidate; 4 in LSTM: i, f, candidate, o), C steps of a chunk.
// Strides and steps are in bytes. Arrays over units have rows of `unitStride` bytes, a multiple of 32.

@unmanaged
export class RecurrentPlan {
  timesteps: i32;
  rows: i32;
  features: i32;
  units: i32;
  /** ceil(units / 8) */
  unitPanels: i32;
  inputStride: usize;
  unitStride: usize;
  /** Bytes between time steps of `gates`; 0 when nothing needs to be kept for a backward pass. */
  gateStep: usize;
  activation: i32;
  recurrentActivation: i32;
  resetAfter: i32;

  /** Packed panels: kernel [G][U/8][F][8], recurrent [G][U/8][U][8]; bias [G][8·unitPanels]. */
  kernel: usize;
  recurrentKernel: usize;
  bias: usize;
  /** GRU with reset after: bias of h·U, [G][8·unitPanels]; else 0. */
  recurrentBias: usize;
  kernelGradient: usize;
  recurrentKernelGradient: usize;
  biasGradient: usize;
  recurrentBiasGradient: usize;
  /** Transposes, repacked once a step: [G][U/8][U][8] and [G][F/8][U][8] (0: no gradient to the input is wanted). */
  transposedRecurrent: usize;
  transposedKernel: usize;
  /** Bias that starts the products of a forward pass: bias + recurrent bias where both simply add. */
  forwardBias: usize;

  /** x: [T][R][F] */
  input: usize;
  /** h: [T + 1][R][U], h[0] = 0 */
  hidden: usize;
  /** LSTM: c: [T + 1][R][U] */
  cell: usize;
  /** Activated gates [T][slots][R][U]: GRU z, r, candidate (and h·U of the candidate); LSTM i, f, g, o, act(c). */
  gates: usize;
  /** r∘h of a chunk: [C][R][U] */
  resetHidden: usize;
  /** Gradients of gate pre-activations of a chunk: [4][C][R][U] */
  gateGradients: usize;
  /** dh, dc: [R][U] */
  hiddenGradient: usize;
  cellGradient: usize;
  /** Gradient of the outputs [T][R][U] when all are returned; 0 when only the last is (it stands in hiddenGradient). */
  outputGradient: usize;
  /** dx: [T][R][8·ceil(F/8)], 0: not wanted. */
  inputGradient: usize;
  inputGradientStride: usize;

  /** Masks held over all time steps: [G][R][F] and [G][R][U]; 0: none. */
  inputMask: usize;
  hiddenMask: usize;
  /** Masked inputs and states of a chunk: [G][C][R][F] and [G][C][R][U]. */
  maskedInput: usize;
  maskedHidden: usize;
}

/** Time steps whose kernel gradients are summed in one go. */
export const CHUNK: i32 = 4;

export function recurrentPlanBytes(): i32 {
  return offsetof<RecurrentPlan>();
}
