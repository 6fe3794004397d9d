// Activations in the kernels: bit for bit like their scalar twins, and close to Math.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { ACTIVATION_CODE } from '../../../src/kernels/activation-code.js';
import { activate, sigmoid, slope, tanh } from '../../../src/kernels/reference/math.js';
import type { Activation } from '../../../src/model/activation.js';
import { assertSameBits, type KernelMemory, openKernelMemory } from '../../support/models/kernel-memory.js';

const ACTIVATIONS = Object.keys(ACTIVATION_CODE) as Activation[];
const EXTREMES = [
  0,
  -0,
  Infinity,
  -Infinity,
  NaN,
  3.4028234663852886e38,
  -3.4028234663852886e38,
  1.401298464324817e-45,
  -1.401298464324817e-45,
  1.1754943508222875e-38,
  2.5,
  -2.5,
  7.905311,
  7.9053116,
  -7.905311,
  87.33,
  87.34,
  -87.33,
  -87.34,
  88.72,
  -88.72,
  103.9,
  -104,
];

/** Every 16,381st float32 of all 2^32 (a prime, so that all exponents and mantissas come up), and the extremes. */
function sweepAll(): Float32Array {
  const patterns = new Uint32Array(2 ** 18);
  for (let i = 0; i < patterns.length; i++) patterns[i] = Math.imul(i, 16_381) + (i >>> 3);
  const values = new Float32Array(patterns.buffer);
  // NaN with a payload never comes out of a kernel and is refused in data: only the canonical one is promised.
  return values.map((value, i) => EXTREMES[i] ?? (Number.isNaN(value) ? Number.NaN : value));
}

/** [−limit, limit] in even steps. */
function sweepRange(limit: number): Float32Array {
  const count = 2 ** 18;
  return Float32Array.from({ length: count }, (_, i) => limit * ((2 * i) / (count - 1) - 1));
}

let memory: KernelMemory;
before(async () => {
  memory = await openKernelMemory();
});

function activateAll(activation: Activation, values: Float32Array): Float32Array {
  memory.reset();
  const address = memory.put(values);
  memory.kernels.activateInPlace(ACTIVATION_CODE[activation], address, values.length);
  memory.checkGuards();
  return memory.take(address, values.length);
}

describe('an activation kernel gives the bits of its scalar twin', () => {
  for (const activation of ACTIVATIONS)
    it(activation, () => {
      for (const values of [sweepAll(), sweepRange(10), sweepRange(120)])
        assertSameBits(
          activateAll(activation, values),
          values.map((x) => activate(activation, x)),
          (i) => `${activation}(${values[i]})`,
        );
    });

  for (const activation of ACTIVATIONS)
    it(`the backward pass of ${activation}`, () => {
      const outputs = activateAll(activation, sweepRange(10));
      const gradients = outputs.map((_, i) => Math.fround(((i % 1_013) - 500) / 77));
      memory.reset();
      const output = memory.put(outputs);
      const gradient = memory.put(gradients);
      memory.kernels.activationBackward(ACTIVATION_CODE[activation], output, gradient, outputs.length);
      memory.checkGuards();
      assertSameBits(
        memory.take(gradient, gradients.length),
        gradients.map((g, i) => g * slope(activation, outputs[i] as number)),
        (i) => `slope of ${activation} at output ${outputs[i]}`,
      );
    });

  it('touches only the values it is given, at every count', () => {
    for (let count = 0; count <= 68; count += 4)
      for (const activation of ACTIVATIONS) activateAll(activation, sweepRange(3).subarray(0, count));
  });
});

describe('accuracy', () => {
  it('sigmoid is within 1.5e-7 of 1/(1 + e^−x)', () => {
    for (const x of sweepRange(100)) {
      const error = Math.abs(sigmoid(x) - 1 / (1 + Math.exp(-x)));
      assert.ok(error <= 1.5e-7, `sigmoid(${x}) is off by ${error}`);
    }
  });

  it('tanh is within a relative 1e-6 of Math.tanh', () => {
    for (const x of [...sweepRange(12), ...sweepRange(1e-3), ...sweepRange(1e-30)]) {
      const exact = Math.tanh(x);
      const error = Math.abs(tanh(x) - exact);
      assert.ok(error <= 1e-6 * Math.abs(exact), `tanh(${x}) is off by ${error / Math.abs(exact)}`);
    }
  });

  it('saturates instead of overflowing, and NaN stays NaN', () => {
    const value = (activation: Activation, x: number) =>
      activateAll(activation, new Float32Array(4).fill(x))[0];
    assert.ok((value('sigmoid', -Infinity) as number) < 1e-37);
    assert.equal(value('sigmoid', Infinity), 1);
    assert.ok(Math.abs((value('tanh', 3e38) as number) - 1) < 1e-6);
    assert.ok(Math.abs((value('tanh', -Infinity) as number) + 1) < 1e-6);
    assert.equal(value('hardSigmoid', Infinity), 1);
    assert.equal(value('hardSigmoid', -3e38), 0);
    for (const activation of ACTIVATIONS) assert.ok(Number.isNaN(value(activation, Number.NaN)), activation);
  });
});
