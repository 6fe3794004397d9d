// What every sampler must do: the guarantees of src/search/sampler.ts, as tests. A study is played without a coordinator:
// points are asked for in ascending order, results come in any order, and a proposal sees those that its window lets it see.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { History, Sampler, ToldPoint } from '../../src/search/sampler.js';
import type { Space } from '../../src/search/space/dimension.js';
import { readRules } from '../../src/search/space/rules.js';
import { countOf, listValues } from '../../src/search/space/values.js';
import type { Params } from '../../src/study/trial/trial.js';

const POINTS = 40;

export const CONTRACT_SPACES: Readonly<Record<string, Space>> = {
  numbers: {
    x: { type: 'float', low: -5, high: 10, log: false },
    rate: { type: 'float', low: 1e-5, high: 1e-1, log: true },
    units: { type: 'int', low: 1, high: 300, log: true },
    layers: { type: 'int', low: 1, high: 4, log: false },
  },
  'choices and numbers': {
    cell: ['gru', 'lstm', 'conv'],
    dropout: { type: 'float', low: 0, high: 0.5, log: false, step: 0.05 },
    flag: [true, false],
    width: { type: 'int', low: 8, high: 128, log: false, step: 8 },
    momentum: { type: 'float', low: 0.5, high: 0.99, log: false },
  },
};
/** A space with rules: parameters that are not always there, one inside another, and combinations that are no points. */
export interface RuledSpace {
  readonly space: Space;
  readonly constraints: readonly string[];
}

export const RULED_SPACES: Readonly<Record<string, RuledSpace>> = {
  'conditions, one inside another': {
    space: {
      rate: { type: 'float', low: 1e-4, high: 1e-2, log: true },
      cell: ['gru', 'lstm', 'conv'],
      units: { type: 'int', low: 4, high: 64, log: true, when: { cell: ['gru', 'lstm'] } },
      drops: { type: 'choice', values: [true, false], when: { cell: 'gru' } },
      share: { type: 'float', low: 0.1, high: 0.5, log: false, when: { drops: true } },
    },
    constraints: [],
  },
  'constraints that leave a twentieth': {
    space: {
      x: { type: 'float', low: 0, high: 1, log: false },
      y: { type: 'float', low: 0, high: 1, log: false },
      units: { type: 'int', low: 1, high: 64, log: false },
      layers: { type: 'int', low: 1, high: 8, log: false },
    },
    constraints: ['x + y < 0.5', 'units * layers <= 96'],
  },
  'an end, conditions and constraints': {
    space: {
      share: { type: 'float', low: 0.1, high: 0.3, log: false, levels: 3, when: { drops: true } },
      cell: ['gru', 'lstm'],
      units: { type: 'int', low: 1, high: 5, log: false },
      drops: { type: 'choice', values: [true, false], when: { cell: 'gru' } },
    },
    constraints: ['units < 5 || cell == "lstm"', 'units * share < 1'],
  },
};
/** Points of the last of them: gru 4 × (3 or without), lstm 5, less units 4 with share 0.3. */
export const RULED_COUNT = 4 * 3 - 1 + 4 + 5;

/** For samplers that list: every dimension has an end. */
export const FINITE_SPACE: Space = {
  cell: ['gru', 'lstm'],
  units: { type: 'int', low: 1, high: 5, log: false },
  rate: { type: 'float', low: 1e-4, high: 1e-2, log: true, levels: 4 },
};

/** A bowl with its least value inside the space, whatever the dimensions. */
export function bowl(params: Params): number {
  return Object.values(params).reduce<number>((sum, value) => {
    if (typeof value !== 'number') return sum + (value === 'gru' || value === true ? 0 : 1);
    return sum + (Math.log1p(Math.abs(value)) - 0.5) ** 2;
  }, 0);
}

/** Proposals of a study whose every third point fails where `withFailures`. */
export function playStudy(sampler: Sampler, points: number, withFailures = false): Params[] {
  const params: Params[] = [];
  const told: ToldPoint[] = [];
  for (let point = 0; point < points; point++) {
    const next = sampler.suggest(point, historyBefore(sampler, point, params, told));
    if (next === null) break;
    params.push(next);
    const hasFailed = withFailures && point % 3 === 2;
    told.push({
      point,
      params: next,
      state: hasFailed ? 'FAILED' : 'COMPLETE',
      losses: hasFailed ? [] : [bowl(next)],
    });
  }
  return params;
}

function historyBefore(
  sampler: Sampler,
  point: number,
  params: readonly Params[],
  told: readonly ToldPoint[],
): History {
  const known = Math.max(0, point - (sampler.window ?? 1) + 1);
  return {
    told: told.slice(0, known),
    pending: params.slice(known).map((open, place) => ({ point: known + place, params: open })),
  };
}

export interface SamplerContractOptions {
  readonly name: string;
  readonly spaces: Readonly<Record<string, Space>>;
  readonly ruled: Readonly<Record<string, RuledSpace>>;
  create(space: Space, seed: number, constraints?: readonly string[]): Sampler;
}

