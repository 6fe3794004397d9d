// Naive persistence: one column of the window's last time step, passed on as the answer. No weights, no kernel: 16 values.
import type { PersistenceLayer } from '../../../model/layer-spec.js';
import type { LayerOutput } from '../../layer-inputs.js';
import { panelsOf } from '../../panels.js';
import { type LayerContext, stepBytes, TILE_ROWS, type TileTensor, type WasmLayer } from '../layer.js';

export function createPersistenceLayer(
  spec: PersistenceLayer,
  input: TileTensor,
  shape: LayerOutput,
  { arena }: LayerContext,
): WasmLayer {
  const stride = panelsOf(1) * 32;
  const output: TileTensor = {
    ...shape,
    address: arena.allocate(TILE_ROWS * stride),
    gradient: input.gradient === 0 ? 0 : arena.allocate(TILE_ROWS * stride),
    stride,
  };
  /** The place of the column at the last step, from the start of the input tile, in float32 values. */
  const last = ((input.steps - 1) * stepBytes(input)) / 4 + spec.column;
  return {
    output,
    attach() {},
    prepare() {},
    forward() {
      const { floats } = arena;
      for (let row = 0; row < TILE_ROWS; row++)
        floats[(output.address + row * stride) / 4] = floats[
          input.address / 4 + last + (row * input.stride) / 4
        ] as number;
    },
    backward() {
      if (input.gradient === 0) return;
      const { floats, kernels } = arena;
      kernels.fillZero(input.gradient, input.steps * stepBytes(input));
      for (let row = 0; row < TILE_ROWS; row++)
        floats[input.gradient / 4 + last + (row * input.stride) / 4] = floats[
          (output.gradient + row * stride) / 4
        ] as number;
    },
  };
}
