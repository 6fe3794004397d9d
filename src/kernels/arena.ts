// The memory of one model: a bump allocator over a kernel instance's linear memory. Addresses are handed out first,
// then `commit` grows the memory once, since growing detaches every view.
import { SweepError } from '../errors.js';
import type { Kernels } from './kernels.js';

/** Cache line: keeps arrays from sharing one, and v128 accesses aligned. */
const ALIGNMENT = 64;
const PAGE_BYTES = 65_536;
const LARGEST_BYTES = 2 ** 32 - PAGE_BYTES;

export class Arena {
  #end: number;
  #floats: Float32Array | null = null;

  constructor(readonly kernels: Kernels) {
    this.#end = kernels.heapBase();
  }

  /** Address of `bytes` zeroed bytes. Only before commit. Throws MODEL_SHAPE past 4 GiB. */
  allocate(bytes: number): number {
    if (this.#floats) throw new SweepError('INTERNAL', 'arena: allocation after commit');
    const start = Math.ceil(this.#end / ALIGNMENT) * ALIGNMENT;
    this.#end = start + bytes;
    if (this.#end > LARGEST_BYTES)
      throw new SweepError('MODEL_SHAPE', `the model needs over 4 GiB of memory on the wasm engine`, {
        hint: 'use fewer units or a shorter window',
      });
    return start;
  }

  commit(): void {
    const missing = this.#end - this.kernels.memory.buffer.byteLength;
    if (missing > 0) this.kernels.memory.grow(Math.ceil(missing / PAGE_BYTES));
    this.#floats = new Float32Array(this.kernels.memory.buffer);
  }

  get sizeBytes(): number {
    return this.#end;
  }

  get buffer(): ArrayBuffer {
    return this.kernels.memory.buffer as ArrayBuffer;
  }

  /** The whole memory as float32; index = address / 4. Only after commit. */
  get floats(): Float32Array {
    if (!this.#floats) throw new SweepError('INTERNAL', 'arena: read before commit');
    return this.#floats;
  }
}