export function describeSamplerContract({ name, spaces, ruled, create }: SamplerContractOptions): void {
  for (const [title, space] of Object.entries(spaces)) {
    const label = `${name}, ${title}`;

    test(`${label}: every proposal lies in the space, has all its dimensions and survives JSON`, () => {
      for (const params of playStudy(create(space, 1), POINTS)) {
        assert.deepEqual(Object.keys(params), Object.keys(space));
        for (const [dimension, value] of Object.entries(params)) assertInside(space, dimension, value);
        assert.deepEqual(JSON.parse(JSON.stringify(params)), params);
      }
    });

    test(`${label}: the same seed and history give the same proposals, in a fresh sampler too`, () => {
      const all = playStudy(create(space, 7), POINTS, true);
      assert.deepEqual(playStudy(create(space, 7), POINTS, true), all);
      // As after a resume: a sampler that was never asked for what the log knows.
      const resumed = create(space, 7);
      const told: ToldPoint[] = all.map((params, point) =>
        point % 3 === 2
          ? { point, params, state: 'FAILED', losses: [] }
          : { point, params, state: 'COMPLETE', losses: [bowl(params)] },
      );
      for (let point = Math.floor(all.length / 2); point < all.length; point++)
        assert.deepEqual(
          resumed.suggest(point, historyBefore(resumed, point, all.slice(0, point), told)),
          all[point],
        );
    });

    test(`${label}: failed points do no harm`, () => {
      for (const params of playStudy(create(space, 3), POINTS, true))
        for (const [dimension, value] of Object.entries(params)) assertInside(space, dimension, value);
    });

    test(`${label}: the same point is not proposed twice while others remain`, () => {
      const all = playStudy(create(space, 5), POINTS).map((params) => JSON.stringify(params));
      const count = Object.entries(space).reduce<number>(
        (product, [dimension, values]) => product * (countOf(dimension, values) ?? Number.POSITIVE_INFINITY),
        1,
      );
      assert.ok(new Set(all).size >= Math.min(all.length, count), `${new Set(all).size} of ${all.length}`);
    });
  }

  for (const [title, { space, constraints }] of Object.entries(ruled)) {
    const label = `${name}, ${title}`;

    test(`${label}: proposals hold what is active and nothing else, and break no constraint`, () => {
      const rules = readRules(space, constraints);
      const all = playStudy(create(space, 1, constraints), POINTS, true);
      assert.ok(all.length >= Math.min(POINTS, RULED_COUNT), `${all.length}`);
      for (const params of all) {
        const active = Object.keys(space).filter((dimension) => rules.isActive(dimension, params));
        assert.deepEqual(Object.keys(params), active);
        for (const [dimension, value] of Object.entries(params)) assertInside(space, dimension, value);
        assert.ok(rules.allows(params), JSON.stringify(params));
      }
    });

    test(`${label}: no point comes twice, and a resumed study goes on alike`, () => {
      const all = playStudy(create(space, 7, constraints), POINTS);
      assert.equal(new Set(all.map((params) => JSON.stringify(params))).size, all.length);
      const resumed = create(space, 7, constraints);
      const told = all.map(
        (params, point): ToldPoint => ({ point, params, state: 'COMPLETE', losses: [bowl(params)] }),
      );
      for (let point = Math.floor(all.length / 2); point < all.length; point++)
        assert.deepEqual(
          resumed.suggest(point, historyBefore(resumed, point, all.slice(0, point), told)),
          all[point],
        );
    });

    test(`${label}: the number of points is exact where there is an end`, () => {
      const { count } = create(space, 3, constraints);
      if (!Object.entries(space).every(([dimension, values]) => countOf(dimension, values) !== null)) {
        assert.equal(count, null);
        return;
      }
      assert.equal(count, RULED_COUNT);
      assert.equal(playStudy(create(space, 3, constraints), 2 * RULED_COUNT).length, RULED_COUNT);
    });
  }

  test(`${name}: another seed gives other proposals, unless it lists`, () => {
    const [space] = Object.values(spaces);
    assert.ok(space !== undefined);
    if (create(space, 1).count !== null) return;
    assert.notDeepEqual(playStudy(create(space, 1), 10), playStudy(create(space, 2), 10));
  });
}

function assertInside(space: Space, name: string, value: unknown): void {
  const dimension = space[name];
  assert.ok(dimension !== undefined, name);
  if (Array.isArray(dimension) || dimension.type === 'choice') {
    const values = Array.isArray(dimension) ? dimension : dimension.values;
    assert.ok(values.includes(value as never), `${name}: ${value}`);
    return;
  }
  assert.ok(
    typeof value === 'number' && value >= dimension.low && value <= dimension.high,
    `${name}: ${value}`,
  );
  if (dimension.type === 'int') assert.ok(Number.isInteger(value), `${name}: ${value}`);
  if (countOf(name, dimension) === null || dimension.type === 'int') return;
  const values = listValues(name, dimension);
  const listed = Array.from({ length: values.count }, (_, place) => values.valueAt(place));
  assert.ok(listed.includes(value), `${name}: ${value} is none of ${listed.join(', ')}`);
}
