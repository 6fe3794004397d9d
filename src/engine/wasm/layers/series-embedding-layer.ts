// Series embedding: the values of a time step, and beside them the vector of the series, whose place is the input's last
// feature. It is the first layer: no gradient goes below it.
import type { LayerSpecOf } from '../../../model/layer-spec.js';
import { seriesEmbedding } from '../../../model/layers/series-embedding.js';
import { type LayerOutput, requireTokenId, shapeOf } from '../../layer-inputs.js';
import { placeWeights } from '../../layer-weights.js';
import { panelsOf } from '../../panels.js';
import { type LayerContext, TILE_ROWS, type TileTensor, type WasmLayer } from '../layer.js';

export function createSeriesEmbeddingLayer(
  spec: LayerSpecOf<'seriesEmbedding'>,
  input: TileTensor,
  shape: LayerOutput,
  { arena, parameters, key, index, name }: LayerContext,
): WasmLayer {
  const { inputDim, outputDim } = spec;
  const columns = input.features - 1;
  const stride = panelsOf(shape.features) * 32;
  const place = { name, firstWeight: parameters.nextIndex, key };
  const weights = placeWeights(seriesEmbedding.weights(spec, shapeOf(input)), place);
  const embeddings = parameters.add(weights.embeddings, {
    blocks: inputDim,
    rows: 1,
    gates: 1,
    units: outputDim,
  });
  /** Floats from one series' vector to the next. */
  const vectorStride = panelsOf(outputDim) * 8;
  const count = input.steps * TILE_ROWS;
  const output: TileTensor = {
    ...shape,
    address: arena.allocate(count * stride),
    gradient: arena.allocate(count * stride),
    stride,
  };
  const [inputFloats, outputFloats] = [input.stride / 4, stride / 4];

  return {
    output,
    attach() {},
    prepare() {},
    forward() {
      const { floats } = arena;
      const table = parameters.valueAddress(embeddings) / 4;
      let from = input.address / 4;
      let to = output.address / 4;
      for (let row = 0; row < count; row++, from += inputFloats, to += outputFloats) {
        const series = floats[from + columns] as number;
        requireTokenId(series, inputDim, index);
        for (let column = 0; column < columns; column++)
          floats[to + column] = floats[from + column] as number;
        const vector = table + series * vectorStride;
        for (let at = 0; at < outputDim; at++) floats[to + columns + at] = floats[vector + at] as number;
      }
    },
    backward() {
      const { floats } = arena;
      const gradients = parameters.gradientAddress(embeddings) / 4;
      let from = input.address / 4 + columns;
      let above = output.gradient / 4 + columns;
      for (let row = 0; row < count; row++, from += inputFloats, above += outputFloats) {
        const vector = gradients + (floats[from] as number) * vectorStride;
        for (let at = 0; at < outputDim; at++)
          floats[vector + at] = (floats[vector + at] as number) + (floats[above + at] as number);
      }
    },
  };
}
