// Products, their gradients and transposes at every depth and width from 0 to 67, bit for bit against plain loops over
// float32: the order of summation is part of the kernels' contract.
import { before, it } from 'node:test';
import { randomValues as drawValues } from '../../support/fakes/array-samples.js';
import {
  assertSameBits,
  type KernelMemory,
  openKernelMemory,
  packPanels,
  padRows,
} from '../../support/models/kernel-memory.js';

const f = Math.fround;
const LONGEST = 67;
/** Two blocks of four rows. */
const ROWS = 8;

const DRAWN = drawValues((LONGEST + 1) ** 2 + 2 * 128, 1);
/** The same for the same seed (below 256); cut from one array, as drawing anew for each size takes most of the time. */
const randomValues = (count: number, seed: number): Float32Array => DRAWN.slice(seed, seed + count);

let memory: KernelMemory;
before(async () => {
  memory = await openKernelMemory();
});

const lengths = Array.from({ length: LONGEST + 1 }, (_, length) => length);
const at = (values: Float32Array, index: number): number => values[index] as number;

/** start[row, column] + Σ_k a[row, k]·b[k, column], k in order, every operation rounded to float32. */
function multiplyLoop(
  a: Float32Array,
  b: Float32Array,
  rows: number,
  depth: number,
  columns: number,
  start: (row: number, column: number) => number,
): Float32Array {
  const out = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      let sum = start(row, column);
      for (let k = 0; k < depth; k++) sum = f(sum + f(at(a, row * depth + k) * at(b, k * columns + column)));
      out[row * columns + column] = sum;
    }
  return out;
}

function transposeLoop(values: Float32Array, rows: number, columns: number): Float32Array {
  return Float32Array.from(
    { length: rows * columns },
    (_, i) => values[(i % rows) * columns + Math.floor(i / rows)] as number,
  );
}

it('denseForward is bias + x·W for every depth and width', () => {
  for (const depth of lengths)
    for (const columns of lengths) {
      const panels = Math.ceil(columns / 8);
      const x = randomValues(ROWS * depth, depth);
      const kernel = randomValues(depth * columns, columns);
      const bias = randomValues(columns, 7);
      memory.reset();
      const addresses = {
        x: memory.put(x, 'x'),
        kernel: memory.put(packPanels(kernel, depth, columns), 'kernel'),
        bias: memory.put(packPanels(bias, 1, columns), 'bias'),
        out: memory.put(new Float32Array(ROWS * panels * 8).fill(3), 'out'),
      };
      // prettier-ignore
      memory.kernels.denseForward(
        ROWS,
        addresses.x,
        4 * depth,
        depth,
        addresses.kernel,
        addresses.bias,
        panels,
        addresses.out,
      );
      memory.checkGuards();
      const expected = multiplyLoop(x, kernel, ROWS, depth, columns, (_, column) => at(bias, column));
      assertSameBits(
        memory.take(addresses.out, ROWS * panels * 8),
        padRows(expected, columns, panels * 8),
        (i) => `depth ${depth}, columns ${columns}, value ${i}`,
      );
    }
});

it('denseBackward adds xᵀ·d and column sums, and writes d·Wᵀ, for every depth and width', () => {
  for (const depth of lengths)
    for (const columns of lengths) {
      const panels = Math.ceil(columns / 8);
      const inputPanels = Math.ceil(depth / 8);
      const x = randomValues(ROWS * depth, depth);
      const d = randomValues(ROWS * columns, columns + 100);
      const kernel = randomValues(depth * columns, columns);
      const before = randomValues(depth * columns, 9);
      const beforeBias = randomValues(columns, 8);
      memory.reset();
      const put = {
        x: memory.put(x, 'x'),
        d: memory.put(padRows(d, columns, 8 * panels), 'd'),
        kernel: memory.put(packPanels(kernel, depth, columns), 'kernel'),
        kernelGradient: memory.put(packPanels(before, depth, columns), 'kernel gradient'),
        biasGradient: memory.put(packPanels(beforeBias, 1, columns), 'bias gradient'),
        transposed: memory.put(new Float32Array(8 * inputPanels * columns).fill(3), 'transposed'),
        dx: memory.put(new Float32Array(ROWS * 8 * inputPanels).fill(3), 'dx'),
      };
      memory.kernels.transposePanels(put.kernel, depth, columns, put.transposed);
      // prettier-ignore
      memory.kernels.denseBackward(
        ROWS,
        put.x,
        4 * depth,
        depth,
        put.d,
        columns,
        panels,
        put.kernelGradient,
        put.biasGradient,
        put.transposed,
        put.dx,
        32 * inputPanels,
      );
      memory.checkGuards();

      const where = (what: string) => (i: number) =>
        `${what}, depth ${depth}, columns ${columns}, value ${i}`;
      const transposed = transposeLoop(kernel, depth, columns);
      assertSameBits(
        memory.take(put.transposed, 8 * inputPanels * columns),
        packPanels(transposed, columns, depth),
        where('transpose'),
      );
      const gradient = multiplyLoop(transposeLoop(x, ROWS, depth), d, depth, ROWS, columns, (k, column) =>
        at(before, k * columns + column),
      );
      assertSameBits(
        memory.take(put.kernelGradient, 8 * panels * depth),
        packPanels(gradient, depth, columns),
        where('kernel gradient'),
      );
      const inputGradient = multiplyLoop(d, transposed, ROWS, columns, depth, () => 0);
      assertSameBits(
        memory.take(put.dx, ROWS * 8 * inputPanels),
        padRows(inputGradient, depth, 8 * inputPanels),
        where('dx'),
      );
      assertSameBits(
        memory.take(put.biasGradient, 8 * panels),
        packPanels(sumRows(d, columns, beforeBias), 1, columns),
        where('bias gradient'),
      );
    }
});

/** Even rows on top of what is there, odd rows apart, then both together. */
function sumRows(d: Float32Array, columns: number, before: Float32Array): Float32Array {
  return before.map((value, column) => {
    let even = value;
    let odd = 0;
    for (let row = 0; row < ROWS; row += 2) {
      even = f(even + at(d, row * columns + column));
      odd = f(odd + at(d, (row + 1) * columns + column));
    }
    return even + odd;
  });
}
