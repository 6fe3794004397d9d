// Where windows begin, against the definition: a window every `strides` steps over the padded sequence.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { placeWindows } from '../../../src/model/sliding-window.js';

const window = fc.record({
  size: fc.integer({ min: 1, max: 9 }),
  strides: fc.integer({ min: 1, max: 5 }),
  dilationRate: fc.integer({ min: 1, max: 4 }),
});
const steps = fc.integer({ min: 1, max: 40 });

test('valid: every window lies within the sequence, and one more would not', () => {
  fc.assert(
    fc.property(steps, window, (length, fields) => {
      const { count, padBefore } = placeWindows(length, { ...fields, padding: 'valid' });
      const endOf = (index: number) => index * fields.strides + (fields.size - 1) * fields.dilationRate;
      assert.equal(padBefore, 0);
      if (count >= 1) assert.ok(endOf(count - 1) < length);
      assert.ok(endOf(Math.max(0, count)) >= length);
    }),
  );
});

test('same and causal: a window every `strides` steps; padding is least, split evenly or in front alone', () => {
  fc.assert(
    fc.property(
      steps,
      window,
      fc.constantFrom('same' as const, 'causal' as const),
      (length, fields, padding) => {
        const { count, padBefore } = placeWindows(length, { ...fields, padding });
        const reach = (fields.size - 1) * fields.dilationRate + 1;
        assert.equal(count, Math.ceil(length / fields.strides));
        if (padding === 'causal') {
          assert.equal(padBefore, reach - 1, 'window w must end at step w·strides');
          return;
        }
        const missing = Math.max(0, (count - 1) * fields.strides + reach - length);
        assert.ok(padBefore === Math.floor(missing / 2));
      },
    ),
  );
});
