// Pools over time: the largest or the mean of a window of steps, or of all of them.
import type { PoolingLayer } from '../../../model/layer-spec.js';
import { poolWindow } from '../../../model/layers/pooling.js';
import { placeWindows } from '../../../model/sliding-window.js';
import type { LayerOutput } from '../../layer-inputs.js';
import { type LayerContext, stepBytes, type TileTensor, type WasmLayer } from '../layer.js';

export function createPoolingLayer(
  spec: PoolingLayer,
  input: TileTensor,
  shape: LayerOutput,
  { arena }: LayerContext,
): WasmLayer {
  const { kernels } = arena;
  const isMax = spec.type === 'maxPooling1d' || spec.type === 'globalMaxPooling1d';
  const { steps } = input;
  const window = poolWindow(spec, steps);
  const { padBefore } = placeWindows(steps, window);
  const { steps: count } = shape;
  const { size, strides } = window;
  const bytes = stepBytes(input);
  const output: TileTensor = {
    ...shape,
    stride: input.stride,
    address: arena.allocate(count * bytes),
    gradient: input.gradient === 0 ? 0 : arena.allocate(count * bytes),
  };

  return {
    output,
    attach() {},
    prepare() {},
    forward() {
      const pool = isMax ? kernels.maxPool : kernels.averagePool;
      pool(input.address, steps, bytes, count, size, strides, padBefore, output.address);
    },
    backward() {
      const { address: x, gradient: dx } = input;
      const { address: out, gradient: d } = output;
      if (dx === 0) return;
      if (spec.type === 'globalMaxPooling1d') kernels.globalMaxGradient(x, out, d, dx, steps, bytes);
      else if (isMax) kernels.maxPoolGradient(x, out, d, dx, steps, bytes, count, size, strides, padBefore);
      else kernels.averagePoolGradient(d, dx, steps, bytes, count, size, strides, padBefore);
    },
  };
}
