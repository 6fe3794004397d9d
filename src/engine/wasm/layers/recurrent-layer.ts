// GRU and LSTM: allocates what the fused kernels work on, writes their plan, draws dropout masks. A tile's whole sequence
// is one kernel call. goBackwards reads a reversed copy of the input, so that the kernels know one direction only.
import { ACTIVATION_CODE } from '../../../kernels/activation-code.js';
import { dropoutConstants, PURPOSE } from '../../../kernels/random.js';
import {
  RECURRENT_CHUNK,
  RECURRENT_PLAN_BYTES,
  type RecurrentPlanValues,
  writeRecurrentPlan,
} from '../../../kernels/recurrent-plan.js';
import type { GruLayer, LstmLayer } from '../../../model/layer-spec.js';
import { gatesOf } from '../../../model/layers/cell.js';
import type { StepPosition } from '../../engine.js';
import type { LayerOutput } from '../../layer-inputs.js';
import { panelsOf, recurrentStride } from '../../panels.js';
import { type LayerContext, stepBytes, TILE_ROWS, type TileTensor, type WasmLayer } from '../layer.js';
import { addRecurrentParameters } from './recurrent-parameters.js';

const INPUT_MASK_PURPOSE = 0;
const HIDDEN_MASK_PURPOSE = 1;

/** What tells the two directions of a bidirectional layer apart; a layer by itself is the first of one. */
export interface RecurrentPlace {
  /** Prefix of the weights' names. */
  readonly name: string;
  /** The first of the layer's four purposes for random numbers that the masks take: 0 or 2. */
  readonly firstPurpose: number;
}

/** Arrays over units kept per time step for the backward pass: see `gates` in assembly/recurrent-plan.ts. */
function gateSlots(spec: GruLayer | LstmLayer): number {
  if (spec.type === 'lstm') return 5;
  return spec.resetAfter ? 4 : 3;
}

