// What leaves a layer, and what it may stand on, the same for all engines: as the layer table says. The sweep file's parser
// finds these faults first, with their paths; here they end a trial that came another way.
import { SweepError } from '../errors.js';
import { featuresOf, isSequence, isShape, type Shape, timestepsOf } from '../model/layer-shape.js';
import { type LayerSpec, rowOf } from '../model/layer-spec.js';
import { MAX_INNER_LAYERS } from '../model/layers/residual.js';

/** Values between two layers for one sample. */
export interface LayerOutput {
  /** Time steps; 1 for a vector. */
  readonly steps: number;
  /** False once time has been folded away (last state, flatten). */
  readonly isSequence: boolean;
  readonly features: number;
}

/** Throws MODEL_SHAPE when layer `index` cannot take `input`. */
export function outputOf(spec: LayerSpec, input: LayerOutput, index: number): LayerOutput {
  const output = outputShapeOf(spec, shapeOf(input), index);
  return { steps: timestepsOf(output), isSequence: isSequence(output), features: featuresOf(output) };
}

/** The same of shapes. */
export function outputShapeOf(spec: LayerSpec, input: Shape, index: number): Shape {
  const output = rowOf(spec).outputShape(spec, input, index);
  if (isShape(output)) return output;
  throw new SweepError('MODEL_SHAPE', output.message, {
    path: `model.layers[${index}]`,
    hint: output.hint,
  });
}

export function shapeOf({ steps, isSequence, features }: LayerOutput): Shape {
  return isSequence ? [steps, features] : [features];
}

/** More layers than a model has: part of the definition of the numbers, as MAX_INNER_LAYERS is. */
const OUTER_LAYERS = 256;

/** What keys the random numbers of layer `at` inside layer `index`: apart from those of all layers by themselves. */
export function innerIndex(index: number, at: number): number {
  return OUTER_LAYERS + MAX_INNER_LAYERS * index + at;
}

/** Throws MODEL_SHAPE when an embedding of `inputDim` rows has none for `id`. */
export function requireTokenId(id: number, inputDim: number, index: number): void {
  if (Number.isInteger(id) && id >= 0 && id < inputDim) return;
  throw new SweepError('MODEL_SHAPE', `token id ${id} is no whole number from 0 to ${inputDim - 1}`, {
    path: `model.layers[${index}].inputDim`,
    hint: 'inputDim must be above the largest id: the vocabulary size with its reserved ids',
  });
}

/** Throws MODEL_SHAPE when the layers are no model: what leaves the last of them must be one vector a sample. */
export function requireModel(layers: readonly LayerSpec[], output: LayerOutput): void {
  if (!output.isSequence && layers.some(({ type }) => type !== 'flatten')) return;
  throw new SweepError('MODEL_SHAPE', 'the model must end in one vector a sample', {
    path: 'model',
    hint: 'add a dense layer after a flatten or a recurrent layer that returns its last state',
  });
}

/** A model without weights can only be evaluated. */
export function requireTrainable({ parameterCount }: { readonly parameterCount: number }): void {
  if (parameterCount === 0)
    throw new SweepError('INTERNAL', 'a model without weights was to be trained: it can only be evaluated');
}
