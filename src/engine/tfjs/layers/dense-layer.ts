// Dense: act(x·W + b) on a vector, or on every time step of a sequence (as Keras does).
import type { DenseLayer } from '../../../model/layer-spec.js';
import { dense } from '../../../model/layers/dense.js';
import { type LayerOutput, shapeOf } from '../../layer-inputs.js';
import { placeWeights } from '../../layer-weights.js';
import { panelsOf } from '../../panels.js';
import type { LayerContext, LayerShape, TfjsLayer } from '../layer.js';
import { activate } from './activations.js';
import { multiplyRows } from './multiply-rows.js';

export function createDenseLayer(
  spec: DenseLayer,
  input: LayerShape,
  shape: LayerOutput,
  context: LayerContext,
): TfjsLayer {
  const { tf, key, name } = context;
  const weights = placeWeights(dense.weights(spec, shapeOf(input)), {
    name,
    firstWeight: context.nextWeight,
    key,
  });
  const kernel = context.addWeight(weights.kernel);
  const bias = context.addWeight(weights.bias);
  return {
    output: { ...shape, maskStride: 8 * panelsOf(spec.units) },
    forward: (x) => activate(tf, spec.activation, tf.add(multiplyRows(tf, x, kernel), bias)),
  };
}
