// How far two arrays of numbers are apart, relative to the largest of them; and named tensors compared by it.
import assert from 'node:assert/strict';
import type { NamedTensor } from '../../../src/engine/engine.js';

/** max |a − b| / max |b|; 0 when both are all 0; NaN anywhere gives Infinity. */
export function largestError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  assert.equal(actual.length, expected.length, 'lengths differ');
  let error = 0;
  let largest = 0;
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs((actual[i] as number) - (expected[i] as number));
    if (Number.isNaN(difference)) return Number.POSITIVE_INFINITY;
    error = Math.max(error, difference);
    largest = Math.max(largest, Math.abs(expected[i] as number));
  }
  return error === 0 ? 0 : error / largest;
}

export function assertClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  what: string,
): void {
  const error = largestError(actual, expected);
  assert.ok(error <= tolerance, `${what}: off by ${error} of the largest value, allowed ${tolerance}`);
}

export function assertTensorsClose(
  actual: readonly NamedTensor[],
  expected: readonly ArrayLike<number>[],
  tolerance: number,
  what: string,
): void {
  assert.equal(actual.length, expected.length, `${what}: number of tensors`);
  actual.forEach((tensor, at) => {
    assertClose(tensor.values, expected[at] as ArrayLike<number>, tolerance, `${what} of ${tensor.name}`);
  });
}
