import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createSampler } from '../../../src/search/registry.js';
import { NO_HISTORY } from '../../../src/search/sampler.js';
import type { Space } from '../../../src/search/space/dimension.js';
import { listValues } from '../../../src/search/space/values.js';
import { space } from '../../support/fixtures/spec-arbitraries.js';

const GRID = { type: 'grid' } as const;
const MOST_POINTS = 3000;

/** Spaces small enough to be walked through. */
const smallSpace = space.filter(
  (candidate) => (createSampler({ space: candidate, sampler: GRID, seed: 0 }).count ?? 0) <= MOST_POINTS,
);

function allPoints(candidate: Space) {
  const sampler = createSampler({ space: candidate, sampler: GRID, seed: 0 });
  return Array.from({ length: sampler.count ?? 0 }, (_, index) => sampler.suggest(index, NO_HISTORY));
}

test('the grid has as many points as the product of its dimensions', () => {
  fc.assert(
    fc.property(space, (candidate) => {
      const counts = Object.entries(candidate).map(([name, dimension]) => listValues(name, dimension).count);
      const product = counts.reduce((all, count) => all * count, 1);
      assert.equal(createSampler({ space: candidate, sampler: GRID, seed: 0 }).count, product);
    }),
  );
});

test('every combination comes exactly once', () => {
  fc.assert(
    fc.property(smallSpace, (candidate) => {
      const points = allPoints(candidate);
      assert.equal(new Set(points.map((point) => JSON.stringify(point))).size, points.length);
    }),
    { numRuns: 50 },
  );
});

test('every point lies in the space and has its dimensions in order', () => {
  fc.assert(
    fc.property(smallSpace, (candidate) => {
      for (const point of allPoints(candidate)) {
        assert.deepEqual(Object.keys(point ?? {}), Object.keys(candidate));
        for (const [name, value] of Object.entries(point ?? {})) {
          const dimension = candidate[name]!;
          if (Array.isArray(dimension)) assert.ok(dimension.includes(value));
          else if (dimension.type === 'choice') assert.ok(dimension.values.includes(value));
          else {
            assert.ok(typeof value === 'number' && value >= dimension.low && value <= dimension.high);
            if (dimension.type === 'int') assert.ok(Number.isInteger(value));
          }
        }
      }
    }),
    { numRuns: 50 },
  );
});

test('the same space gives the same trials, whatever was asked or observed before', () => {
  fc.assert(
    fc.property(space, fc.nat(), (candidate, at) => {
      const fresh = createSampler({ space: candidate, sampler: GRID, seed: 0 });
      const used = createSampler({ space: structuredClone(candidate), sampler: GRID, seed: 0 });
      const index = at % (fresh.count ?? 1);
      const first = used.suggest(0, NO_HISTORY);
      const told =
        first === null ? [] : [{ point: 0, params: first, state: 'COMPLETE', losses: [1] } as const];
      assert.deepEqual(used.suggest(index, { told, pending: [] }), fresh.suggest(index, NO_HISTORY));
    }),
  );
});

test('the values of a dimension ascend and never repeat', () => {
  fc.assert(
    fc.property(space, (candidate) => {
      for (const [name, dimension] of Object.entries(candidate)) {
        if (Array.isArray(dimension) || dimension.type === 'choice') continue;
        const list = listValues(name, dimension);
        for (let index = 1; index < Math.min(list.count, 200); index++)
          assert.ok(Number(list.valueAt(index)) > Number(list.valueAt(index - 1)));
      }
    }),
  );
});
