// The newest time step of a sequence: no copy, it lies last in the time-major tile, and so does its gradient.
import type { LastStepLayer } from '../../../model/layer-spec.js';
import type { LayerOutput } from '../../layer-inputs.js';
import { type LayerContext, stepBytes, type TileTensor, type WasmLayer } from '../layer.js';

export function createLastStepLayer(
  _spec: LastStepLayer,
  input: TileTensor,
  shape: LayerOutput,
  { arena: { kernels } }: LayerContext,
): WasmLayer {
  const before = (input.steps - 1) * stepBytes(input);
  return {
    output: {
      ...shape,
      address: input.address + before,
      gradient: input.gradient === 0 ? 0 : input.gradient + before,
      stride: input.stride,
    },
    attach() {},
    prepare() {},
    forward() {},
    backward() {
      if (input.gradient !== 0) kernels.fillZero(input.gradient, before);
    },
  };
}
