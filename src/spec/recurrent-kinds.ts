// The recurrent layer types: gru, lstm, and bidirectional around one of them.
import { z } from 'zod';
import type { BidirectionalLayer, GruLayer, LstmLayer } from '../study/layer-spec.js';
import { strictObject } from './fields.js';
import {
  cellActivationField,
  featuresOf,
  l2Field,
  layerKind,
  needsSequence,
  rateField,
  recurrentActivationField,
  type Shape,
  type ShapeProblem,
  sizeOf,
  switchField,
  timestepsOf,
  unitsField,
} from './layer-kind.js';
import { referencable } from './reference.js';

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
      2 * recurrentKeptValues(layer, input) + 2 * sizeOf(input) + 2 * timestepsOf(input) * layer.units,
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

function recurrentKeptValues(layer: GruLayer | LstmLayer, input: Shape): number {
  return (layer.type === 'gru' ? 5 : 7) * timestepsOf(input) * layer.units;
}

function bidirectionalOutputShape({ layer, merge }: BidirectionalLayer, input: Shape): Shape | ShapeProblem {
  const output = recurrentOutputShape(layer, input);
  if ('message' in output || merge !== 'concat') return output;
  return [...output.slice(0, -1), 2 * layer.units];
}
