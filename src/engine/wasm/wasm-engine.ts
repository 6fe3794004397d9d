// The default engine: own SIMD kernels, one thread a model, bit-identical on every machine. A kernel instance whose model
// was disposed of serves the next one: each reserves ten gigabytes of addresses, which a thread gives back only when it
// collects its garbage, and never for the sake of another thread.
import type { Kernels } from '../../kernels/kernels.js';
import { compileKernels, instantiateKernels } from '../../kernels/load-kernels.js';
import type { NativeLibrary } from '../../kernels/native/native-library.js';
import type { Engine, ModelDefinition } from '../engine.js';
import { WasmModel } from './wasm-model.js';

/** Raised whenever any number the engine computes may change: it is part of every trial id. */
const NUMERICS_VERSION = '2';

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
  let spare: Kernels | null = null;
  const take = (): Kernels => {
    if (spare === null) return instantiateKernels(module, native);
    const kernels = spare;
    spare = null;
    new Uint8Array(kernels.memory.buffer, kernels.heapBase()).fill(0);
    return kernels;
  };
  return {
    name: 'wasm',
    numericsVersion: NUMERICS_VERSION,
    bitExact: true,
    backend: native === null ? 'wasm simd128' : `native ${native.instructionSet.name}`,
    native: native?.instructionSet.name ?? null,
    build: (definition) =>
      new WasmModel(definition, take(), (kernels) => {
        spare = kernels;
      }),
  };
}
