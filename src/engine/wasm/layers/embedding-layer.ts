// Embedding: a vector for each token id. Ids are the model's input, `[T, 1]` float32 values; masking is off. A batch reads
// and changes only the rows that occur in it: see row-table.ts.
import type { EmbeddingLayer } from '../../../model/layer-spec.js';
import { embedding } from '../../../model/layers/embedding.js';
import { type LayerOutput, requireTokenId, shapeOf } from '../../layer-inputs.js';
import { placeWeights } from '../../layer-weights.js';
import { panelsOf } from '../../panels.js';
import { type LayerContext, TILE_ROWS, type TileTensor, type WasmLayer } from '../layer.js';

export function createEmbeddingLayer(
  spec: EmbeddingLayer,
  input: TileTensor,
  shape: LayerOutput,
  { arena, parameters, key, index, name }: LayerContext,
): WasmLayer {
  const { kernels } = arena;
  const { inputDim, outputDim } = spec;
  const stride = panelsOf(outputDim) * 32;
  const place = { name, firstWeight: parameters.nextIndex, key };
  const weights = placeWeights(embedding.weights(spec, shapeOf(input)), place);
  const embeddings = parameters.add(weights.embeddings, {
    blocks: inputDim,
    rows: 1,
    gates: 1,
    units: outputDim,
  });
  const table = parameters.keepByRows(embeddings);
  const count = input.steps * TILE_ROWS;
  const output: TileTensor = {
    ...shape,
    address: arena.allocate(count * stride),
    gradient: arena.allocate(count * stride),
    stride,
  };

  return {
    output,
    attach() {},
    prepare() {},
    forward(_tile, at) {
      const { floats } = arena;
      const step = input.stride / 4;
      for (let i = 0, from = input.address / 4; i < count; i++, from += step) {
        const id = floats[from] as number;
        requireTokenId(id, inputDim, index);
        if (at === null) table.bringLevel(id);
        else table.use(id);
      }
      const values = parameters.valueAddress(embeddings);
      kernels.embeddingForward(input.address, input.stride, count, values, stride, output.address);
    },
    backward() {
      const gradients = parameters.gradientAddress(embeddings);
      kernels.embeddingGradient(input.address, input.stride, count, output.gradient, stride, gradients);
    },
  };
}
