// Flatten: `[T, F]` to one row `[T·F]` a sample. The model skips it when it comes first: the gather then writes rows.
import type { FlattenLayer } from '../../../model/layer-spec.js';
import type { LayerOutput } from '../../layer-inputs.js';
import { panelsOf } from '../../panels.js';
import { type LayerContext, stepBytes, TILE_ROWS, type TileTensor, type WasmLayer } from '../layer.js';

export function createFlattenLayer(
  _spec: FlattenLayer,
  input: TileTensor,
  shape: LayerOutput,
  { arena }: LayerContext,
): WasmLayer {
  const { kernels } = arena;
  const stride = panelsOf(shape.features) * 32;
  const output: TileTensor = {
    ...shape,
    address: arena.allocate(TILE_ROWS * stride),
    gradient: input.gradient === 0 ? 0 : arena.allocate(TILE_ROWS * stride),
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
