// The engine on TensorFlow.js: for GPUs, and as the second opinion on the wasm engine's numbers. One per thread.
import { compileKernels } from '../../kernels/load-kernels.js';
import type { Engine, ModelDefinition } from '../engine.js';
import { checkFusedOps, type FusedOp } from './fused-check.js';
import { type BackendOptions, type LoadedBackend, loadBackend } from './load-backend.js';
import { TfjsModel } from './tfjs-model.js';

/** Raised whenever any number the engine computes may change. */
const NUMERICS_VERSION = '1';

export interface TfjsEngineOptions extends BackendOptions {
  /** false: recurrent layers are plain, whatever the backend has. */
  readonly fused?: boolean;
  /** What was expected to work and does not: the engine does without. */
  readonly onWarning?: (message: string) => void;
}

export interface TfjsEngine extends Engine {
  /** What was loaded: its device decides whether it is worth being preferred. */
  readonly loaded: LoadedBackend;
  /** Fused operations that passed their check on this machine. */
  readonly fused: readonly FusedOp[];
  build(definition: ModelDefinition): TfjsModel;
}

/** Throws ENGINE_UNAVAILABLE, with what to install. */
export async function createTfjsEngine(options: TfjsEngineOptions = {}): Promise<TfjsEngine> {
  const { fused: wantsFused = true, onWarning = () => {} } = options;
  const loaded = await loadBackend(options);
  const { tf } = loaded;
  // They exist on the native backend alone.
  const fused =
    wantsFused && loaded.tensorflow !== null
      ? checkFusedOps(tf, { hasGpu: loaded.device === 'GPU', onWarning })
      : null;
  const usable = [...(fused?.usable ?? [])];
  const kernels = await compileKernels();
  return {
    name: 'tfjs',
    numericsVersion: [
      NUMERICS_VERSION,
      loaded.backend,
      loaded.version,
      loaded.tensorflow,
      loaded.device,
      ...usable,
    ]
      .filter((part) => part !== null)
      .join('-'),
    bitExact: false,
    backend: describeBackend(loaded),
    loaded,
    fused: usable,
    build: (definition) => new TfjsModel(definition, tf, kernels, fused),
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
