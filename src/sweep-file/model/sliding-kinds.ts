// The layer types whose windows slide over time: conv1d, and the pools.
import { z } from 'zod';
import {
  type Conv1dLayer,
  convWindow,
  type LayerType,
  type PoolingLayer,
  poolWindow,
} from '../../model/layer-spec.js';
import { placeWindows, type SlidingWindow } from '../../model/sliding-window.js';
import { strictObject } from '../fields.js';
import { referencable } from '../reference.js';
import {
  activationField,
  featuresOf,
  l2Field,
  laneWidth,
  layerKind,
  needsSequence,
  type Shape,
  type ShapeProblem,
  stepsField,
  timestepsOf,
  unitsField,
} from './layer-kind.js';

const poolingFields = {
  poolSize: stepsField().default(2),
  strides: stepsField().nullable().default(null),
  padding: referencable(z.enum(['valid', 'same'])).default('valid'),
};

export const SLIDING_KINDS = {
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
      2 * placeWindows(timestepsOf(input), convWindow(layer)).count * laneWidth(layer.filters),
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
} as const;

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
  return 2 * placeWindows(steps, poolWindow(layer, steps)).count * laneWidth(featuresOf(input));
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
