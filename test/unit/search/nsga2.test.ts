// NSGA-II finds more of a front than chance does, and its children are what their parents are made of.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crossShares, mutateShare } from '../../../src/search/learning/variation.js';
import type { ToldPoint } from '../../../src/search/sampler.js';
import type { Space } from '../../../src/search/space/dimension.js';
import { seededRandom } from '../../../src/statistics/seeded-random.js';
import type { Params } from '../../../src/study/trial/trial.js';
import {
  areaBehind,
  createContestant,
  FRONT_PROBLEMS,
  type FrontProblem,
  playFront,
} from '../../bench/search/fronts.js';

const FIVE = FRONT_PROBLEMS[0] as FrontProblem;

for (const { name, space, lossesOf, worst } of FRONT_PROBLEMS)
  test(`${name}: after 100 points, eight at once, more lies behind the front than of points at random`, () => {
    const gains = Array.from({ length: 10 }, (_, seed) => {
      const areaOf = (type: 'nsga2' | 'random'): number =>
        areaBehind(playFront(createContestant(type, space, seed), lossesOf, 100), worst);
      return areaOf('nsga2') - areaOf('random');
    });
    assert.ok(gains.filter((gain) => gain > 0).length >= 8, gains.join(' '));
  });

test('of one objective it is a genetic algorithm that goes down', () => {
  const space = { x1: FIVE.space.x1, x2: FIVE.space.x2 } as Space;
  const told = playFront(createContestant('nsga2', space, 1), ({ x1 }) => [Math.abs(Number(x1) - 0.3)], 80);
  assert.ok(Math.min(...told.map(({ losses }) => losses[0] ?? 1)) < 1e-3);
});

test('points that failed have no children, and those that were stopped only while others are few', () => {
  // What fails or was stopped lies at one side: with such parents half of the children would lie there.
  const isLeft = (params: Params): boolean => Number(params.x1) < 0.5;
  const leftOf = (state: ToldPoint['state']): number => {
    const sampler = createContestant('nsga2', FIVE.space, 5);
    const told = playFront(sampler, FIVE.lossesOf, 60, (params) => (isLeft(params) ? state : 'COMPLETE'));
    return told.slice(30).filter(({ params }) => isLeft(params)).length;
  };
  for (const state of ['FAILED', 'PRUNED'] as const)
    assert.ok(leftOf(state) < leftOf('COMPLETE') / 2, `${state}: ${leftOf(state)} of ${leftOf('COMPLETE')}`);
});

test('where nothing has a result points stay spread', () => {
  const sampler = createContestant('nsga2', FIVE.space, 2);
  const told = playFront(sampler, FIVE.lossesOf, 40, () => 'FAILED');
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
