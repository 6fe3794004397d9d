// The outline of a column loses no peak: every value lies within its stretch's bounds, which are values of the column.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { outlineColumn } from '../../../src/dataset/series/column-outline.js';
import { smallDataset } from '../../support/fixtures/small-dataset.js';

test('stretches are equal but for one row, and each is bounded by its lowest and highest value', () => {
  const dataset = smallDataset();
  const { rows, columns } = dataset.metadata;
  const cases = fc.record({
    column: fc.nat({ max: columns.length - 1 }),
    start: fc.nat({ max: rows - 1 }),
    length: fc.integer({ min: 1, max: rows }),
    stretches: fc.integer({ min: 1, max: 2 * rows }),
  });
  fc.assert(
    fc.property(cases, ({ column, start, length, stretches }) => {
      const end = Math.min(rows, start + length);
      const { low, high } = outlineColumn(dataset, column, { start, end }, stretches);
      const count = Math.min(stretches, end - start);
      assert.deepEqual([low.length, high.length], [count, count]);
      const seen: number[][] = low.map(() => []);
      for (let row = start; row < end; row++) {
        // Row r of n lies in the stretch s with ⌊s·n/c⌋ ≤ r < ⌊(s + 1)·n/c⌋.
        const stretch = Math.ceil(((row - start + 1) * count) / (end - start)) - 1;
        seen[stretch]!.push(dataset.values[row * columns.length + column]!);
      }
      assert.deepEqual(
        low,
        seen.map((values) => Math.min(...values)),
      );
      assert.deepEqual(
        high,
        seen.map((values) => Math.max(...values)),
      );
    }),
  );
});

test('values are given in the unit of the column', () => {
  const dataset = smallDataset();
  const scaled = {
    ...dataset,
    metadata: {
      ...dataset.metadata,
      columns: dataset.metadata.columns.map((column) => ({ ...column, mean: 10, std: 2 })),
    },
  };
  const { low } = outlineColumn(scaled, 0, { start: 5, end: 6 }, 9);
  assert.deepEqual(low, [dataset.values[15]! * 2 + 10]);
});
