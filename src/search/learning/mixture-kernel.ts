// Densities of points under a mixture of kernels, computed by assembly/mixture.ts. Its module and memory are one of each
// thread: every use ends before the next begins.
import { readFileSync } from 'node:fs';
import { SweepError } from '../../errors.js';
import { DECAY_TABLE } from './decay.js';
import { normalCdf } from './normal.js';

/** As in assembly/mixture.ts: numbers of a kernel are padded to a multiple of it. */
const BLOCK = 3;
/** Φ from a table, error below 1e-6: a density needs no more, and a proposal asks for thousands. As in assembly/mixture.ts. */
const CDF_REACH = 6;
const CDF_STEPS = 256;

const PAGE_BYTES = 65_536;
const DOUBLE_BYTES = 8;
/** Points and kernels are computed two at a time. */
const LANES = 2;

/** A dimension of numbers, of all kernels; NaN among the centres: the kernel has no such dimension. */
export interface NumberColumn {
  /** Of the dimension in a row. */
  readonly place: number;
  readonly centres: Float64Array;
  readonly widths: Float64Array;
  /** Variance of a value's cell: a value owns it, so its kernel is wider by that. */
  readonly spread: number;
}

/** A dimension of choices likewise. */
export interface ChoiceColumn {
  readonly place: number;
  readonly centres: Float64Array;
  /** Half a cell, and −2·log of the share of the kernel's own choice, of another one, and of any where it has none. */
  readonly terms: readonly [number, number, number, number];
}

export interface Mixture {
  readonly numbers: readonly NumberColumn[];
  readonly choices: readonly ChoiceColumn[];
  /** Of the kernels, longer where others follow. */
  readonly weights: Float64Array;
  readonly count: number;
}

/** Adds the mixture's density at each row to its place of `densities`; NaN in a row: the point has no such dimension. */
export function addDensities(mixture: Mixture, rows: readonly Float64Array[], densities: Float64Array): void {
  const { numbers, choices, weights, count } = mixture;
  const blocks = Math.ceil(numbers.length / BLOCK);
  const columns = blocks * BLOCK + choices.length;
  const stride = columns + blocks * BLOCK;
  const pairs = Math.ceil(rows.length / LANES);
  const length = LANES * Math.ceil(count / LANES);
  const { exports, tables, start } = theKernel();

  let end = start;
  const place = (doubles: number): number => {
    const at = end;
    end += LANES * Math.ceil(doubles / LANES);
    return at;
  };
  const at = {
    kernels: place(stride * length),
    masses: place(numbers.length * length),
    heights: place(length),
    centres: place(length),
    widths: place(length),
    terms: place(4 * choices.length),
    rows: place(columns * pairs * LANES),
    densities: place(pairs * LANES),
  };
  const memory = grown(exports.memory, end);

  memory.set(weights.subarray(0, count), at.heights);
  memory.fill(1, at.heights + count, at.heights + length);
  for (const [order, { centres, widths, spread }] of numbers.entries()) {
    memory.set(centres, at.centres);
    memory.set(widths, at.widths);
    exports.measureKernels(
      length,
      at.centres * DOUBLE_BYTES,
      at.widths * DOUBLE_BYTES,
      spread,
      (at.kernels + 2 * order) * DOUBLE_BYTES,
      stride * DOUBLE_BYTES,
      (at.masses + order * length) * DOUBLE_BYTES,
      at.heights * DOUBLE_BYTES,
      tables.cdf * DOUBLE_BYTES,
    );
  }
  for (let order = numbers.length; order < blocks * BLOCK; order++)
    for (let kernel = 0, to = at.kernels + 2 * order; kernel < count; kernel++, to += stride)
      memory.fill(0, to, to + 2);
  for (const [order, { centres, terms }] of choices.entries()) {
    memory.set(terms, at.terms + 4 * order);
    const first = at.kernels + 2 * blocks * BLOCK + order;
    for (let kernel = 0, to = first; kernel < count; kernel++, to += stride)
      memory[to] = centres[kernel] as number;
  }

  memory.fill(0, at.rows, at.densities + pairs * LANES);
  for (const [point, row] of rows.entries()) {
    const lane = at.rows + Math.floor(point / LANES) * columns * LANES + (point % LANES);
    for (const [order, { place }] of numbers.entries()) memory[lane + LANES * order] = row[place] as number;
    for (const [order, { place }] of choices.entries())
      memory[lane + LANES * (blocks * BLOCK + order)] = row[place] as number;
    memory[at.densities + point] = densities[point] as number;
  }
  exports.addDensities(
    count,
    blocks,
    choices.length,
    pairs,
    at.kernels * DOUBLE_BYTES,
    at.masses * DOUBLE_BYTES,
    length * DOUBLE_BYTES,
    at.heights * DOUBLE_BYTES,
    at.terms * DOUBLE_BYTES,
    at.rows * DOUBLE_BYTES,
    at.densities * DOUBLE_BYTES,
    tables.decay * DOUBLE_BYTES,
  );
  densities.set(memory.subarray(at.densities, at.densities + rows.length));
}

interface Exports {
  readonly memory: WebAssembly.Memory;
  heapBase(): number;
  measureKernels(...args: number[]): void;
  addDensities(...args: number[]): void;
}

/** Places are counted in doubles. */
interface Kernel {
  readonly exports: Exports;
  readonly tables: { readonly decay: number; readonly cdf: number };
  /** The first that the tables leave free. */
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
  const decay = LANES * Math.ceil(exports.heapBase() / (LANES * DOUBLE_BYTES));
  const cdf = decay + LANES * Math.ceil(DECAY_TABLE.length / LANES);
  const cdfLength = 2 * CDF_REACH * CDF_STEPS + 2;
  const start = cdf + cdfLength;
  const memory = grown(exports.memory, start);
  memory.set(DECAY_TABLE, decay);
  for (let step = 0; step < cdfLength; step++) memory[cdf + step] = normalCdf(step / CDF_STEPS - CDF_REACH);
  return { exports, tables: { decay, cdf }, start };
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
