// Dropout: while training, sets a share of values to 0 and scales the others by 1/(1 − rate); else passes them on.
import { dropoutConstants, PURPOSE } from '../../../kernels/random.js';
import type { DropoutLayer } from '../../../model/layer-spec.js';
import type { LayerOutput } from '../../layer-inputs.js';
import { type LayerContext, type TileTensor, tileValues, type WasmLayer } from '../layer.js';

/** Third of the four purposes a layer has (see PURPOSE.masks). */
const DROPOUT_PURPOSE = 2;

export function createDropoutLayer(
  spec: DropoutLayer,
  input: TileTensor,
  shape: LayerOutput,
  { arena, gradients, key, index }: LayerContext,
): WasmLayer {
  const { kernels } = arena;
  const values = tileValues(input);
  const mask = arena.allocate(4 * values);
  const output: TileTensor = {
    ...shape,
    stride: input.stride,
    address: arena.allocate(4 * values),
    gradient: input.gradient === 0 ? 0 : gradients.take(shape, input.stride),
  };
  const { threshold, keep } = dropoutConstants(spec.rate);
  return {
    output,
    attach() {},
    prepare() {},
    forward(tile, at) {
      if (at === null || spec.rate === 0) {
        arena.floats.copyWithin(output.address / 4, input.address / 4, input.address / 4 + values);
        return;
      }
      kernels.fillDropoutMask(
        mask,
        values,
        threshold,
        keep,
        key.low,
        key.high,
        (tile * values) / 4,
        PURPOSE.masks + 4 * index + DROPOUT_PURPOSE,
        at.epoch,
        at.step,
      );
      kernels.multiply(input.address, mask, output.address, values);
    },
    backward() {
      if (input.gradient === 0) return;
      if (spec.rate === 0)
        arena.floats.copyWithin(input.gradient / 4, output.gradient / 4, output.gradient / 4 + values);
      else kernels.multiply(output.gradient, mask, input.gradient, values);
    },
  };
}
