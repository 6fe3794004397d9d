// What gru and lstm share: their options, and what follows from them and the number of gates.
import { z } from 'zod';
import { KERAS_ACTIVATIONS } from '../keras-form.js';
import { cellActivation, droppedShare, l2, recurrentActivation, units } from '../layer-options.js';
import {
  featuresOf,
  isSequence,
  laneSize,
  laneWidth,
  needsSequence,
  type Shape,
  type ShapeProblem,
  timestepsOf,
} from '../layer-shape.js';
import { glorotWeight, type WeightShape } from '../weight-shape.js';

export const recurrentOptions = {
  units: units(),
  activation: cellActivation().default('tanh'),
  recurrentActivation: recurrentActivation().default('hardSigmoid'),
  /** Share of inputs dropped, one mask per gate and sequence, held over all time steps; in [0, 1). */
  dropout: droppedShare().default(0),
  /** The same for the state (Gal & Ghahramani 2016). */
  recurrentDropout: droppedShare().default(0),
  returnSequences: z.boolean().default(false),
  goBackwards: z.boolean().default(false),
  kernelL2: l2(),
  recurrentL2: l2(),
};
const optionsSchema = z.object(recurrentOptions);
type RecurrentLayer = Readonly<z.output<typeof optionsSchema>> & { readonly type: string };

export function recurrentOutputShape(layer: RecurrentLayer, input: Shape): Shape | ShapeProblem {
  if (!isSequence(input)) return needsSequence(layer.type, input);
  return layer.returnSequences ? [timestepsOf(input), layer.units] : [layer.units];
}

/** Kernels `[F, gates·U]` and `[U, gates·U]`. */
export function recurrentKernels(
  { units, kernelL2, recurrentL2 }: RecurrentLayer,
  input: Shape,
  gates: number,
): { readonly kernel: WeightShape; readonly recurrentKernel: WeightShape } {
  const columns = gates * units;
  return {
    kernel: glorotWeight([featuresOf(input), columns], kernelL2),
    recurrentKernel: { shape: [units, columns], l2: recurrentL2, initial: { kind: 'orthogonal' } },
  };
}

export function recurrentMultiplyAdds({ units }: RecurrentLayer, input: Shape, gates: number): number {
  return timestepsOf(input) * gates * units * (featuresOf(input) + units);
}

/** Steps' worth of units for the gradients of a chunk of steps, its masks and masked values. */
const WORKING_STEPS = 40;

/** `arrays` over the units of every step (state, cell, gates), gradients of the output, a copy of the input turned round. */
export function recurrentKeptValues(layer: RecurrentLayer, input: Shape, arrays: number): number {
  const perUnit = (arrays + (layer.returnSequences ? 1 : 0)) * timestepsOf(input) + WORKING_STEPS;
  return perUnit * laneWidth(layer.units) + (layer.goBackwards ? 2 * laneSize(input) : 0);
}

export function recurrentConfig(layer: RecurrentLayer) {
  return {
    units: layer.units,
    activation: KERAS_ACTIVATIONS[layer.activation],
    recurrent_activation: KERAS_ACTIVATIONS[layer.recurrentActivation],
    use_bias: true,
    dropout: layer.dropout,
    recurrent_dropout: layer.recurrentDropout,
    return_sequences: layer.returnSequences,
    go_backwards: layer.goBackwards,
  };
}
