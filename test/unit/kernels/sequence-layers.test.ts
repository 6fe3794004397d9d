// Convolution, pools, embedding and layer normalisation at every length from 0 to 67, so with every tail of four lanes,
// against their scalar twins in double precision. An array written past its end is found by its guard.
import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { conv1d } from '../../../src/kernels/reference/conv1d.js';
import { embed } from '../../../src/kernels/reference/embedding.js';
import { layerNormalize } from '../../../src/kernels/reference/layer-normalization.js';
import { pool1d } from '../../../src/kernels/reference/pooling.js';
import { placeWindows } from '../../../src/model/sliding-window.js';
import { randomValues } from '../../support/fakes/array-samples.js';
import { assertClose } from '../../support/models/closeness.js';
import {
  type KernelMemory,
  openKernelMemory,
  packPanels,
  padRows,
} from '../../support/models/kernel-memory.js';

const lengths = Array.from({ length: 68 }, (_, length) => length);
/** Float32 sums of at most 3 · 67 products of near-normal values: 201 · 2⁻²⁴ in the worst case, far less as a rule. */
const TOLERANCE = 201 * 2 ** -24;
const STEPS = 7;

let memory: KernelMemory;
before(async () => {
  memory = await openKernelMemory();
});

const paddedTo = (length: number, lanes: number): number => Math.ceil(length / lanes) * lanes;
const doubles = (values: Float32Array): Float64Array => Float64Array.from(values);

/** The first `width` values of rows `stride` apart. */
function unpad(values: Float32Array, width: number, stride: number): Float32Array {
  const rows = stride === 0 ? 0 : values.length / stride;
  const out = new Float32Array(rows * width);
  for (let row = 0; row < rows; row++)
    out.set(values.subarray(row * stride, row * stride + width), row * width);
  return out;
}

it('convForward is the convolution of its twin at every depth and width', () => {
  const taps = 3;
  const window = { size: taps, strides: 1, dilationRate: 1, padding: 'valid' } as const;
  // A tile of four rows a step, all the same sample: rows of the kernel's register block.
  const rows = 4;
  const count = STEPS - taps + 1;
  for (const features of lengths)
    for (const filters of [0, 1, 7, 8, 9, 16, 67, features]) {
      const panels = Math.ceil(filters / 8);
      const x = randomValues(STEPS * features, 1 + features);
      const kernel = randomValues(taps * features * filters, 100 + filters);
      const bias = randomValues(filters, 200);
      const tile = new Float32Array(STEPS * rows * features);
      for (let at = 0; at < STEPS * rows; at++) {
        const step = Math.floor(at / rows);
        tile.set(x.subarray(step * features, (step + 1) * features), at * features);
      }
      const packed = Array.from({ length: taps }, (_, tap) => [
        ...packPanels(
          kernel.subarray(tap * features * filters, (tap + 1) * features * filters),
          features,
          filters,
        ),
      ]).flat();
      memory.reset();
      const addresses = {
        x: memory.put(tile, 'x'),
        kernel: memory.put(packed, 'kernel'),
        bias: memory.put(packPanels(bias, 1, filters), 'bias'),
        out: memory.put(new Float32Array(count * rows * 8 * panels).fill(3), 'out'),
      };
      memory.kernels.convForward(
        rows * count,
        taps,
        addresses.x,
        4 * rows * features,
        4 * features,
        features,
        addresses.kernel,
        32 * panels * features,
        addresses.bias,
        panels,
        addresses.out,
        32 * panels,
      );
      memory.checkGuards();
      const expected = conv1d(doubles(x), doubles(kernel), doubles(bias), STEPS, features, window);
      const all = unpad(memory.take(addresses.out, count * rows * 8 * panels), filters, 8 * panels);
      for (let row = 0; row < rows; row++) {
        const ofRow = new Float32Array(count * filters);
        for (let w = 0; w < count; w++)
          ofRow.set(all.subarray((w * rows + row) * filters, (w * rows + row + 1) * filters), w * filters);
        assertClose(ofRow, expected, TOLERANCE, `${features} features, ${filters} filters, row ${row}`);
      }
    }
});

for (const padding of ['valid', 'same'] as const)
  it(`pools with ${padding} padding are those of their twins at every length and window`, () => {
    const features = 4;
    for (const steps of lengths)
      for (const [size, strides] of [
        [1, 1],
        [2, 2],
        [3, 1],
        [3, 2],
        [5, 4],
        [steps, Math.max(1, steps)],
      ] as const) {
        if (size === 0 || size > steps) continue;
        const window = { size, strides, dilationRate: 1, padding } as const;
        const x = randomValues(steps * features, 1 + steps);
        for (const kind of ['max', 'average'] as const) {
          const expected = pool1d(kind, doubles(x), steps, features, window);
          const count = expected.length / features;
          const { padBefore } = placeWindows(steps, window);
          memory.reset();
          const from = memory.put(x, 'x');
          const out = memory.put(new Float32Array(expected.length).fill(3), 'out');
          const pool = kind === 'max' ? memory.kernels.maxPool : memory.kernels.averagePool;
          pool(from, steps, 4 * features, count, size, strides, padBefore, out);
          memory.checkGuards();
          const what = `${kind} of ${size} by ${strides} over ${steps}`;
          assertClose(memory.take(out, expected.length), expected, TOLERANCE, what);
        }
      }
  });

