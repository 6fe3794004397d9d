// Residual and dense connections: the layers inside work on the same input, which is then added to their output or stands
// beside it. The layers' kernels do the work; here rows are copied and added, whatever lies between them.
import { ACTIVATION_CODE } from '../../../kernels/activation-code.js';
import type { LayerSpec, ResidualLayer } from '../../../model/layer-spec.js';
import { PROJECTION, placeInner, projectionOf } from '../../../model/layers/residual.js';
import { innerIndex, type LayerOutput, shapeOf } from '../../layer-inputs.js';
import { panelsOf } from '../../panels.js';
import { type LayerContext, TILE_ROWS, type TileTensor, tileValues, type WasmLayer } from '../layer.js';
import { createDenseLayer } from './dense-layer.js';

type CreateInner = (spec: LayerSpec, input: TileTensor, context: LayerContext) => WasmLayer;

export function createResidualLayer(
  spec: ResidualLayer,
  input: TileTensor,
  shape: LayerOutput,
  context: LayerContext,
  createInner: CreateInner,
): WasmLayer {
  const { arena, gradients, index, name } = context;
  const { kernels } = arena;
  const rows = TILE_ROWS * shape.steps;
  const stride = panelsOf(shape.features) * 32;
  const inner: WasmLayer[] = [];
  let last = input;
  for (const [at, place] of placeInner(spec, shapeOf(input)).entries()) {
    const own = { name: `${name}/${place.name}`, index: innerIndex(index, at) };
    const layer = createInner(place.spec, last, { ...context, ...own, gradients: gradients.inside });
    inner.push(layer);
    last = layer.output;
  }
  const projection = createProjection(spec, input, shape, context);
  // Where neither the input nor a layer inside keeps one, nobody would read it.
  const isLearning = input.gradient !== 0 || last.gradient !== 0 || projection !== null;
  const output: TileTensor = {
    ...shape,
    address: arena.allocate(rows * stride),
    gradient: isLearning ? gradients.take(shape, stride) : 0,
    stride,
  };
  const code = ACTIVATION_CODE[spec.activation];
  /** Bytes before the layers' columns: beside them, the input comes first. */
  const offset = spec.merge === 'concat' ? 4 * input.features : 0;
  const skipped = projection?.output ?? input;
  const copyColumns = (
    from: number,
    fromStride: number,
    to: number,
    toStride: number,
    columns: number,
  ): void => {
    const isWhole = fromStride === 4 * columns && toStride === fromStride;
    if (isWhole) kernels.flattenTile(from, 0, 0, to, 0, 1, 1, rows * columns);
    else kernels.flattenTile(from, 0, fromStride, to, toStride, 1, rows, columns);
  };

  return {
    output,
    attach() {
      for (const layer of inner) layer.attach();
    },
    prepare(training) {
      for (const layer of inner) layer.prepare(training);
      projection?.prepare(training);
    },
    forward(tile, at) {
      for (const layer of inner) layer.forward(tile, at);
      projection?.forward(tile, at);
      copyColumns(last.address, last.stride, output.address + offset, stride, last.features);
      if (spec.merge === 'concat')
        copyColumns(input.address, input.stride, output.address, stride, input.features);
      else
        kernels.addColumns(skipped.address, skipped.stride, output.address, stride, rows, skipped.features);
      kernels.activateInPlace(code, output.address, tileValues(output));
    },
    backward() {
      const d = output.gradient;
      if (d === 0) return;
      kernels.activationBackward(code, output.address, d, tileValues(output));
      if (last.gradient !== 0) copyColumns(d + offset, stride, last.gradient, last.stride, last.features);
      for (let at = inner.length - 1; at >= 0; at--) inner[at]?.backward();
      if (projection) {
        copyColumns(d, stride, projection.output.gradient, projection.output.stride, shape.features);
        projection.backward();
      }
      if (input.gradient === 0) return;
      const from = projection
        ? { address: projection.inputGradient, stride: input.stride }
        : { address: d, stride };
      kernels.addColumns(from.address, from.stride, input.gradient, input.stride, rows, input.features);
    },
  };
}

/** It overwrites a gradient of its own, which is added after, as the layers inside overwrite that of the input. */
function createProjection(spec: ResidualLayer, input: TileTensor, shape: LayerOutput, context: LayerContext) {
  const projection = projectionOf(spec, shapeOf(input));
  if (projection === null) return null;
  const inputGradient = input.gradient === 0 ? 0 : context.arena.allocate(4 * tileValues(input));
  const own = { ...context, name: `${context.name}/${PROJECTION}`, gradients: context.gradients.inside };
  const layer = createDenseLayer(projection, { ...input, gradient: inputGradient }, shape, own);
  return { ...layer, inputGradient };
}
