// The table of layer types: for each, its fields, its output shape, its parameters and the memory of a training step.
// A new layer type is one entry here and one in study/layer-spec.ts.
import { z } from 'zod';
import {
  type BidirectionalLayer,
  type Conv1dLayer,
  convWindow,
  type GruLayer,
  type LayerSpec,
  type LayerType,
  type LstmLayer,
  type PoolingLayer,
  poolWindow,
} from '../study/layer-spec.js';
import { placeWindows, type SlidingWindow } from '../study/sliding-window.js';
import { rate, strictObject, wholeNumber } from './fields.js';
import { referencable } from './reference.js';

/** Of one sample, without the batch axis: `[timesteps, features]` or `[units]`. */
export type Shape = readonly number[];

/** Wider layers do not fit this kind of problem, nor the memory of a trial thread. */
export const MAX_UNITS = 4096;
/** No sequence here is longer than some thousand steps. */
const MAX_WINDOW = 10_000;

/** Words that an embedding tells apart. */
const MAX_VOCABULARY = 1_000_000;

export const unitsField = () => referencable(wholeNumber(1, MAX_UNITS));
/** Of a window that slides over time. */
const stepsField = () => referencable(wholeNumber(1, MAX_WINDOW));
export const activationField = () =>
  referencable(z.enum(['linear', 'relu', 'tanh', 'sigmoid', 'hardSigmoid']));
export const cellActivationField = () => referencable(z.enum(['tanh', 'relu']));
export const recurrentActivationField = () => referencable(z.enum(['hardSigmoid', 'sigmoid']));
export const rateField = () => referencable(rate());
const switchField = () => referencable(z.boolean());
const l2Field = () => referencable(z.number().min(0).max(1e3)).default(0);

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

