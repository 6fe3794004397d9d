// Counter-based random numbers: the published vectors of Philox, and dropout masks like their scalar twin.
import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import {
  dropoutConstants,
  dropoutMask,
  keyOfSeed,
  philox,
  RandomStream,
} from '../../../src/kernels/random.js';
import { assertSameBits, type KernelMemory, openKernelMemory } from '../../support/models/kernel-memory.js';

let memory: KernelMemory;
before(async () => {
  memory = await openKernelMemory();
});

/** From kat_vectors of Random123 1.14 (Salmon et al. 2011): philox4x32, ten rounds; key, counter, result. */
const KNOWN_ANSWERS = [
  ['00000000 00000000', '00000000 00000000 00000000 00000000', '6627e8d5 e169c58d bc57ac4c 9b00dbd8'],
  ['ffffffff ffffffff', 'ffffffff ffffffff ffffffff ffffffff', '408f276d 41c83b0e a20bc7c6 6d5451fd'],
  ['a4093822 299f31d0', '243f6a88 85a308d3 13198a2e 03707344', 'd16cfe09 94fdcceb 5001e420 24126ea1'],
] as const;

const words = (text: string): number[] => text.split(' ').map((word) => Number.parseInt(word, 16));

for (const [keyText, counterText, expected] of KNOWN_ANSWERS)
  it(`philox gives the published answer for the counter ${counterText}`, () => {
    const [keyLow, keyHigh] = words(keyText) as [number, number];
    const [c0, c1, c2, c3] = words(counterText) as [number, number, number, number];
    const out = new Uint32Array(4);
    philox(keyLow, keyHigh, c0, c1, c2, c3, out, 0);
    assert.deepEqual([...out], words(expected));
  });

it('the kernel draws the masks of its scalar twin, whatever the rate, key and counters', () => {
  const cases = [
    { rate: 0.1, seed: 0, first: 0, purpose: 0, epoch: 0, step: 0 },
    { rate: 0.5, seed: 42, first: 17, purpose: 5, epoch: 3, step: 499 },
    { rate: 0.9, seed: 2 ** 53 - 1, first: 2 ** 31, purpose: 0x1fff_ffff, epoch: 2 ** 31, step: 2 ** 32 - 1 },
    { rate: 0.999, seed: 2 ** 40 + 3, first: 2 ** 32 - 2, purpose: 1, epoch: 1, step: 1 },
    { rate: 1e-9, seed: 1, first: 0, purpose: 2, epoch: 1, step: 0 },
  ];
  for (const { rate, seed, first, purpose, epoch, step } of cases)
    for (const count of [4, 16, 68, 4_096]) {
      memory.reset();
      const address = memory.put(new Float32Array(count).fill(9));
      const key = keyOfSeed(seed);
      const { threshold, keep } = dropoutConstants(rate);
      memory.kernels.fillDropoutMask(
        address,
        count,
        threshold,
        keep,
        key.low,
        key.high,
        first,
        purpose,
        epoch,
        step,
      );
      memory.checkGuards();
      const expected = dropoutMask(count, rate, key, first, purpose, epoch, step);
      assertSameBits(memory.take(address, count), expected, (i) => `rate ${rate}, seed ${seed}, value ${i}`);
    }
});

it('a mask drops its share and keeps the mean', () => {
  for (const rate of [0.1, 0.3, 0.5, 0.9]) {
    const count = 2 ** 18;
    const mask = dropoutMask(count, rate, keyOfSeed(5), 0, 0, 1, 0);
    const dropped = mask.filter((value) => value === 0).length / count;
    // Five standard deviations of a binomial share.
    assert.ok(Math.abs(dropped - rate) < 5 * Math.sqrt((rate * (1 - rate)) / count), `${rate}: ${dropped}`);
    for (const value of mask) assert.ok(value === 0 || value === Math.fround(1 / (1 - rate)));
  }
});

it('uniform numbers lie in [0, 1) and fill it evenly; integers stay below their bound', () => {
  const random = new RandomStream(keyOfSeed(3), 1, 2, 3);
  const bins = new Array<number>(16).fill(0);
  for (let i = 0; i < 160_000; i++) {
    const value = random.nextUniform();
    assert.ok(value >= 0 && value < 1);
    const bin = Math.floor(16 * value);
    bins[bin] = (bins[bin] as number) + 1;
  }
  for (const count of bins) assert.ok(Math.abs(count - 10_000) < 500, `a bin holds ${count}`);
  const seen = new Set(Array.from({ length: 1_000 }, () => random.nextBelow(7)));
  assert.deepEqual([...seen].sort(), [0, 1, 2, 3, 4, 5, 6]);
});

it('near-normal numbers have mean 0 and variance 1', () => {
  const random = new RandomStream(keyOfSeed(4), 1, 2, 3);
  const values = Array.from({ length: 50_000 }, () => random.nextNormal());
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  assert.ok(Math.abs(mean) < 0.02, `mean ${mean}`);
  assert.ok(Math.abs(variance - 1) < 0.03, `variance ${variance}`);
});
