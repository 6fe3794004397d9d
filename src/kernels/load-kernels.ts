// The kernel module: compiled once, instantiated for each model that lives at the same time (each has a memory of its own).
import { readFile } from 'node:fs/promises';
import { SweepError } from '../errors.js';
import type { Kernels } from './kernels.js';
import { nativeKernels } from './native/native-kernels.js';
import type { NativeLibrary } from './native/native-library.js';
import { RECURRENT_PLAN_BYTES } from './recurrent-plan.js';

/** Compiles `kernels.wasm`, which the build puts beside this file. Throws ENGINE_UNAVAILABLE where SIMD is missing. */
export async function compileKernels(): Promise<WebAssembly.Module> {
  const bytes = await readFile(new URL('./kernels.wasm', import.meta.url));
  if (!WebAssembly.validate(bytes))
    throw new SweepError('ENGINE_UNAVAILABLE', 'this Node.js cannot run WebAssembly with 128-bit SIMD', {
      hint: 'use Node.js 20.19 or later on a 64-bit machine; "sweep doctor" shows what is there',
    });
  return WebAssembly.compile(bytes);
}

/**
 * With a native library its functions run in place of the module's, over the same memory: the bits are the same. Throws
 * MACHINE_LIMIT when the process may not reserve the addresses of one more memory.
 */
export function instantiateKernels(module: WebAssembly.Module, native: NativeLibrary | null = null): Kernels {
  const instance = instantiate(module);
  const kernels = instance.exports as unknown as Kernels;
  if (kernels.recurrentPlanBytes() !== RECURRENT_PLAN_BYTES)
    throw new SweepError('INTERNAL', 'kernels.wasm and recurrent-plan.ts differ: run "npm run build"');
  return native === null ? kernels : nativeKernels(kernels, native);
}

function instantiate(module: WebAssembly.Module): WebAssembly.Instance {
  try {
    return new WebAssembly.Instance(module, {
      env: {
        abort(): never {
          throw new SweepError('INTERNAL', 'a kernel aborted');
        },
      },
    });
  } catch (thrown) {
    if (!(thrown instanceof RangeError)) throw thrown;
    throw new SweepError(
      'MACHINE_LIMIT',
      'this process may not reserve the addresses of one more WebAssembly memory',
      {
        hint: 'raise the limit: ulimit -v unlimited (LimitAS=infinity in a systemd unit), or take fewer threads (--workers)',
        cause: thrown,
      },
    );
  }
}
