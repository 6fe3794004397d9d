// The engine as a trial gets it: on the native kernels where there are some, or on those that SWEEP_KERNELS names.
import { chooseKernels } from '../../src/engine/wasm/choose-kernels.js';
import { createWasmEngine, type WasmEngine } from '../../src/engine/wasm/wasm-engine.js';
import { type ProductRate, productRate } from './product-rate.js';

export interface BenchEngine {
  readonly engine: WasmEngine;
  /** What runs: `wasm`, `avx2`, … */
  readonly kernels: string;
  readonly rate: ProductRate;
}

export async function openBenchEngine(): Promise<BenchEngine> {
  const native = await chooseKernels({
    choice: process.env.SWEEP_KERNELS || 'auto',
    cacheDirectory: null,
    onWarning: (message) => process.stderr.write(`${message}\n`),
  });
  const engine = await createWasmEngine(native);
  return { engine, kernels: native?.instructionSet.name ?? 'wasm', rate: await productRate(native) };
}
