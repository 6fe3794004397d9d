// What finite differences cannot say of pools: equal maxima, NaN, and that nothing is written past the end.
import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { type KernelMemory, openKernelMemory } from '../../support/models/kernel-memory.js';

const STEP_BYTES = 16;
/** Lanes of four steps: all different, two equal maxima, all equal, one NaN. */
const X = [1, 5, 2, 3, 4, 0, 2, Number.NaN, 3, 5, 2, 1, 2, 1, 2, 0];

let memory: KernelMemory;
before(async () => {
  memory = await openKernelMemory();
});

const pool = (count: number, size: number, strides: number) => {
  memory.reset();
  const { kernels } = memory;
  const x = memory.put(X, 'x');
  const out = memory.put(new Float32Array(4 * count).fill(7), 'out');
  kernels.maxPool(x, 4, STEP_BYTES, count, size, strides, 0, out);
  const d = memory.put(
    Float32Array.from({ length: 4 * count }, (_, i) => 1 + i),
    'd',
  );
  const dx = memory.put(new Float32Array(X.length).fill(7), 'dx');
  return { kernels, x, out, d, dx };
};

it('a maximum keeps NaN', () => {
  const { out } = pool(1, 4, 4);
  assert.deepEqual([...memory.take(out, 4)], [4, 5, 2, Number.NaN]);
  memory.checkGuards();
});

it('the first of equal maxima gets the gradient of a window', () => {
  const { kernels, x, out, d, dx } = pool(1, 4, 4);
  kernels.maxPoolGradient(x, out, d, dx, 4, STEP_BYTES, 1, 4, 4, 0);
  assert.deepEqual([...memory.take(dx, 16)], [0, 2, 3, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  memory.checkGuards();
});

it('a step that is the maximum of two windows gets both gradients', () => {
  const { kernels, x, out, d, dx } = pool(3, 2, 1);
  kernels.maxPoolGradient(x, out, d, dx, 4, STEP_BYTES, 3, 2, 1, 0);
  const first = [...memory.take(dx, 16)].filter((_, i) => i % 4 === 0);
  assert.deepEqual(first, [0, 1 + 5, 9, 0]);
  memory.checkGuards();
});

it('equal maxima of the whole sequence share its gradient', () => {
  const { kernels, x, out, d, dx } = pool(1, 4, 4);
  kernels.globalMaxGradient(x, out, d, dx, 4, STEP_BYTES);
  assert.deepEqual([...memory.take(dx, 16)], [0, 1, 0.75, 0, 1, 0, 0.75, 0, 0, 1, 0.75, 0, 0, 0, 0.75, 0]);
  memory.checkGuards();
});
