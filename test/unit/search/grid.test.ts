import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSampler, createScheduler } from '../../../src/search/registry.js';
import { NO_HISTORY } from '../../../src/search/sampler.js';
import type { Dimension } from '../../../src/search/space/dimension.js';
import { listValues } from '../../../src/search/space/values.js';
import { errorsOf } from '../../support/fixtures/sweep-documents.js';

function valuesOf(dimension: Dimension): unknown[] {
  const list = listValues('x', dimension);
  return Array.from({ length: list.count }, (_, index) => list.valueAt(index));
}

test('the grid runs like nested loops, the first dimension outermost', () => {
  const sampler = createSampler({
    space: { a: ['x', 'y'], b: [1, 2], c: [true, null] },
    sampler: { type: 'grid' },
    seed: 0,
  });
  const points = Array.from({ length: 8 }, (_, index) => sampler.suggest(index, NO_HISTORY));
  assert.deepEqual(
    points.map((point) => [point?.a, point?.b, point?.c]),
    ['x', 'y'].flatMap((a) => [1, 2].flatMap((b) => [true, null].map((c) => [a, b, c]))),
  );
  assert.equal(sampler.suggest(8, NO_HISTORY), null);
  assert.equal(sampler.suggest(-1, NO_HISTORY), null);
});

test('a space without dimensions has one point', () => {
  const sampler = createSampler({ space: {}, sampler: { type: 'grid' }, seed: 0 });
  assert.equal(sampler.count, 1);
  assert.deepEqual(sampler.suggest(0, NO_HISTORY), {});
});

test('ranges are listed with both ends exact and clean digits between', () => {
  const cases: readonly [Dimension, unknown[]][] = [
    [{ type: 'float', low: 1e-4, high: 1e-2, log: true, levels: 3 }, [1e-4, 1e-3, 1e-2]],
    [{ type: 'float', low: 1e-5, high: 1e-1, log: true, levels: 5 }, [1e-5, 1e-4, 1e-3, 1e-2, 1e-1]],
    [{ type: 'float', low: 0, high: 0.3, log: false, levels: 4 }, [0, 0.1, 0.2, 0.3]],
    [{ type: 'float', low: 0.1, high: 0.5, log: false, step: 0.1 }, [0.1, 0.2, 0.3, 0.4, 0.5]],
    [{ type: 'float', low: 0, high: 1, log: false, step: 0.4 }, [0, 0.4, 0.8]],
    [{ type: 'float', low: -1, high: 1, log: false, levels: 3 }, [-1, 0, 1]],
    [{ type: 'int', low: 3, high: 7, log: false }, [3, 4, 5, 6, 7]],
    [{ type: 'int', low: 16, high: 64, log: false, step: 16 }, [16, 32, 48, 64]],
    [{ type: 'int', low: 8, high: 128, log: true, levels: 5 }, [8, 16, 32, 64, 128]],
    [{ type: 'choice', values: ['b', 'a'] }, ['b', 'a']],
  ];
  for (const [dimension, expected] of cases) assert.deepEqual(valuesOf(dimension), expected);
});

test('whole-number levels that fall together count once', () => {
  assert.deepEqual(valuesOf({ type: 'int', low: 1, high: 4, log: true, levels: 9 }), [1, 2, 3, 4]);
  assert.deepEqual(valuesOf({ type: 'int', low: 1, high: 3, log: false, levels: 100 }), [1, 2, 3]);
});

test('a range whose values could not be told apart, or cannot be listed, is refused', () => {
  const tooFine: Dimension = { type: 'float', low: 1, high: 1 + 1e-10, log: false, levels: 1000 };
  const endless: Dimension = { type: 'float', low: 0, high: 1, log: false };
  assert.equal(errorsOf(() => listValues('x', tooFine))[0]?.path, 'space.x');
  assert.equal(errorsOf(() => listValues('x', endless))[0]?.path, 'space.x.levels');
});

test('the scheduler "none" lets every report go on', () => {
  const scheduler = createScheduler({ type: 'none' }, { epochs: 10, repeats: 1, total: null, seed: 0 });
  assert.deepEqual(scheduler.observe({ type: 'report', index: 0, epoch: 1, loss: 9e9 }), []);
});
