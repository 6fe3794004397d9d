// NSGA-II finds more of a front than chance does, and its children are what their parents are made of.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crossShares, mutateShare } from '../../../src/search/learning/variation.js';
import type { Sampler, ToldPoint } from '../../../src/search/sampler.js';
import { nsga2Sampler } from '../../../src/search/samplers/nsga2.js';
import { randomSampler } from '../../../src/search/samplers/random.js';
import type { Space } from '../../../src/search/space/dimension.js';
import { seededRandom } from '../../../src/statistics/seeded-random.js';
import type { Params } from '../../../src/study/trial/trial.js';

const UNIT = { type: 'float', low: 0, high: 1, log: false } as const;
const FIVE: Space = { x1: UNIT, x2: UNIT, x3: UNIT, x4: UNIT, x5: UNIT };
/** Choices, a size on a logarithm and a parameter that is not always there. */
const MIXED: Space = {
  units: { type: 'int', low: 4, high: 128, log: true },
  cell: ['gru', 'lstm', 'conv'],
  share: { ...UNIT, when: { cell: ['gru', 'lstm'] } },
  layers: { type: 'int', low: 1, high: 3, log: false },
};

/** ZDT1 (Zitzler, Deb & Thiele 2000): its front is f2 = 1 − √f1, where all but x1 are 0. */
function zdt1(params: Params): number[] {
  const [first = 0, ...others] = Object.values(params).map(Number);
  const height = 1 + (9 * others.reduce((sum, value) => sum + value, 0)) / others.length;
  return [first, height * (1 - Math.sqrt(first / height))];
}

/** The larger the model, the better, but for a share that suits it and a cell that it wants. */
function sizeAgainstError({ units, cell, share = 0, layers }: Params): number[] {
  const weights = Number(units) ** 2 * Number(layers) * (cell === 'lstm' ? 4 : cell === 'gru' ? 3 : 1);
  const error =
    1 / Number(units) +
    (cell === 'gru' ? 0 : 0.05) +
    0.3 * (Number(share) - 0.2) ** 2 +
    0.03 * Number(layers);
  return [error, Math.log10(weights) / 5];
}

function play(
  sampler: Sampler,
  lossesOf: (params: Params) => number[],
  points: number,
  stateOf: (point: number) => ToldPoint['state'] = () => 'COMPLETE',
): ToldPoint[] {
  const all: ToldPoint[] = [];
  for (let point = 0; point < points; point++) {
    const known = Math.max(0, point + 1 - (sampler.window ?? 1));
    const params = sampler.suggest(point, { told: all.slice(0, known), pending: all.slice(known) });
    if (params === null) break;
    const state = stateOf(point);
    all.push({ point, params, state, losses: state === 'FAILED' ? [] : lossesOf(params) });
  }
  return all;
}

/** The area between the front and a point that is worse than all of it. */
function hypervolume(told: readonly ToldPoint[], worst: readonly [number, number]): number {
  const losses = told
    .map(({ losses: [first = 0, second = 0] }) => [first, second] as const)
    .sort((one, other) => one[0] - other[0]);
  let area = 0;
  let height = worst[1];
  for (const [first, second] of losses) {
    if (first >= worst[0] || second >= height) continue;
    area += (worst[0] - first) * (height - second);
    height = second;
  }
  return area;
}

const createNsga2 = (space: Space, seed: number, fields: object = {}): Sampler =>
  nsga2Sampler.create(space, nsga2Sampler.schema.parse({ type: 'nsga2', ...fields }), seed);
const createRandom = (space: Space, seed: number): Sampler =>
  randomSampler.create(space, randomSampler.schema.parse({ type: 'random' }), seed);

for (const [name, space, lossesOf, worst] of [
  ['ZDT1', FIVE, zdt1, [1.1, 6]],
  ['size against error', MIXED, sizeAgainstError, [0.5, 1.2]],
] as const)
  test(`${name}: after 100 points, eight at once, more lies behind the front than of points at random`, () => {
    const seeds = Array.from({ length: 10 }, (_, seed) => seed);
    const gains = seeds.map((seed) => {
      const volumeOf = (sampler: Sampler): number => hypervolume(play(sampler, lossesOf, 100), worst);
      return volumeOf(createNsga2(space, seed)) - volumeOf(createRandom(space, seed));
    });
    assert.ok(gains.filter((gain) => gain > 0).length >= 8, gains.join(' '));
  });

test('of one objective it is a genetic algorithm that goes down', () => {
  const slope = ({ x1 }: Params): number[] => [Math.abs(Number(x1) - 0.3)];
  const told = play(createNsga2({ x1: UNIT, x2: UNIT }, 1), slope, 80);
  assert.ok(Math.min(...told.map(({ losses }) => losses[0] ?? 1)) < 1e-3);
});

test('points that failed have no children, and those that were stopped only while others are few', () => {
  // What fails or was stopped lies at one side: with such parents half of the children would lie there.
  const isLeft = (params: Params): boolean => Number(params.x1) < 0.5;
  const plain = play(createNsga2(FIVE, 5), zdt1, 60);
  for (const state of ['FAILED', 'PRUNED'] as const) {
    const sampler = createNsga2(FIVE, 5);
    const all: ToldPoint[] = [];
    for (let point = 0; point < 60; point++) {
      const known = Math.max(0, point + 1 - (sampler.window ?? 1));
      const params = sampler.suggest(point, { told: all.slice(0, known), pending: all.slice(known) }) ?? {};
      const own = isLeft(params) ? state : 'COMPLETE';
      all.push({ point, params, state: own, losses: own === 'FAILED' ? [] : zdt1(params) });
    }
    const leftOf = (told: readonly ToldPoint[]): number =>
      told.slice(30).filter(({ params }) => isLeft(params)).length;
    assert.ok(leftOf(all) < leftOf(plain) / 2, `${state}: ${leftOf(all)} of ${leftOf(plain)}`);
  }
});

test('where nothing has a result points stay spread', () => {
  const told = play(createNsga2(FIVE, 2), zdt1, 40, () => 'FAILED');
  assert.equal(new Set(told.map(({ params }) => JSON.stringify(params))).size, 40);
});

test('children of two shares lie around them, none outside of the range, with the parents’ mean', () => {
  const random = seededRandom(3);
  for (const [one, other] of [
    [0.2, 0.4],
    [0, 1],
    [0.01, 0.95],
  ] as const) {
    const children = Array.from({ length: 4000 }, () => crossShares(one, other, 20, random));
    assert.ok(children.every((child) => child >= 0 && child <= 1));
    const near = (parent: number): number =>
      children.filter((child) => Math.abs(child - parent) < 0.1).length;
    assert.ok(near(one) > 1000 && near(other) > 1000);
  }
  const inner = Array.from({ length: 4000 }, () => crossShares(0.4, 0.6, 20, random));
  assert.ok(Math.abs(inner.reduce((sum, child) => sum + child, 0) / inner.length - 0.5) < 0.01);
  assert.equal(crossShares(0.3, 0.3, 20, random), 0.3);
});

test('a share that is changed stays in the range, and is the nearer to what it was the larger the index', () => {
  const random = seededRandom(4);
  const reachOf = (index: number): number => {
    const steps = [0, 0.05, 0.5, 1].flatMap((share) =>
      Array.from({ length: 1000 }, () => {
        const changed = mutateShare(share, index, random);
        assert.ok(changed >= 0 && changed <= 1);
        return Math.abs(changed - share);
      }),
    );
    return steps.reduce((sum, step) => sum + step, 0) / steps.length;
  };
  assert.ok(reachOf(20) < reachOf(3) && reachOf(3) < reachOf(0));
});
