// What every sampler must do: the guarantees of src/search/sampler.ts, as tests. A study is played without a coordinator:
// points are asked for in ascending order, results come in any order, and a proposal sees those that its window lets it see.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { History, Sampler, ToldPoint } from '../../src/search/sampler.js';
import type { Space } from '../../src/search/space/dimension.js';
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
  create(space: Space, seed: number): Sampler;
}

export function describeSamplerContract({ name, spaces, create }: SamplerContractOptions): void {
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
