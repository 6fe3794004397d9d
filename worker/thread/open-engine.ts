// Which engine a worker runs: the one that was asked for, or what this machine is best at. Each is imported when it is
// chosen: TensorFlow.js alone takes a second and a hundred megabytes.
import type { Engine } from '../../src/engine/engine.js';
import type { TfjsEngineOptions } from '../../src/engine/tfjs/tfjs-engine.js';
import type { KernelOptions } from '../../src/engine/wasm/choose-kernels.js';
import type { EngineName } from '../../src/study/trial/trial.js';

/** auto: TensorFlow.js where it finds a GPU, else wasm. */
export type EngineChoice = EngineName | 'auto';

export interface WorkerEngine {
  readonly engine: Engine;
  readonly hasGpu: boolean;
  /** How many trials at once are sensible: null, as many as there are cores. */
  readonly trialsAtOnce: number | null;
  /** The instruction set of native kernels, null without: what `openEngine` is told in the trial threads. */
  readonly kernels: string | null;
}

/** Throws ENGINE_UNAVAILABLE, with what to install. */
export async function chooseEngine(
  choice: EngineChoice,
  options: TfjsEngineOptions & { readonly kernels?: Omit<KernelOptions, 'onWarning'> } = {},
): Promise<WorkerEngine> {
  if (choice === 'wasm') return describeWasm(options);
  if (choice === 'tfjs') return describeTfjs(options);
  const { findBackend } = await import('../../src/engine/tfjs/load-backend.js');
  const { loaded } = await findBackend({ ...options, packages: ['@tensorflow/tfjs-node-gpu'] });
  return loaded?.device === 'GPU' ? describeTfjs(options) : describeWasm(options);
}

/** In a trial thread: what `chooseEngine` found in the main thread. */
export async function openEngine(name: EngineName, kernels: string | null): Promise<Engine> {
  if (name !== 'wasm') return (await chooseEngine(name)).engine;
  const { createWasmEngine } = await import('../../src/engine/wasm/wasm-engine.js');
  const { reopenKernels } = await import('../../src/engine/wasm/choose-kernels.js');
  return createWasmEngine(reopenKernels(kernels));
}

async function describeWasm({
  kernels,
  onWarning = () => {},
}: NonNullable<Parameters<typeof chooseEngine>[1]>): Promise<WorkerEngine> {
  const { createWasmEngine } = await import('../../src/engine/wasm/wasm-engine.js');
  const { chooseKernels } = await import('../../src/engine/wasm/choose-kernels.js');
  const engine = await createWasmEngine(
    await chooseKernels({ choice: 'wasm', cacheDirectory: null, ...kernels, onWarning }),
  );
  return { engine, hasGpu: false, trialsAtOnce: null, kernels: engine.native };
}

async function describeTfjs(options: TfjsEngineOptions): Promise<WorkerEngine> {
  const { createTfjsEngine } = await import('../../src/engine/tfjs/tfjs-engine.js');
  const engine = await createTfjsEngine(options);
  // Native TensorFlow has threads, or a GPU, of its own: more trials share them.
  const isNative = engine.loaded.tensorflow !== null;
  return { engine, hasGpu: engine.loaded.device === 'GPU', trialsAtOnce: isNative ? 1 : null, kernels: null };
}
