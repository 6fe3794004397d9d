// Densities of points under a mixture of kernels, computed by assembly/mixture.ts. Its module and memory are one of each
// thread: every use ends before the next begins.
import { readFileSync } from 'node:fs';
import { SweepError } from '../../errors.js';
import { DECAY_TABLE } from './decay.js';
import type { KernelTable } from './kernel-table.js';

const PAGE_BYTES = 65_536;
const DOUBLE_BYTES = 8;
/** Points that are computed at a time. */
const LANES = 2;

export interface Mixture {
  readonly table: KernelTable;
  /** Rows of the table that are kernels of the mixture, ascending. */
  readonly members: Int32Array;
  /** Of the members: weight over what normalises the kernel's numbers; longer where others follow. */
  readonly heights: Float64Array;
  /** Of each choice: half a cell, and −2·log of the share of the kernel's own choice, of another one, and of any where it has none. */
  readonly terms: readonly (readonly [number, number, number, number])[];
}

/** Adds the mixture's density at each row to its place of `densities`; NaN in a row: the point has no such dimension. */
export function addDensities(
  { table, members, heights, terms }: Mixture,
  rows: readonly Float64Array[],
  densities: Float64Array,
): void {
  const { numbers, choices, blocks, padded, stride } = table;
  const count = members.length;
  const pairs = Math.ceil(rows.length / LANES);
  const width = LANES * (padded + choices.length);
  const hasGaps = rows.some((row) => row.some(Number.isNaN));
  const { exports, decayTable, start } = theKernel();

  let end = start;
  const place = (doubles: number): number => {
    const at = end;
    end += LANES * Math.ceil(doubles / LANES);
    return at;
  };
  const at = {
    kernels: place(stride * count),
    masses: place(hasGaps ? padded * count : 0),
    heights: place(count),
    terms: place(4 * choices.length),
    rows: place(pairs * width),
    densities: place(pairs * LANES),
    squares: place(pairs * LANES),
  };
  const memory = grown(exports.memory, end);

  copyRows(table.kernels, stride, members, memory, at.kernels);
  if (hasGaps) copyRows(table.masses, padded, members, memory, at.masses);
  memory.set(heights.subarray(0, count), at.heights);
  memory.set(terms.flat(), at.terms);
  memory.fill(0, at.rows, end);
  for (const [point, row] of rows.entries()) {
    const lane = point % LANES;
    const first = at.rows + width * Math.floor(point / LANES) + lane;
    for (let order = 0; order < numbers.length; order++)
      memory[first + LANES * order] = row[numbers[order] as number] as number;
    for (let order = 0; order < choices.length; order++)
      memory[first + LANES * (padded + order)] = row[choices[order] as number] as number;
    memory[at.densities + point] = densities[point] as number;
  }
  exports.addDensities(
    count,
    blocks,
    choices.length,
    pairs,
    hasGaps ? 1 : 0,
    at.kernels * DOUBLE_BYTES,
    at.masses * DOUBLE_BYTES,
    at.heights * DOUBLE_BYTES,
    at.terms * DOUBLE_BYTES,
    at.rows * DOUBLE_BYTES,
    at.densities * DOUBLE_BYTES,
    at.squares * DOUBLE_BYTES,
    decayTable * DOUBLE_BYTES,
  );
  densities.set(memory.subarray(at.densities, at.densities + rows.length));
}

/** Those rows of `from`, one after another, `width` doubles each; rows that follow each other in one go. */
function copyRows(
  from: Float64Array,
  width: number,
  rows: Int32Array,
  to: Float64Array,
  start: number,
): void {
  for (let place = 0; place < rows.length; ) {
    const first = rows[place] as number;
    let run = 1;
    while (rows[place + run] === first + run) run++;
    to.set(from.subarray(first * width, (first + run) * width), start + place * width);
    place += run;
  }
}

interface Exports {
  readonly memory: WebAssembly.Memory;
  heapBase(): number;
  addDensities(...args: number[]): void;
}

/** Places are counted in doubles. */
interface Kernel {
  readonly exports: Exports;
  readonly decayTable: number;
  /** The first place that the table leaves free. */
  readonly start: number;
}

let kernel: Kernel | null = null;

function theKernel(): Kernel {
  kernel ??= loadKernel();
  return kernel;
}

function loadKernel(): Kernel {
  const bytes = readFileSync(new URL('./mixture.wasm', import.meta.url));
  if (!WebAssembly.validate(bytes))
    throw new SweepError('ENGINE_UNAVAILABLE', 'this Node.js cannot run WebAssembly with 128-bit SIMD', {
      hint: 'use Node.js 20.19 or later on a 64-bit machine; "sweep doctor" shows what is there',
    });
  const exports = withinLimits(
    () => new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports,
  ) as unknown as Exports;
  const decayTable = LANES * Math.ceil(exports.heapBase() / (LANES * DOUBLE_BYTES));
  const start = decayTable + LANES * Math.ceil(DECAY_TABLE.length / LANES);
  grown(exports.memory, start).set(DECAY_TABLE, decayTable);
  return { exports, decayTable, start };
}

/** The memory with at least so many doubles. */
function grown(memory: WebAssembly.Memory, doubles: number): Float64Array {
  const missing = doubles * DOUBLE_BYTES - memory.buffer.byteLength;
  if (missing > 0) withinLimits(() => memory.grow(Math.ceil(missing / PAGE_BYTES)));
  return new Float64Array(memory.buffer);
}

function withinLimits<Result>(reserve: () => Result): Result {
  try {
    return reserve();
  } catch (thrown) {
    if (!(thrown instanceof RangeError)) throw thrown;
    throw new SweepError(
      'MACHINE_LIMIT',
      'this process may not reserve the memory that a proposal of tpe takes',
      {
        hint: 'raise the limit: ulimit -v unlimited (LimitAS=infinity in a systemd unit)',
        cause: thrown,
      },
    );
  }
}
