// Spaces with conditions and constraints, counted: against listing all combinations and leaving out what is no point.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NO_HISTORY } from '../../../src/search/sampler.js';
import { createGridSampler } from '../../../src/search/samplers/grid.js';
import type { Space } from '../../../src/search/space/dimension.js';
import { createPointCode } from '../../../src/search/space/point-code.js';
import { readRules } from '../../../src/search/space/rules.js';
import { spreadPoints } from '../../../src/search/space/spread.js';
import { listValues } from '../../../src/search/space/values.js';
import type { Params, ParamValue } from '../../../src/study/trial/trial.js';

/** By hand: every combination, inactive values taken out, each point once. */
function listByHand(space: Space, constraints: readonly string[]): string[] {
  const rules = readRules(space, constraints);
  let points: Params[] = [{}];
  for (const [name, dimension] of Object.entries(space)) {
    const { count, valueAt } = listValues(name, dimension);
    points = points.flatMap((point) =>
      Array.from({ length: count }, (_, place) => ({ ...point, [name]: valueAt(place) })),
    );
  }
  const allowed = points
    .map((point) => rules.pointOf((name) => point[name] as ParamValue))
    .filter((point) => rules.allows(point));
  return [...new Set(allowed.map((point) => JSON.stringify(point)))];
}

const SPACES: Readonly<Record<string, readonly [Space, readonly string[]]>> = {
  'without rules': [{ a: [1, 2], b: ['x', 'y', 'z'], c: [true, false] }, []],
  'one condition': [
    { cell: ['gru', 'lstm'], drop: { type: 'choice', values: [0.1, 0.2, 0.3], when: { cell: 'gru' } } },
    [],
  ],
  'the child before its parent': [
    {
      drop: { type: 'choice', values: [0.1, 0.2], when: { cell: ['gru', 'conv'] } },
      cell: ['gru', 'lstm', 'conv'],
      c: [1, 2],
    },
    [],
  ],
  'one inside another, and two at once': [
    {
      cell: ['gru', 'lstm'],
      depth: { type: 'int', low: 1, high: 3, log: false, when: { cell: 'gru' } },
      second: { type: 'choice', values: [8, 16], when: { depth: [2, 3] } },
      third: { type: 'choice', values: [8, 16], when: { depth: 3, cell: 'gru' } },
    },
    [],
  ],
  constraints: [
    { units: [16, 32, 64, 128], between: [1, 2, 3], layers: { type: 'int', low: 1, high: 8, log: false } },
    ['units * layers <= 256'],
  ],
  'constraints that cross': [
    { a: [1, 2, 3, 4], b: [1, 2, 3, 4], c: [1, 2, 3, 4], d: ['x', 'y'] },
    ['a < b', 'b != c', 'a + c > 3 || d == "x"'],
  ],
  'a constraint on what is not always there': [
    {
      cell: ['gru', 'lstm'],
      share: { type: 'choice', values: [0.1, 0.5], when: { cell: 'gru' } },
      units: [8, 16],
    },
    ['share * units < 5'],
  ],
  'a constraint on what stands for it': [
    {
      cell: ['gru', 'lstm'],
      share: { type: 'choice', values: [0.1, 0.5], when: { cell: 'gru' }, otherwise: 1 },
      units: [4, 16],
    },
    ['share * units < 5'],
  ],
  'nothing left': [{ a: [1, 2], b: [1, 2] }, ['a + b > 10']],
};

for (const [title, [space, constraints]] of Object.entries(SPACES)) {
  const expected = listByHand(space, constraints);
  test(`a grid of ${title} has ${expected.length} points, each once`, () => {
    const grid = createGridSampler(space, constraints);
    assert.equal(grid.count, expected.length);
    const points = Array.from({ length: grid.count ?? 0 }, (_, place) => grid.suggest(place, NO_HISTORY));
    assert.deepEqual(points.map((point) => JSON.stringify(point)).sort(), [...expected].sort());
    assert.equal(grid.suggest(expected.length, NO_HISTORY), null);
    assert.equal(createPointCode(space, constraints).count, expected.length);
    assert.deepEqual(
      [...spreadPoints(space, null, constraints)].map((point) => JSON.stringify(point)).sort(),
      [...expected].sort(),
    );
  });
}

test('a value that stands for an inactive parameter makes no condition true', () => {
  const space: Space = {
    cell: ['gru', 'lstm'],
    depth: { type: 'choice', values: [1, 2], when: { cell: 'gru' }, otherwise: 2 },
    second: { type: 'choice', values: [8, 16], when: { depth: 2 } },
  };
  assert.equal(createGridSampler(space).count, 1 + 2 + 1);
  assert.deepEqual(readRules(space).complete({ cell: 'lstm' }), { cell: 'lstm', depth: 2 });
});

test('a grid of more points than could be listed is counted exactly and read off at any number', () => {
  const free = Object.fromEntries(
    Array.from({ length: 6 }, (_, place) => [
      `free${place}`,
      Array.from({ length: 100 }, (_, value) => value),
    ]),
  );
  const space: Space = {
    units: { type: 'int', low: 1, high: 100, log: false },
    ...free,
    layers: { type: 'int', low: 1, high: 10, log: false },
  };
  const grid = createGridSampler({ ...space, free5: [1] }, ['units * layers <= 100']);
  const pairs = Array.from({ length: 10 }, (_, layer) => Math.min(100, Math.floor(100 / (layer + 1)))).reduce(
    (sum, own) => sum + own,
    0,
  );
  assert.equal(grid.count, pairs * 100 ** 5);
  const last = grid.suggest((grid.count ?? 0) - 1, NO_HISTORY);
  assert.deepEqual(last, {
    units: 100,
    free0: 99,
    free1: 99,
    free2: 99,
    free3: 99,
    free4: 99,
    free5: 1,
    layers: 1,
  });
});

test('rules that tie too many values together are refused in words', () => {
  const wide = { type: 'int', low: 1, high: 3000, log: false } as const;
  assert.throws(
    () => createGridSampler({ a: wide, b: wide, c: wide }, ['a + b + c < 100']),
    /more combinations of the parameters/,
  );
});

test('without rules points come in the order of nested loops', () => {
  const grid = createGridSampler({ a: [1, 2], b: ['x', 'y'] });
  const points = Array.from({ length: 4 }, (_, place) =>
    Object.values(grid.suggest(place, NO_HISTORY) ?? {}).join(''),
  );
  assert.deepEqual(points, ['1x', '1y', '2x', '2y']);
});
