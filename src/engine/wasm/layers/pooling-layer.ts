// Pools over time: the largest or the mean of a window of steps, or of all of them.
import { type PoolingLayer, poolWindow } from '../../../model/layer-spec.js';
import { placeWindows } from '../../../model/sliding-window.js';
import { type LayerContext, stepBytes, type TileTensor, type WasmLayer } from '../layer.js';

export function createPoolingLayer(
  spec: PoolingLayer,
  input: TileTensor,
  { arena }: LayerContext,
): WasmLayer {
  const { kernels } = arena;
  const isMax = spec.type === 'maxPooling1d' || spec.type === 'globalMaxPooling1d';
  const isGlobal = spec.type === 'globalMaxPooling1d' || spec.type === 'globalAveragePooling1d';
  const { steps } = input;
  const window = poolWindow(spec, steps);
  const { count, padBefore } = placeWindows(steps, window);
  const { size, strides } = window;
  const bytes = stepBytes(input);
  const output: TileTensor = {
    ...input,
    address: arena.allocate(count * bytes),
    gradient: input.gradient === 0 ? 0 : arena.allocate(count * bytes),
    steps: count,
    isSequence: !isGlobal,
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
