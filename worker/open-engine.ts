// Which engine a worker runs: the one that was asked for, or what this machine is best at. Each is imported when it is
// chosen: TensorFlow.js alone takes a second and a hundred megabytes.
import type { Engine } from '../src/engine/engine.js';
import type { TfjsEngineOptions } from '../src/engine/tfjs/tfjs-engine.js';
import type { EngineName } from '../src/study/trial.js';

/** auto: TensorFlow.js where it finds a GPU, else wasm. */
export type EngineChoice = EngineName | 'auto';

export interface WorkerEngine {
  readonly engine: Engine;
  readonly hasGpu: boolean;
  /** How many trials at once are sensible: null, as many as there are cores. */
  readonly trialsAtOnce: number | null;
}

/** Throws ENGINE_UNAVAILABLE, with what to install. */
export async function chooseEngine(
  choice: EngineChoice,
  options: TfjsEngineOptions = {},
): Promise<WorkerEngine> {
  if (choice === 'wasm') return describeWasm();
  if (choice === 'tfjs') return describeTfjs(options);
  const { findBackend } = await import('../src/engine/tfjs/load-backend.js');
  const { loaded } = await findBackend({ ...options, packages: ['@tensorflow/tfjs-node-gpu'] });
  return loaded?.device === 'GPU' ? describeTfjs(options) : describeWasm();
}

/** In a trial thread: what `chooseEngine` found in the main thread. */
export async function openEngine(name: EngineName): Promise<Engine> {
  return (await chooseEngine(name)).engine;
}

async function describeWasm(): Promise<WorkerEngine> {
  const { createWasmEngine } = await import('../src/engine/wasm/wasm-engine.js');
  return { engine: await createWasmEngine(), hasGpu: false, trialsAtOnce: null };
}

async function describeTfjs(options: TfjsEngineOptions): Promise<WorkerEngine> {
  const { createTfjsEngine } = await import('../src/engine/tfjs/tfjs-engine.js');
  const engine = await createTfjsEngine(options);
  // Native TensorFlow has threads, or a GPU, of its own: more trials share them.
  const isNative = engine.loaded.tensorflow !== null;
  return { engine, hasGpu: engine.loaded.device === 'GPU', trialsAtOnce: isNative ? 1 : null };
}
