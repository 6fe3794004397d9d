// The room's own elementary functions against the platform's, whose last digit alone is in doubt.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  atan2Turns,
  cosTurns,
  exp,
  log,
  sinTurns,
} from '../../../src/dataset/sources/synthetic/deterministic-math.js';
import { dewPointOf, saturationPressure } from '../../../src/dataset/sources/synthetic/moist-air.js';
import { RandomStream } from '../../../src/dataset/sources/synthetic/random-stream.js';

const finite = (min: number, max: number) => fc.double({ min, max, noNaN: true });

test('exp and log agree with Math to a few ulp', () => {
  fc.assert(
    fc.property(finite(-700, 700), (x) => {
      assert.ok(Math.abs(exp(x) / Math.exp(x) - 1) < 2e-15 * Math.max(1, Math.abs(x) / 100));
    }),
    { numRuns: 1000 },
  );
  fc.assert(
    fc.property(finite(1e-300, 1e300), (x) => {
      assert.ok(Math.abs(log(x) - Math.log(x)) < 1e-15 * Math.max(1, Math.abs(Math.log(x))));
    }),
    { numRuns: 1000 },
  );
});

test('sine, cosine and arc tangent agree with Math in turns', () => {
  fc.assert(
    fc.property(finite(-50, 50), (turns) => {
      assert.ok(Math.abs(sinTurns(turns) - Math.sin(turns * 2 * Math.PI)) < 1e-12);
      assert.ok(Math.abs(cosTurns(turns) - Math.cos(turns * 2 * Math.PI)) < 1e-12);
    }),
    { numRuns: 1000 },
  );
  fc.assert(
    fc.property(finite(-10, 10), finite(-10, 10), (y, x) => {
      if (x === 0 && y === 0) return;
      const expected = Math.atan2(y, x) / (2 * Math.PI);
      // −1/2 and 1/2 are one direction.
      const difference = Math.abs(atan2Turns(y, x) - expected);
      assert.ok(Math.min(difference, 1 - difference) < 1e-14, `${y} ${x}`);
    }),
    { numRuns: 1000 },
  );
  assert.equal(atan2Turns(0, 0), 0);
});

test('the dew point of the saturation pressure is the temperature', () => {
  fc.assert(
    fc.property(finite(-50, 50), (temperature) => {
      assert.ok(Math.abs(dewPointOf(saturationPressure(temperature)) - temperature) < 1e-11);
    }),
  );
});

test('random numbers have the mean, deviation and independence they claim', () => {
  const random = new RandomStream(7);
  const count = 200_000;
  let sum = 0;
  let squares = 0;
  let products = 0;
  let before = 0;
  for (let draw = 0; draw < count; draw++) {
    const value = random.normal();
    sum += value;
    squares += value * value;
    products += value * before;
    before = value;
  }
  // Five standard errors.
  const error = 5 / Math.sqrt(count);
  assert.ok(Math.abs(sum / count) < error);
  assert.ok(Math.abs(squares / count - 1) < error * Math.SQRT2);
  assert.ok(Math.abs(products / count) < error);
});

test('a seed gives the published xoshiro128** sequence', () => {
  // Reference: the C code of prng.di.unimi.it on the state that splitmix32 makes of the seed, computed with BigInt here.
  const mask = 0xffff_ffffn;
  const rotate = (x: bigint, k: bigint): bigint => ((x << k) | (x >> (32n - k))) & mask;
  for (const seed of [0, 1, 2009, 0xffff_ffff]) {
    let state = BigInt(seed);
    const next = (): bigint => {
      state = (state + 0x9e37_79b9n) & mask;
      let z = state;
      z = ((z ^ (z >> 16n)) * 0x21f0_aaadn) & mask;
      z = ((z ^ (z >> 15n)) * 0x735a_2d97n) & mask;
      return z ^ (z >> 15n);
    };
    const s = [next(), next(), next(), next() | 1n];
    const random = new RandomStream(seed);
    for (let draw = 0; draw < 100; draw++) {
      const expected = (rotate((s[1]! * 5n) & mask, 7n) * 9n) & mask;
      const shifted = (s[1]! << 9n) & mask;
      s[2]! ^= s[0]!;
      s[3]! ^= s[1]!;
      s[1]! ^= s[2]!;
      s[0]! ^= s[3]!;
      s[2]! ^= shifted;
      s[3] = rotate(s[3]!, 11n);
      assert.equal(random.uniform() * 2 ** 32, Number(expected));
    }
  }
});