const poolingFields = {
  poolSize: stepsField().default(2),
  strides: stepsField().nullable().default(null),
  padding: referencable(z.enum(['valid', 'same'])).default('valid'),
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

/** Why a layer cannot take its input; the caller adds the path and the layer before it. */
export interface ShapeProblem {
  readonly message: string;
  readonly hint: string;
}

interface LayerKind<Layer extends LayerSpec, Schema extends z.ZodType> {
  readonly schema: Schema;
  outputShape(layer: Layer, input: Shape): Shape | ShapeProblem;
  parameterCount(layer: Layer, input: Shape): number;
  /** Values kept for one sample from the forward to the backward pass, a close upper estimate. */
  keptValues(layer: Layer, input: Shape): number;
}

function layerKind<Type extends LayerType, Schema extends z.ZodType>(
  _type: Type,
  kind: LayerKind<Extract<LayerSpec, { type: Type }>, Schema>,
) {
  return kind;
}

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
    keptValues: (layer) => 2 * layer.units,
  }),
  flatten: layerKind('flatten', {
    schema: strictObject({ type: z.literal('flatten') }),
    outputShape: (_layer, input) => [sizeOf(input)],
    parameterCount: () => 0,
    keptValues: (_layer, input) => sizeOf(input),
  }),
  dropout: layerKind('dropout', {
    schema: strictObject({ type: z.literal('dropout'), rate: rateField() }),
    outputShape: (_layer, input) => input,
    parameterCount: () => 0,
    keptValues: (_layer, input) => 2 * sizeOf(input),
  }),
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
  conv1d: layerKind('conv1d', {
    schema: strictObject({
      type: z.literal('conv1d'),
      filters: unitsField(),
      kernelSize: stepsField(),
      strides: stepsField().default(1),
      dilationRate: stepsField().default(1),
      padding: referencable(z.enum(['valid', 'same', 'causal'])).default('valid'),
      activation: activationField().default('linear'),
      kernelL2: l2Field(),
    }),
    outputShape: convOutputShape,
    parameterCount: (layer, input) => (layer.kernelSize * featuresOf(input) + 1) * layer.filters,
    keptValues: (layer, input) =>
      2 * placeWindows(timestepsOf(input), convWindow(layer)).count * layer.filters,
  }),
  maxPooling1d: layerKind('maxPooling1d', {
    schema: strictObject({ type: z.literal('maxPooling1d'), ...poolingFields }),
    outputShape: poolOutputShape,
    parameterCount: () => 0,
    keptValues: poolKeptValues,
  }),
  averagePooling1d: layerKind('averagePooling1d', {
    schema: strictObject({ type: z.literal('averagePooling1d'), ...poolingFields }),
    outputShape: poolOutputShape,
    parameterCount: () => 0,
    keptValues: poolKeptValues,
  }),
  globalMaxPooling1d: layerKind('globalMaxPooling1d', {
    schema: strictObject({ type: z.literal('globalMaxPooling1d') }),
    outputShape: poolOutputShape,
    parameterCount: () => 0,
    keptValues: poolKeptValues,
  }),
  globalAveragePooling1d: layerKind('globalAveragePooling1d', {
    schema: strictObject({ type: z.literal('globalAveragePooling1d') }),
    outputShape: poolOutputShape,
    parameterCount: () => 0,
    keptValues: poolKeptValues,
  }),
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
    keptValues: (layer, input) => 2 * timestepsOf(input) * layer.outputDim,
  }),
  layerNormalization: layerKind('layerNormalization', {
    schema: strictObject({
      type: z.literal('layerNormalization'),
      epsilon: referencable(z.number().gt(0).max(1)).default(1e-3),
    }),
    outputShape: (_layer, input) => input,
    parameterCount: (_layer, input) => 2 * featuresOf(input),
    keptValues: (_layer, input) => 4 * sizeOf(input),
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

export function sizeOf(shape: Shape): number {
  return shape.reduce((product, length) => product * length, 1);
}

function timestepsOf(shape: Shape): number {
  return shape[0] ?? 0;
}

function featuresOf(shape: Shape): number {
  return shape.at(-1) ?? 0;
}

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

function convOutputShape(layer: Conv1dLayer, input: Shape): Shape | ShapeProblem {
  if (layer.strides > 1 && layer.dilationRate > 1)
    return {
      message: `conv1d cannot have strides ${layer.strides} and dilationRate ${layer.dilationRate} at once`,
      hint: 'set one of them to 1',
    };
  const count = countWindows(layer.type, convWindow(layer), input);
  return typeof count === 'number' ? [count, layer.filters] : count;
}

function poolOutputShape(layer: PoolingLayer, input: Shape): Shape | ShapeProblem {
  const count = countWindows(layer.type, poolWindow(layer, timestepsOf(input)), input);
  if (typeof count !== 'number') return count;
  const isGlobal = layer.type === 'globalMaxPooling1d' || layer.type === 'globalAveragePooling1d';
  return isGlobal ? [featuresOf(input)] : [count, featuresOf(input)];
}

function poolKeptValues(layer: PoolingLayer, input: Shape): number {
  const steps = timestepsOf(input);
  return 2 * placeWindows(steps, poolWindow(layer, steps)).count * featuresOf(input);
}

function countWindows(type: LayerType, window: SlidingWindow, input: Shape): number | ShapeProblem {
  if (input.length !== 2) return needsSequence(type, input);
  const { count } = placeWindows(timestepsOf(input), window);
  if (count >= 1) return count;
  const reach = (window.size - 1) * window.dilationRate + 1;
  return {
    message: `${type} takes in ${reach} time steps at once, but gets only ${timestepsOf(input)}`,
    hint: 'a smaller window, padding "same", or fewer strides and pools before it',
  };
}

function needsSequence(type: LayerType, input: Shape): ShapeProblem {
  return {
    message: `${type} needs a sequence [timesteps, features], but gets one vector of ${sizeOf(input)} values`,
    hint: 'set returnSequences true on the recurrent layer before it, or remove the flatten or dense before it',
  };
}
