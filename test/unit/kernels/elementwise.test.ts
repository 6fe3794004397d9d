// Flat passes and optimiser steps of the kernels, bit for bit against plain loops and scalar twins.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { stepAdam, stepRmsprop, stepSgd } from '../../../src/kernels/reference/optimizer.js';
import { randomValues } from '../../support/fakes/array-samples.js';
import { assertSameBits, type KernelMemory, openKernelMemory } from '../../support/models/kernel-memory.js';

let memory: KernelMemory;
before(async () => {
  memory = await openKernelMemory();
});

const COUNTS = Array.from({ length: 18 }, (_, i) => 4 * i);

describe('elementwise kernels', () => {
  it('multiply, addInto and fillZero at every count', () => {
    for (const count of COUNTS) {
      const a = randomValues(count, 1);
      const b = randomValues(count, 2);
      memory.reset();
      const put = { a: memory.put(a), b: memory.put(b), out: memory.put(new Float32Array(count).fill(5)) };
      memory.kernels.multiply(put.a, put.b, put.out, count);
      assert.deepEqual(
        memory.take(put.out, count),
        a.map((value, i) => value * (b[i] as number)),
      );
      memory.kernels.addInto(put.a, put.b, count);
      assert.deepEqual(
        memory.take(put.b, count),
        a.map((value, i) => value + (b[i] as number)),
      );
      memory.kernels.fillZero(put.out, 4 * count);
      assert.deepEqual(memory.take(put.out, count), new Float32Array(count));
      memory.checkGuards();
    }
  });

  it('reverseTime turns the order of time steps', () => {
    for (const steps of [1, 2, 5, 9]) {
      const a = Float32Array.from({ length: steps * 12 }, (_, i) => i);
      memory.reset();
      const put = { a: memory.put(a), out: memory.put(new Float32Array(steps * 12)) };
      memory.kernels.reverseTime(put.a, put.out, steps, 48);
      memory.checkGuards();
      const out = memory.take(put.out, steps * 12);
      for (let t = 0; t < steps; t++)
        assert.deepEqual(out.subarray(t * 12, t * 12 + 12), a.slice((steps - 1 - t) * 12, (steps - t) * 12));
    }
  });

  it('flattenTile lays a sample’s steps in one row, unflattenTile puts them back', () => {
    const rows = 16;
    for (const features of [1, 3, 8, 13])
      for (const steps of [1, 4, 7]) {
        const stride = 8 * Math.ceil(features / 8);
        const rowValues = 8 * Math.ceil((steps * features) / 8);
        const tile = randomValues(steps * rows * stride, features);
        memory.reset();
        const put = {
          tile: memory.put(tile),
          flat: memory.put(new Float32Array(rows * rowValues)),
          back: memory.put(new Float32Array(tile.length)),
        };
        const size = [steps, rows, features] as const;
        memory.kernels.flattenTile(put.tile, 4 * rows * stride, 4 * stride, put.flat, 4 * rowValues, ...size);
        memory.kernels.unflattenTile(
          put.flat,
          4 * rowValues,
          put.back,
          4 * rows * stride,
          4 * stride,
          ...size,
        );
        memory.checkGuards();
        const flat = memory.take(put.flat, rows * rowValues);
        const back = memory.take(put.back, tile.length);
        for (let row = 0; row < rows; row++)
          for (let t = 0; t < steps; t++)
            for (let lane = 0; lane < stride; lane++) {
              const from = (t * rows + row) * stride + lane;
              const isValue = lane < features;
              if (isValue) assert.equal(flat[row * rowValues + t * features + lane], tile[from]);
              assert.equal(back[from], isValue ? tile[from] : 0);
            }
      }
  });
});

describe('optimiser kernels give the bits of their scalar twins', () => {
  /** Values over many magnitudes, zeros, and what a diverging trial holds. */
  const values = (seed: number): Float32Array =>
    randomValues(1_024, seed).map((value, i) =>
      i < 8
        ? ([0, -0, 1e-45, -1e-38, 3e38, Infinity, -Infinity, NaN][i] as number)
        : value * 10 ** ((i % 60) - 30),
    );
  const positive = (seed: number): Float32Array => values(seed).map(Math.abs);

  /** Runs three steps on both sides and compares every array. */
  function compare(
    arrays: readonly Float32Array[],
    kernel: (addresses: readonly number[], count: number) => void,
    twin: (arrays: readonly Float32Array[]) => void,
  ): void {
    const expected = arrays.map((array) => array.slice());
    memory.reset();
    const addresses = arrays.map((array) => memory.put(array));
    for (let step = 0; step < 3; step++) {
      kernel(addresses, 1_024);
      twin(expected);
    }
    memory.checkGuards();
    expected.forEach((array, which) => {
      assertSameBits(
        memory.take(addresses[which] as number, 1_024),
        array,
        (i) => `array ${which}, value ${i}`,
      );
    });
  }
  type Two = [number, number];
  type Three = [number, number, number];
  type Four = [number, number, number, number];
  type ThreeArrays = [Float32Array, Float32Array, Float32Array];
  type FourArrays = [...ThreeArrays, Float32Array];

  for (const momentum of [0, 0.9])
    it(`sgd, momentum ${momentum}`, () => {
      compare(
        [values(1), values(2), values(3)],
        (addresses, count) => memory.kernels.stepSgd(...(addresses as Three), count, 0.01, momentum),
        (arrays) => stepSgd(...(arrays as ThreeArrays), 0.01, momentum),
      );
    });

  for (const [rho, epsilon] of [
    [0.9, 1e-7],
    [0.5, 1e-3],
  ] as Two[])
    it(`rmsprop, rho ${rho}, epsilon ${epsilon}`, () => {
      compare(
        [values(1), values(2), positive(3)],
        (addresses, count) =>
          memory.kernels.stepRmsprop(...(addresses as Three), count, 0.001, rho, 1 - rho, epsilon),
        (arrays) => stepRmsprop(...(arrays as ThreeArrays), 0.001, rho, epsilon),
      );
    });

  for (const [beta1, beta2] of [
    [0.9, 0.999],
    [0.5, 0.8],
  ] as Two[])
    it(`adam, betas ${beta1} and ${beta2}`, () => {
      compare(
        [values(1), values(2), values(3), positive(4)],
        (addresses, count) =>
          // prettier-ignore
          memory.kernels.stepAdam(
            ...(addresses as Four),
            count,
            0.002,
            beta1,
            1 - beta1,
            beta2,
            1 - beta2,
            1e-7,
          ),
        (arrays) => stepAdam(...(arrays as FourArrays), 0.002, beta1, beta2, 1e-7),
      );
    });
});
