// The default engine: own SIMD kernels, one thread a model, bit-identical on every machine.
import { compileKernels, instantiateKernels } from '../../kernels/load-kernels.js';
import type { NativeLibrary } from '../../kernels/native/native-library.js';
import type { Engine, ModelDefinition } from '../engine.js';
import { WasmModel } from './wasm-model.js';

/** Raised whenever any number the engine computes may change: it is part of every trial id. */
const NUMERICS_VERSION = '1';

export interface WasmEngine extends Engine {
  /** The instruction set of the native kernels that run in place of the WebAssembly ones; null: none do. */
  readonly native: string | null;
  build(definition: ModelDefinition): WasmModel;
}

/**
 * Compiles the kernels once; call it once per thread. With `native` those kernels run over the same memory, faster: nothing
 * else about the engine changes. Throws ENGINE_UNAVAILABLE without SIMD.
 */
export async function createWasmEngine(native: NativeLibrary | null = null): Promise<WasmEngine> {
  const module = await compileKernels();
  return {
    name: 'wasm',
    numericsVersion: NUMERICS_VERSION,
    bitExact: true,
    backend: native === null ? 'wasm simd128' : `native ${native.instructionSet.name}`,
    native: native?.instructionSet.name ?? null,
    build: (definition) => new WasmModel(definition, instantiateKernels(module, native)),
  };
}
