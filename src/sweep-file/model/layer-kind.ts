// What a layer type is to the spec room: the fields it shares with others, and what its entry in the table must answer.
import { z } from 'zod';
import type { LayerSpec, LayerType } from '../../model/layer-spec.js';
import { rate, wholeNumber } from '../fields.js';
import { referencable } from '../reference.js';

/** Of one sample, without the batch axis: `[timesteps, features]` or `[units]`. */
export type Shape = readonly number[];

/** Wider layers do not fit this kind of problem, nor the memory of a trial thread. */
export const MAX_UNITS = 4096;
/** No sequence here is longer than some thousand steps. */
const MAX_WINDOW = 10_000;

export const unitsField = () => referencable(wholeNumber(1, MAX_UNITS));
/** Of a window that slides over time. */
export const stepsField = () => referencable(wholeNumber(1, MAX_WINDOW));
export const activationField = () =>
  referencable(z.enum(['linear', 'relu', 'tanh', 'sigmoid', 'hardSigmoid']));
export const cellActivationField = () => referencable(z.enum(['tanh', 'relu']));
export const recurrentActivationField = () => referencable(z.enum(['hardSigmoid', 'sigmoid']));
export const rateField = () => referencable(rate());
export const switchField = () => referencable(z.boolean());
export const l2Field = () => referencable(z.number().min(0).max(1e3)).default(0);

/** Why a layer cannot take its input; the caller adds the path and the layer before it. */
export interface ShapeProblem {
  readonly message: string;
  readonly hint: string;
}

export interface LayerKind<Layer extends LayerSpec, Schema extends z.ZodType> {
  readonly schema: Schema;
  outputShape(layer: Layer, input: Shape): Shape | ShapeProblem;
  parameterCount(layer: Layer, input: Shape): number;
  /** Values kept for one sample from the forward to the backward pass, a close upper estimate. */
  keptValues(layer: Layer, input: Shape): number;
}

/** An entry of the table, typed by the layer it is for. */
export function layerKind<Type extends LayerType, Schema extends z.ZodType>(
  _type: Type,
  kind: LayerKind<Extract<LayerSpec, { type: Type }>, Schema>,
) {
  return kind;
}

export function sizeOf(shape: Shape): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** Values that a vector takes in memory: kernels work on eight lanes at a time. */
export function laneWidth(values: number): number {
  return 8 * Math.ceil(values / 8);
}

/** The same of a whole shape, of which each step is such a vector. */
export function laneSize(shape: Shape): number {
  const width = featuresOf(shape);
  return width === 0 ? 0 : (sizeOf(shape) / width) * laneWidth(width);
}

export function timestepsOf(shape: Shape): number {
  return shape[0] ?? 0;
}

export function featuresOf(shape: Shape): number {
  return shape.at(-1) ?? 0;
}

export function needsSequence(type: LayerType, input: Shape): ShapeProblem {
  return {
    message: `${type} needs a sequence [timesteps, features], but gets one vector of ${sizeOf(input)} values`,
    hint: 'set returnSequences true on the recurrent layer before it, or remove the flatten or dense before it',
  };
}
