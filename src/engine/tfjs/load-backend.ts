// Which TensorFlow.js is there: the native packages first, then the one in plain JavaScript. None is a dependency of sweep;
// each is loaded when it is asked for, and why one did not load is told.
import { createRequire } from 'node:module';
import { dirname, sep } from 'node:path';
import { asSweepError, SweepError } from '../../errors.js';
import type { Tensorflow } from './tensors.js';

const TFJS_PACKAGES = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node', '@tensorflow/tfjs'] as const;
export type TfjsPackage = (typeof TFJS_PACKAGES)[number];

export interface LoadedBackend {
  readonly tf: Tensorflow;
  readonly package: TfjsPackage;
  readonly version: string;
  /** TensorFlow.js' own name of it: `tensorflow`, `wasm`, `cpu`. */
  readonly backend: string;
  /** Version of libtensorflow; null in plain JavaScript. */
  readonly tensorflow: string | null;
  readonly device: 'GPU' | 'CPU';
}

export interface FailedBackend {
  readonly package: TfjsPackage;
  readonly reason: string;
}

export interface BackendOptions {
  /** Those tried, in this order. */
  readonly packages?: readonly TfjsPackage[];
  /** Backends of plain JavaScript, in this order. */
  readonly plainBackends?: readonly ('wasm' | 'cpu')[];
  /** How a package is imported; a test gives its own. */
  readonly importPackage?: (name: string) => Promise<unknown>;
}

export interface BackendSearch {
  readonly loaded: LoadedBackend | null;
  readonly failed: readonly FailedBackend[];
}

/** The first that loads. */
export async function findBackend(options: BackendOptions = {}): Promise<BackendSearch> {
  const {
    packages = TFJS_PACKAGES,
    plainBackends = ['wasm', 'cpu'],
    importPackage = (name) => import(name),
  } = options;
  const failed: FailedBackend[] = [];
  for (const name of packages) {
    try {
      const tf = asTensorflow(await importPackage(name));
      // Without it each thread prints an advertisement for the native package, and checks every result for NaN.
      tf.enableProdMode();
      const loaded =
        name === '@tensorflow/tfjs'
          ? await openPlain(tf, plainBackends, importPackage)
          : await openNative(tf, name);
      return { loaded, failed };
    } catch (thrown) {
      failed.push({ package: name, reason: reasonOf(thrown) });
    }
  }
  return { loaded: null, failed };
}

/** Throws ENGINE_UNAVAILABLE, saying for each package why not. */
export async function loadBackend(options: BackendOptions = {}): Promise<LoadedBackend> {
  const { loaded, failed } = await findBackend(options);
  if (loaded !== null) return loaded;
  const reasons = failed.map(({ package: name, reason }) => `${name}: ${reason}`).join('; ');
  throw new SweepError('ENGINE_UNAVAILABLE', `the engine "tfjs" finds no TensorFlow.js (${reasons})`, {
    hint: INSTALL_HINT,
  });
}

export const INSTALL_HINT =
  'beside sweep run "npm install @tensorflow/tfjs-node-gpu@4.22" for an NVIDIA GPU with CUDA 11 and cuDNN 8, ' +
  '"npm install @tensorflow/tfjs-node@4.22" for CPUs, or do without by --engine wasm';

/** Modules of CommonJS may come with their exports under `default` alone. */
function asTensorflow(imported: unknown): Tensorflow {
  const module = imported as Partial<Tensorflow> & { readonly default?: Tensorflow };
  const tf = module.tidy === undefined ? module.default : (module as Tensorflow);
  if (typeof tf?.tidy !== 'function')
    throw new SweepError('ENGINE_UNAVAILABLE', 'it exports no TensorFlow.js');
  return tf;
}

/** What the native backend tells beyond the interface of all backends. */
interface NativeBackend {
  readonly isUsingGpuDevice?: boolean;
  readonly binding?: { readonly TF_Version?: string };
}

async function openNative(tf: Tensorflow, name: TfjsPackage): Promise<LoadedBackend> {
  await select(tf, 'tensorflow');
  const native = tf.backend() as unknown as NativeBackend;
  return {
    tf,
    package: name,
    version: versionOf(tf),
    backend: 'tensorflow',
    tensorflow: native.binding?.TF_Version ?? null,
    device: native.isUsingGpuDevice === true ? 'GPU' : 'CPU',
  };
}

async function openPlain(
  tf: Tensorflow,
  backends: readonly ('wasm' | 'cpu')[],
  importPackage: (name: string) => Promise<unknown>,
): Promise<LoadedBackend> {
  const reasons: string[] = [];
  for (const backend of backends) {
    try {
      if (backend === 'wasm') await registerWasm(importPackage);
      await select(tf, backend);
      const version = versionOf(tf);
      return { tf, package: '@tensorflow/tfjs', version, backend, tensorflow: null, device: 'CPU' };
    } catch (thrown) {
      reasons.push(`${backend}: ${reasonOf(thrown)}`);
    }
  }
  throw new SweepError('ENGINE_UNAVAILABLE', reasons.join(', '));
}

const WASM_PACKAGE = '@tensorflow/tfjs-backend-wasm';

/** A package of its own, whose WebAssembly files lie beside its entry. */
async function registerWasm(importPackage: (name: string) => Promise<unknown>): Promise<void> {
  const module = (await importPackage(WASM_PACKAGE)) as { setWasmPaths(prefix: string): void };
  const entry = createRequire(import.meta.url).resolve(WASM_PACKAGE);
  module.setWasmPaths(`${dirname(entry)}${sep}`);
}

async function select(tf: Tensorflow, backend: string): Promise<void> {
  if (!(await tf.setBackend(backend))) throw new SweepError('ENGINE_UNAVAILABLE', `no backend ${backend}`);
  await tf.ready();
}

function versionOf(tf: Tensorflow): string {
  return tf.version['tfjs-core'];
}

/** One line: a missing package, a missing binding, a missing library. */
function reasonOf(thrown: unknown): string {
  const code = (thrown as { readonly code?: unknown } | null)?.code;
  if (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') return 'not installed';
  return (asSweepError(thrown).message.split('\n')[0] ?? '').trim();
}
