// The engine on TensorFlow.js: for GPUs, and as the second opinion on the wasm engine's numbers. One per thread.
import { compileKernels } from '../../kernels/kernels.js';
import type { Engine, ModelDefinition } from '../engine.js';
import { type BackendOptions, type LoadedBackend, loadBackend } from './load-backend.js';
import { TfjsModel } from './tfjs-model.js';

/** Raised whenever any number the engine computes may change. */
const NUMERICS_VERSION = '1';

export interface TfjsEngine extends Engine {
  /** What was loaded: its device decides whether it is worth being preferred. */
  readonly loaded: LoadedBackend;
  build(definition: ModelDefinition): TfjsModel;
}

/** Throws ENGINE_UNAVAILABLE, with what to install. */
export async function createTfjsEngine(options: BackendOptions = {}): Promise<TfjsEngine> {
  const loaded = await loadBackend(options);
  const kernels = await compileKernels();
  return {
    name: 'tfjs',
    numericsVersion: [NUMERICS_VERSION, loaded.backend, loaded.version, loaded.tensorflow, loaded.device]
      .filter((part) => part !== null)
      .join('-'),
    bitExact: false,
    backend: describeBackend(loaded),
    loaded,
    build: (definition) => new TfjsModel(definition, loaded.tf, kernels),
  };
}

/** `tfjs-node-gpu 4.22.0 (TensorFlow 2.9.1, GPU)` or `tfjs 4.22.0 (wasm)` */
export function describeBackend({
  package: name,
  version,
  backend,
  tensorflow,
  device,
}: LoadedBackend): string {
  const details = tensorflow === null ? backend : `TensorFlow ${tensorflow}, ${device}`;
  return `${name.replace('@tensorflow/', '')} ${version} (${details})`;
}
