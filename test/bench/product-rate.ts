// The machine's limit: the rate of unfused multiply-and-add of a product that stays in the first-level cache, on one core,
// at the vector width of the kernels that are timed beside it.
import { Arena } from '../../src/kernels/arena.js';
import { compileKernels, instantiateKernels } from '../../src/kernels/load-kernels.js';
import type { NativeLibrary } from '../../src/kernels/native/native-library.js';

export interface ProductRate {
  /** Floating-point operations of one run. */
  readonly flops: number;
  run(): void;
}

/** Of the native kernels, or with null of the WebAssembly ones. */
export async function productRate(native: NativeLibrary | null): Promise<ProductRate> {
  const kernels = instantiateKernels(await compileKernels(), native);
  return native === null ? fourLanes(kernels) : wideLanes(kernels);
}

type Kernels = ReturnType<typeof instantiateKernels>;

/** One register tile (4 rows by one panel of 8 columns) of great depth: 16 kB of rows and 32 kB of panel. */
function fourLanes(kernels: Kernels): ProductRate {
  const [rows, depth, calls] = [4, 1_000, 1_000];
  const arena = new Arena(kernels);
  const x = arena.allocate(4 * rows * depth);
  const kernel = arena.allocate(4 * 8 * depth);
  const bias = arena.allocate(32);
  const out = arena.allocate(4 * 8 * rows);
  arena.commit();
  arena.floats.fill(0.5, x / 4, x / 4 + rows * depth);
  arena.floats.fill(0.25, kernel / 4, kernel / 4 + 8 * depth);
  return {
    flops: 2 * calls * rows * 8 * depth,
    run: () => {
      for (let call = 0; call < calls; call++)
        kernels.denseForward(rows, x, 4 * depth, depth, kernel, bias, 1, out);
    },
  };
}

/** Sixteen rows by two panels, both in the first-level cache, again and again in one call. */
function wideLanes(kernels: Kernels): ProductRate {
  const [rows, panels, depth, repeats] = [16, 2, 256, 1_000];
  const arena = new Arena(kernels);
  const x = arena.allocate(4 * rows * depth);
  const kernel = arena.allocate(32 * panels * depth);
  const bias = arena.allocate(32 * panels);
  const out = arena.allocate(32 * panels * rows);
  arena.commit();
  arena.floats.fill(0.5, x / 4, x / 4 + rows * depth);
  arena.floats.fill(0.25, kernel / 4, kernel / 4 + 8 * panels * depth);
  return {
    flops: 2 * repeats * rows * 8 * panels * depth,
    // Each segment is the same product: segments lie 0 bytes apart.
    run: () =>
      kernels.convForward(rows, repeats, x, 0, 4 * depth, depth, kernel, 0, bias, panels, out, 32 * panels),
  };
}
