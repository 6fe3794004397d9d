// The machine's limit: the f32x4 multiply-and-add rate of a product that stays in the first-level cache, on one core.
import { Arena } from '../../src/kernels/arena.js';
import { compileKernels, instantiateKernels } from '../../src/kernels/load-kernels.js';

/** One register tile (4 rows by one panel of 8 columns) of great depth: 16 kB of rows and 32 kB of panel. */
const DEPTH = 1_000;
const ROWS = 4;
const CALLS = 1_000;

export const PRODUCT_FLOPS = 2 * CALLS * ROWS * 8 * DEPTH;

/** A task of PRODUCT_FLOPS floating-point operations, to be timed beside what it limits. */
export async function productTask(): Promise<() => void> {
  const kernels = instantiateKernels(await compileKernels());
  const arena = new Arena(kernels);
  const x = arena.allocate(4 * ROWS * DEPTH);
  const kernel = arena.allocate(4 * 8 * DEPTH);
  const bias = arena.allocate(32);
  const out = arena.allocate(4 * 8 * ROWS);
  arena.commit();
  arena.floats.fill(0.5, x / 4, x / 4 + ROWS * DEPTH);
  arena.floats.fill(0.25, kernel / 4, kernel / 4 + 8 * DEPTH);
  return () => {
    for (let call = 0; call < CALLS; call++)
      kernels.denseForward(ROWS, x, 4 * DEPTH, DEPTH, kernel, bias, 1, out);
  };
}
