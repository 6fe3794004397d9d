// A kernel instance and arrays in its memory, for tests that call kernels directly. Each array is followed by a guard:
// a kernel that writes past its end is found by `checkGuards`.
import assert from 'node:assert/strict';
import type { Kernels } from '../../../src/kernels/kernels.js';
import { compileKernels, instantiateKernels } from '../../../src/kernels/load-kernels.js';

const GUARD_VALUES = 16;
const GUARD = 1234.5;
const ALIGNMENT = 64;

export class KernelMemory {
  readonly #floats: Float32Array;
  #end: number;
  #guards: { readonly at: number; readonly name: string }[] = [];

  constructor(
    readonly kernels: Kernels,
    sizeBytes: number,
  ) {
    kernels.memory.grow(Math.ceil(sizeBytes / 65_536));
    this.#floats = new Float32Array(kernels.memory.buffer);
    this.#end = kernels.heapBase();
  }

  /** Forgets all arrays: their addresses are handed out again. */
  reset(): void {
    this.#end = this.kernels.heapBase();
    this.#guards = [];
  }

  /** Address of a copy of the values. */
  put(values: ArrayLike<number>, name = 'array'): number {
    const address = Math.ceil(this.#end / ALIGNMENT) * ALIGNMENT;
    this.#floats.set(values, address / 4);
    const guard = address / 4 + values.length;
    this.#floats.fill(GUARD, guard, guard + GUARD_VALUES);
    this.#guards.push({ at: guard, name });
    this.#end = 4 * (guard + GUARD_VALUES);
    return address;
  }

  take(address: number, count: number): Float32Array {
    return this.#floats.slice(address / 4, address / 4 + count);
  }

  checkGuards(): void {
    for (const { at, name } of this.#guards)
      for (let i = 0; i < GUARD_VALUES; i++)
        assert.equal(this.#floats[at + i], GUARD, `a kernel wrote ${i} values past the end of ${name}`);
  }
}

export async function openKernelMemory(sizeBytes = 16 * 2 ** 20): Promise<KernelMemory> {
  return new KernelMemory(instantiateKernels(await compileKernels()), sizeBytes);
}

/** Fails on the first value whose bits differ; any NaN equals any NaN, as WebAssembly leaves its payload open. */
export function assertSameBits(
  actual: Float32Array,
  expected: Float32Array,
  describe: (at: number) => string,
): void {
  assert.equal(actual.length, expected.length);
  for (let i = 0; i < expected.length; i++)
    if (!Object.is(actual[i], expected[i]))
      assert.fail(`${describe(i)}: kernel ${actual[i]}, twin ${expected[i]}`);
}

/** Keras `[rows, columns]` to the kernels' panels `[columns/8][rows][8]`, padded with 0. */
export function packPanels(values: Float32Array, rows: number, columns: number): Float32Array {
  const out = new Float32Array(8 * Math.ceil(columns / 8) * rows);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      out[((column >> 3) * rows + row) * 8 + (column & 7)] = values[row * columns + column] as number;
  return out;
}

/** Rows of `width` values to rows `stride` values apart, the gaps 0. */
export function padRows(values: Float32Array, width: number, stride: number): Float32Array {
  const rows = width === 0 ? 0 : values.length / width;
  const out = new Float32Array(rows * stride);
  for (let row = 0; row < rows; row++) out.set(values.subarray(row * width, (row + 1) * width), row * stride);
  return out;
}
