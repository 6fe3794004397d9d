// The weights of a layer in its model: full names and initial values of what the layer table lists. One way for all engines,
// so that they start a trial from the same bits and read each other's checkpoints.
import type { RandomKey } from '../kernels/random.js';
import type { WeightShape, WeightShapes } from '../model/weight-shape.js';
import { drawInitial, initialStream } from './initializers.js';

export interface Weight extends Omit<WeightShape, 'initial'> {
  /** See NamedTensor. */
  readonly name: string;
  /** In Keras order; a stream of its own, so that it may be called at any time. */
  readonly drawInitial: () => Float32Array;
}

/** Where the weights stand in the model: prefix of their names, and the number of weights before them. */
export interface WeightPlace {
  readonly name: string;
  readonly firstWeight: number;
  readonly key: RandomKey;
}

/** By the same names. A weight's random stream is keyed by its place among all weights of the model. */
export function placeWeights<Weights extends WeightShapes>(
  weights: Weights,
  { name, firstWeight, key }: WeightPlace,
): { readonly [Name in keyof Weights]: Weight } {
  const placed = Object.entries(weights).map(([own, { shape, l2, initial }], at) => {
    const draw = (): Float32Array => drawInitial(initial, shape, initialStream(key, firstWeight + at));
    return [own, { name: `${name}/${own}`, shape, l2, drawInitial: draw }];
  });
  return Object.fromEntries(placed);
}
