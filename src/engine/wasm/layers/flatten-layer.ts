// Flatten: `[T, F]` to one row `[T·F]` a sample. The model skips it when it comes first: the gather then writes rows.

import { panelsOf } from '../../panels.js';
import { type LayerContext, stepBytes, TILE_ROWS, type TileTensor, type WasmLayer } from '../layer.js';

export function createFlattenLayer(input: TileTensor, { arena }: LayerContext): WasmLayer {
  const { kernels } = arena;
  const features = input.steps * input.features;
  const stride = panelsOf(features) * 32;
  const output: TileTensor = {
    address: arena.allocate(TILE_ROWS * stride),
    gradient: input.gradient === 0 ? 0 : arena.allocate(TILE_ROWS * stride),
    steps: 1,
    isSequence: false,
    features,
    stride,
  };
  return {
    output,
    attach() {},
    prepare() {},
    forward() {
      kernels.flattenTile(
        input.address,
        stepBytes(input),
        input.stride,
        output.address,
        stride,
        input.steps,
        TILE_ROWS,
        input.features,
      );
    },
    backward() {
      if (input.gradient === 0) return;
      kernels.unflattenTile(
        output.gradient,
        stride,
        input.gradient,
        stepBytes(input),
        input.stride,
        input.steps,
        TILE_ROWS,
        input.features,
      );
    },
  };
}
