// The recurrent layer types: gru, lstm, and bidirectional around one of them.
import { z } from 'zod';
import type { BidirectionalLayer, GruLayer, LstmLayer } from '../../model/layer-spec.js';
import { strictObject } from '../fields.js';
import { referencable } from '../reference.js';
import {
  cellActivationField,
  featuresOf,
  l2Field,
  laneSize,
  laneWidth,
  layerKind,
  needsSequence,
  rateField,
  recurrentActivationField,
  type Shape,
  type ShapeProblem,
  switchField,
  timestepsOf,
  unitsField,
} from './layer-kind.js';

const recurrentFields = {
  units: unitsField(),
  activation: cellActivationField().default('tanh'),
  recurrentActivation: recurrentActivationField().default('hardSigmoid'),
  dropout: rateField().default(0),
  recurrentDropout: rateField().default(0),
  returnSequences: switchField().default(false),
  goBackwards: switchField().default(false),
  kernelL2: l2Field(),
  recurrentL2: l2Field(),
};

const gruSchema = strictObject({
  type: z.literal('gru'),
  ...recurrentFields,
  resetAfter: switchField().default(false),
});
const lstmSchema = strictObject({
  type: z.literal('lstm'),
  ...recurrentFields,
  unitForgetBias: switchField().default(true),
});

export const RECURRENT_KINDS = {
  gru: layerKind('gru', {
    schema: gruSchema,
    outputShape: recurrentOutputShape,
    parameterCount: recurrentParameters,
    keptValues: recurrentKeptValues,
  }),
  lstm: layerKind('lstm', {
    schema: lstmSchema,
    outputShape: recurrentOutputShape,
    parameterCount: recurrentParameters,
    keptValues: recurrentKeptValues,
  }),
  bidirectional: layerKind('bidirectional', {
    schema: strictObject({
      type: z.literal('bidirectional'),
      layer: z.discriminatedUnion('type', [gruSchema, lstmSchema]),
      merge: referencable(z.enum(['concat', 'sum', 'mul', 'ave'])).default('concat'),
    }),
    outputShape: bidirectionalOutputShape,
    parameterCount: ({ layer }, input) => 2 * recurrentParameters(layer, input),
    // Both directions, a copy of the input turned round, and the merged answer.
    keptValues: ({ layer }, input) =>
      2 * recurrentKeptValues(layer, input) +
      3 * laneSize(input) +
      (layer.returnSequences ? 6 * timestepsOf(input) : 2) * laneWidth(layer.units),
  }),
} as const;

function recurrentOutputShape(layer: GruLayer | LstmLayer, input: Shape): Shape | ShapeProblem {
  if (input.length !== 2) return needsSequence(layer.type, input);
  return layer.returnSequences ? [timestepsOf(input), layer.units] : [layer.units];
}

function recurrentParameters(layer: GruLayer | LstmLayer, input: Shape): number {
  const inputs = featuresOf(input) + layer.units;
  if (layer.type === 'lstm') return 4 * layer.units * (inputs + 1);
  // With resetAfter the input and the recurrent product have a bias each.
  return 3 * layer.units * (inputs + (layer.resetAfter ? 2 : 1));
}

/** State, cell and gates of every step, gradients of the output, a copy of the input turned round, what one step works on. */
function recurrentKeptValues(layer: GruLayer | LstmLayer, input: Shape): number {
  const steps = timestepsOf(input);
  const arrays = layer.type === 'lstm' ? 7 : 5;
  const perUnit = (arrays + (layer.returnSequences ? 1 : 0)) * steps + WORKING_STEPS;
  return perUnit * laneWidth(layer.units) + (layer.goBackwards ? 2 * laneSize(input) : 0);
}

/** Steps' worth of units for the gradients of a chunk of steps, its masks and masked values. */
const WORKING_STEPS = 40;

function bidirectionalOutputShape({ layer, merge }: BidirectionalLayer, input: Shape): Shape | ShapeProblem {
  const output = recurrentOutputShape(layer, input);
  if ('message' in output || merge !== 'concat') return output;
  return [...output.slice(0, -1), 2 * layer.units];
}
