// The default engine: own SIMD kernels, one thread a model, bit-identical on every machine.
import { compileKernels, instantiateKernels } from '../../kernels/load-kernels.js';
import type { Engine, ModelDefinition } from '../engine.js';
import { WasmModel } from './wasm-model.js';

/** Raised whenever any number the engine computes may change: it is part of every trial id. */
const NUMERICS_VERSION = '1';

export interface WasmEngine extends Engine {
  build(definition: ModelDefinition): WasmModel;
}

/** Compiles the kernels once; call it once per thread. Throws ENGINE_UNAVAILABLE without SIMD. */
export async function createWasmEngine(): Promise<WasmEngine> {
  const module = await compileKernels();
  return {
    name: 'wasm',
    numericsVersion: NUMERICS_VERSION,
    bitExact: true,
    backend: 'wasm simd128',
    build: (definition) => new WasmModel(definition, instantiateKernels(module)),
  };
}