export function createRecurrentLayer(
  spec: GruLayer | LstmLayer,
  input: TileTensor,
  shape: LayerOutput,
  context: LayerContext,
  place: RecurrentPlace = { name: context.name, firstPurpose: 0 },
): WasmLayer {
  const { arena, parameters, key, index } = context;
  const { kernels } = arena;
  const isLstm = spec.type === 'lstm';
  const resetAfter = !isLstm && spec.resetAfter;
  const gates = gatesOf(spec);
  const { steps: timesteps, features } = input;
  const { units } = spec;
  const unitPanels = panelsOf(units);
  const unitStride = 4 * recurrentStride(units);
  const unitBytes = TILE_ROWS * unitStride;
  const inputBytes = stepBytes(input);
  const slots = gateSlots(spec);
  const weights = addRecurrentParameters(spec, input, place.name, context);

  const allocateIf = (wanted: boolean, bytes: number): number => (wanted ? arena.allocate(bytes) : 0);
  const wantsInputGradient = input.gradient !== 0;
  const reversedInput = allocateIf(spec.goBackwards, timesteps * inputBytes);
  const reversedGradient = allocateIf(spec.goBackwards && wantsInputGradient, timesteps * inputBytes);
  const hidden = arena.allocate((timesteps + 1) * unitBytes);
  const hiddenGradient = arena.allocate(unitBytes);
  const outputGradient = allocateIf(spec.returnSequences, timesteps * unitBytes);
  const planAddress = arena.allocate(RECURRENT_PLAN_BYTES);
  const memory = {
    transposedRecurrent: arena.allocate(gates * unitPanels * units * 32),
    transposedKernel: allocateIf(wantsInputGradient, gates * panelsOf(features) * units * 32),
    forwardBias: arena.allocate(gates * unitStride),
    cell: allocateIf(isLstm, (timesteps + 1) * unitBytes),
    gates: arena.allocate(timesteps * slots * unitBytes),
    resetHidden: allocateIf(!isLstm, RECURRENT_CHUNK * unitBytes),
    gateGradients: arena.allocate(4 * RECURRENT_CHUNK * unitBytes),
    cellGradient: allocateIf(isLstm, unitBytes),
    inputMask: allocateIf(spec.dropout > 0, gates * inputBytes),
    hiddenMask: allocateIf(spec.recurrentDropout > 0, gates * unitBytes),
    maskedInput: allocateIf(spec.dropout > 0, gates * RECURRENT_CHUNK * inputBytes),
    maskedHidden: allocateIf(spec.recurrentDropout > 0, gates * RECURRENT_CHUNK * unitBytes),
  };
  const output: TileTensor = {
    ...shape,
    address: spec.returnSequences ? hidden + unitBytes : hidden + timesteps * unitBytes,
    gradient: spec.returnSequences ? outputGradient : hiddenGradient,
    stride: unitStride,
  };

  const planFor = (training: boolean): RecurrentPlanValues => ({
    ...memory,
    timesteps,
    rows: TILE_ROWS,
    features,
    units,
    unitPanels,
    inputStride: input.stride,
    unitStride,
    gateStep: training ? slots * unitBytes : 0,
    activation: ACTIVATION_CODE[spec.activation],
    recurrentActivation: ACTIVATION_CODE[spec.recurrentActivation],
    resetAfter: resetAfter ? 1 : 0,
    kernel: parameters.valueAddress(weights.kernel),
    recurrentKernel: parameters.valueAddress(weights.recurrentKernel),
    bias: parameters.valueAddress(weights.bias),
    recurrentBias: weights.recurrentBias ? parameters.valueAddress(weights.recurrentBias) : 0,
    kernelGradient: parameters.gradientAddress(weights.kernel),
    recurrentKernelGradient: parameters.gradientAddress(weights.recurrentKernel),
    biasGradient: parameters.gradientAddress(weights.bias),
    recurrentBiasGradient: weights.recurrentBias ? parameters.gradientAddress(weights.recurrentBias) : 0,
    input: spec.goBackwards ? reversedInput : input.address,
    hidden,
    hiddenGradient,
    outputGradient,
    inputGradient: spec.goBackwards ? reversedGradient : input.gradient,
    inputGradientStride: wantsInputGradient ? input.stride : 0,
    inputMask: training ? memory.inputMask : 0,
    hiddenMask: training ? memory.hiddenMask : 0,
  });

  const drawMask = (
    address: number,
    bytes: number,
    rate: number,
    purpose: number,
    tile: number,
    at: StepPosition,
  ): void => {
    if (address === 0) return;
    const values = (gates * bytes) / 4;
    const { threshold, keep } = dropoutConstants(rate);
    kernels.fillDropoutMask(
      address,
      values,
      threshold,
      keep,
      key.low,
      key.high,
      (tile * values) / 4,
      PURPOSE.masks + 4 * index + place.firstPurpose + purpose,
      at.epoch,
      at.step,
    );
  };

  return {
    output,
    attach() {},
    prepare(training) {
      writeRecurrentPlan(arena.buffer, planAddress, planFor(training));
      if (training) kernels.prepareRecurrent(planAddress, gates);
      else kernels.prepareForward(planAddress, gates);
    },
    forward(tile, at) {
      if (spec.goBackwards) kernels.reverseTime(input.address, reversedInput, timesteps, inputBytes);
      if (at !== null) {
        drawMask(memory.inputMask, inputBytes, spec.dropout, INPUT_MASK_PURPOSE, tile, at);
        drawMask(memory.hiddenMask, unitBytes, spec.recurrentDropout, HIDDEN_MASK_PURPOSE, tile, at);
      }
      if (isLstm) kernels.lstmForward(planAddress);
      else kernels.gruForward(planAddress);
    },
    backward() {
      if (spec.returnSequences) kernels.fillZero(hiddenGradient, unitBytes);
      if (isLstm) kernels.lstmBackward(planAddress);
      else kernels.gruBackward(planAddress);
      if (reversedGradient !== 0)
        kernels.reverseTime(reversedGradient, input.gradient, timesteps, inputBytes);
    },
  };
}
