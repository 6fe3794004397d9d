// Residual and dense connections: the layers inside work on the same input, which is then added to their output or stands
// beside it.
import type { LayerSpec, ResidualLayer } from '../../../model/layer-spec.js';
import { PROJECTION, placeInner, projectionOf } from '../../../model/layers/residual.js';
import { innerIndex, type LayerOutput, shapeOf } from '../../layer-inputs.js';
import { panelsOf } from '../../panels.js';
import type { LayerContext, LayerShape, TfjsLayer } from '../layer.js';
import { activate } from './activations.js';
import { createDenseLayer } from './dense-layer.js';

type CreateInner = (spec: LayerSpec, input: LayerShape, context: LayerContext) => TfjsLayer;

export function createResidualLayer(
  spec: ResidualLayer,
  input: LayerShape,
  shape: LayerOutput,
  context: LayerContext,
  createInner: CreateInner,
): TfjsLayer {
  const { tf, index, name } = context;
  const inside = (own: string, ownIndex: number): LayerContext => ({
    ...context,
    name: `${name}/${own}`,
    index: ownIndex,
    get nextWeight() {
      return context.nextWeight;
    },
  });
  const inner: TfjsLayer[] = [];
  let last = input;
  for (const [at, place] of placeInner(spec, shapeOf(input)).entries()) {
    const layer = createInner(place.spec, last, inside(place.name, innerIndex(index, at)));
    inner.push(layer);
    last = layer.output;
  }
  const projected = projectionOf(spec, shapeOf(input));
  const projection = projected && createDenseLayer(projected, input, shape, inside(PROJECTION, index));
  return {
    output: { ...shape, maskStride: 8 * panelsOf(shape.features) },
    forward(x, at) {
      const answer = inner.reduce((values, layer) => layer.forward(values, at), x);
      const skipped = projection ? projection.forward(x, at) : x;
      const merged = spec.merge === 'sum' ? tf.add(answer, skipped) : tf.concat([skipped, answer], -1);
      return activate(tf, spec.activation, merged);
    },
  };
}