it('a pool’s gradient is shared out whole, whatever the length: what went in comes out', () => {
  const features = 4;
  for (const steps of lengths.slice(1))
    for (const [size, strides] of [
      [1, 1],
      [3, 2],
      [steps, steps],
    ] as const) {
      const window = { size, strides, dilationRate: 1, padding: 'same' } as const;
      const { count, padBefore } = placeWindows(steps, window);
      const x = randomValues(steps * features, steps);
      const d = randomValues(count * features, 300);
      const sumOf = (values: Float32Array, feature: number) =>
        values.reduce((sum, value, i) => (i % features === feature ? sum + value : sum), 0);
      memory.reset();
      const from = memory.put(x, 'x');
      const out = memory.put(new Float32Array(count * features), 'out');
      const gradient = memory.put(d, 'd');
      const dx = memory.put(new Float32Array(steps * features).fill(3), 'dx');
      const { kernels } = memory;
      const bytes = 4 * features;
      kernels.maxPool(from, steps, bytes, count, size, strides, padBefore, out);
      const passDown = {
        max: () =>
          kernels.maxPoolGradient(from, out, gradient, dx, steps, bytes, count, size, strides, padBefore),
        average: () =>
          kernels.averagePoolGradient(gradient, dx, steps, bytes, count, size, strides, padBefore),
      };
      for (const [kind, run] of Object.entries(passDown)) {
        run();
        memory.checkGuards();
        const passed = memory.take(dx, steps * features);
        const sums = Array.from({ length: features }, (_, feature) => sumOf(passed, feature));
        const expected = sums.map((_, feature) => sumOf(d, feature));
        assertClose(Float32Array.from(sums), Float64Array.from(expected), 1e-5, `${kind}, ${steps} steps`);
      }
    }
});

it('embedding rows are looked up, and their gradients added up, at every width and count', () => {
  const rowsOfTable = 11;
  for (const units of lengths.slice(1))
    for (const count of [0, 1, 5, 67]) {
      const stride = paddedTo(units, 8);
      const table = randomValues(rowsOfTable * units, units);
      const ids = Float32Array.from({ length: count }, (_, i) => (i * 7) % rowsOfTable);
      const d = randomValues(count * units, 400);
      memory.reset();
      const addresses = {
        ids: memory.put(ids, 'ids'),
        table: memory.put(padRows(table, units, stride), 'table'),
        out: memory.put(new Float32Array(count * stride).fill(3), 'out'),
        d: memory.put(padRows(d, units, stride), 'd'),
        gradient: memory.put(new Float32Array(rowsOfTable * stride), 'gradient'),
      };
      const { kernels } = memory;
      kernels.embeddingForward(addresses.ids, 4, count, addresses.table, 4 * stride, addresses.out);
      kernels.embeddingGradient(addresses.ids, 4, count, addresses.d, 4 * stride, addresses.gradient);
      memory.checkGuards();
      const found = unpad(memory.take(addresses.out, count * stride), units, stride);
      const what = `${count} rows of ${units}`;
      assertClose(found, embed(doubles(ids), doubles(table), units), 0, what);
      const expected = new Float64Array(rowsOfTable * units);
      ids.forEach((id, i) => {
        for (let u = 0; u < units; u++)
          expected[id * units + u] = (expected[id * units + u] as number) + (d[i * units + u] as number);
      });
      const summed = unpad(memory.take(addresses.gradient, rowsOfTable * stride), units, stride);
      assertClose(summed, expected, TOLERANCE, `gradient, ${what}`);
    }
});

it('layer normalisation is that of its twin at every width, and leaves the lanes past it alone', () => {
  const rows = 3;
  const epsilon = 1e-3;
  for (const units of lengths.slice(1)) {
    const stride = paddedTo(units, 8);
    const x = randomValues(rows * units, units);
    const gamma = randomValues(units, 500);
    const beta = randomValues(units, 501);
    memory.reset();
    const addresses = {
      x: memory.put(padRows(x, units, stride), 'x'),
      gamma: memory.put(packPanels(gamma, 1, units), 'gamma'),
      beta: memory.put(packPanels(beta, 1, units), 'beta'),
      normalized: memory.put(new Float32Array(rows * stride), 'normalized'),
      scales: memory.put(new Float32Array(rows), 'scales'),
      out: memory.put(new Float32Array(rows * stride).fill(3), 'out'),
    };
    memory.kernels.layerNormForward(
      rows,
      addresses.x,
      4 * stride,
      units,
      addresses.gamma,
      addresses.beta,
      epsilon,
      addresses.normalized,
      addresses.scales,
      addresses.out,
      4 * stride,
    );
    memory.checkGuards();
    const out = memory.take(addresses.out, rows * stride);
    const expected = layerNormalize(doubles(x), doubles(gamma), doubles(beta), epsilon);
    // One width has no variance: 1/√ε scales what rounding leaves of it.
    assertClose(unpad(out, units, stride), expected, 1e-5, `${units} units`);
    out.forEach((value, i) => {
      if (i % stride >= units) assert.equal(value, 3, `${units} units: lane ${i % stride} was written`);
    });
  }
});
