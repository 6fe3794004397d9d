// Random search spaces and sweep files that are valid, for property tests.
import fc from 'fast-check';
import { listValues } from '../../src/search/space.js';
import type { Dimension, Space } from '../../src/sweep-file/dimension.js';
import { DIMENSION_NAME } from '../../src/sweep-file/reference.js';

const name = fc
  .stringMatching(/^[A-Za-z][A-Za-z0-9_]{0,8}$/)
  .filter((text) => DIMENSION_NAME.test(text) && !['constructor', 'prototype'].includes(text));

const choiceValue = fc.oneof(
  fc.string({ minLength: 1, maxLength: 12 }).filter((text) => !text.startsWith('$')),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value)),
  fc.boolean(),
  fc.constant(null),
);
const choices = fc.uniqueArray(choiceValue, {
  minLength: 1,
  maxLength: 6,
  selector: (value) => JSON.stringify(value),
});

const wholeRange = fc
  .record({
    type: fc.constant('int' as const),
    low: fc.integer({ min: 1, max: 1000 }),
    width: fc.integer({ min: 1, max: 2000 }),
    log: fc.boolean(),
    levels: fc.integer({ min: 2, max: 20 }),
  })
  .map(({ width, ...range }) => ({ ...range, high: range.low + width }));
const realRange = fc
  .record({
    type: fc.constant('float' as const),
    low: fc.double({ min: 1e-6, max: 10, noNaN: true }),
    factor: fc.double({ min: 1.01, max: 1e4, noNaN: true }),
    log: fc.boolean(),
    levels: fc.integer({ min: 2, max: 20 }),
  })
  .map(({ factor, ...range }) => ({ ...range, high: range.low * factor }));
const steppedRange = fc
  .record({
    type: fc.constant('float' as const),
    low: fc.integer({ min: -100, max: 100 }).map((tenths) => tenths / 10),
    count: fc.integer({ min: 1, max: 20 }),
    step: fc.constantFrom(0.1, 0.25, 1, 2.5),
  })
  .map(({ count, ...range }) => ({ ...range, log: false, high: range.low + count * range.step }));

export const dimension: fc.Arbitrary<Dimension> = fc.oneof(
  choices,
  choices.map((values) => ({ type: 'choice' as const, values })),
  wholeRange,
  realRange,
  steppedRange,
);

/** Up to five dimensions whose product can be numbered. */
export const space: fc.Arbitrary<Space> = fc
  .uniqueArray(fc.tuple(name, dimension), { maxLength: 5, selector: ([key]) => key })
  .map((entries) => Object.fromEntries(entries))
  .filter((candidate) =>
    Object.entries(candidate).every(([key, value]) => listValues(key, value).count <= 100_000),
  );
