// The table of layer types: for each, its fields, its output shape, its parameters and the memory of a training step.
// A new layer type is one entry here, or in a table that is spread here, and one in study/layer-spec.ts.
import { z } from 'zod';
import type { LayerSpec, LayerType } from '../../model/layer-spec.js';
import { strictObject, wholeNumber } from '../fields.js';
import { referencable } from '../reference.js';
import {
  activationField,
  featuresOf,
  type LayerKind,
  l2Field,
  laneSize,
  laneWidth,
  layerKind,
  rateField,
  sizeOf,
  timestepsOf,
  unitsField,
} from './layer-kind.js';
import { RECURRENT_KINDS } from './recurrent-kinds.js';
import { SLIDING_KINDS } from './sliding-kinds.js';

/** Words that an embedding tells apart. */
export const MAX_VOCABULARY = 1_000_000;
/** Columns of a prepared dataset. */
const MAX_COLUMN = 4095;

export const LAYER_KINDS = {
  dense: layerKind('dense', {
    schema: strictObject({
      type: z.literal('dense'),
      units: unitsField(),
      activation: activationField().default('linear'),
      kernelL2: l2Field(),
    }),
    outputShape: (layer, input) =>
      input.length === 1
        ? [layer.units]
        : {
            message: `dense needs one vector per sample, but gets a sequence of shape [${input.join(', ')}]`,
            hint: 'put {"type": "flatten"} before it, or a recurrent layer with returnSequences false',
          },
    parameterCount: (layer, input) => (sizeOf(input) + 1) * layer.units,
    keptValues: (layer) => 2 * laneWidth(layer.units),
  }),
  flatten: layerKind('flatten', {
    schema: strictObject({ type: z.literal('flatten') }),
    outputShape: (_layer, input) => [sizeOf(input)],
    parameterCount: () => 0,
    keptValues: (_layer, input) => 2 * laneWidth(sizeOf(input)),
  }),
  dropout: layerKind('dropout', {
    schema: strictObject({ type: z.literal('dropout'), rate: rateField() }),
    outputShape: (_layer, input) => input,
    parameterCount: () => 0,
    keptValues: (_layer, input) => 3 * laneSize(input),
  }),
  ...RECURRENT_KINDS,
  ...SLIDING_KINDS,
  embedding: layerKind('embedding', {
    schema: strictObject({
      type: z.literal('embedding'),
      inputDim: referencable(wholeNumber(1, MAX_VOCABULARY)),
      outputDim: unitsField(),
    }),
    outputShape: (layer, input) =>
      input.length === 2 && featuresOf(input) === 1
        ? [timestepsOf(input), layer.outputDim]
        : {
            message: `embedding takes one token id a time step, but gets shape [${input.join(', ')}]`,
            hint: 'make it the first layer, over data of a single column',
          },
    parameterCount: (layer) => layer.inputDim * layer.outputDim,
    keptValues: (layer, input) => 2 * timestepsOf(input) * laneWidth(layer.outputDim),
  }),
  layerNormalization: layerKind('layerNormalization', {
    schema: strictObject({
      type: z.literal('layerNormalization'),
      epsilon: referencable(z.number().gt(0).max(1)).default(1e-3),
    }),
    outputShape: (_layer, input) => input,
    parameterCount: (_layer, input) => 2 * featuresOf(input),
    keptValues: (_layer, input) => 4 * laneSize(input) + laneWidth(timestepsOf(input)),
  }),
  persistence: layerKind('persistence', {
    schema: strictObject({
      type: z.literal('persistence'),
      column: referencable(wholeNumber(0, MAX_COLUMN)).describe('Counted from 0, in the order of the data'),
    }),
    outputShape: (layer, input) =>
      input.length === 2 && layer.column < featuresOf(input)
        ? [1]
        : {
            message: `persistence takes column ${layer.column} of a sequence, but gets shape [${input.join(', ')}]`,
            hint: 'make it the first layer, with a column that the data have: the first is 0',
          },
    parameterCount: () => 0,
    keptValues: () => 2,
  }),
} as const;

type Kinds = typeof LAYER_KINDS;
export type LayerSection = z.output<Kinds[LayerType]['schema']>;

export const LAYER_TYPES = Object.keys(LAYER_KINDS) as LayerType[];

const schemas = Object.values(LAYER_KINDS).map((kind) => kind.schema);
/** zod wants a tuple to infer the union: the table's own types say what it is. */
export const layerSchema = z.discriminatedUnion(
  'type',
  schemas as [(typeof schemas)[number], ...typeof schemas],
) as z.ZodType<LayerSection, z.input<Kinds[LayerType]['schema']>>;

/** The table's entry for `layer`, for callers who have any layer and want its entry to accept it. */
export function kindOf(layer: LayerSpec): LayerKind<LayerSpec, z.ZodType> {
  return LAYER_KINDS[layer.type] as unknown as LayerKind<LayerSpec, z.ZodType>;
}
