// The engine of a verb that trains or predicts in this process: wasm, on the kernels that SWEEP_KERNELS asks for.
import { chooseKernels } from '../engine/wasm/choose-kernels.js';
import { createWasmEngine, type WasmEngine } from '../engine/wasm/wasm-engine.js';
import type { CliContext } from './context.js';

/** Throws USAGE or ENGINE_UNAVAILABLE for kernels that are not to be had. */
export async function openCliEngine(context: CliContext): Promise<WasmEngine> {
  const native = await chooseKernels({
    choice: context.kernels,
    cacheDirectory: context.cacheDirectory,
    onWarning: (message) => context.stderr.write(`warning: ${message}\n`),
  });
  return createWasmEngine(native);
}
