// A sampler that is told another study's results goes on as in one longer study.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSampler, SAMPLERS } from '../../../src/search/registry.js';
import type { Sampler, ToldPoint } from '../../../src/search/sampler.js';
import type { Params } from '../../../src/study/trial/trial.js';
import {
  bowl,
  CONTRACT_SPACES,
  FINITE_SPACE,
  playStudy,
  RULED_SPACES,
  type RuledSpace,
} from '../../contract/sampler-contract.js';

const LEARNING = ['auto', 'gp', 'tpe', 'cmaes'] as const;
const tell = (params: Params, point: number): ToldPoint => ({
  point,
  params,
  state: 'COMPLETE',
  losses: [bowl(params)],
});
const create = (
  type: keyof typeof SAMPLERS,
  space: Parameters<typeof createSampler>[0]['space'],
  known?: ToldPoint[],
) => createSampler({ space, sampler: SAMPLERS[type].schema.parse({ type }) as never, seed: 3 }, known);

test('after n known points come the points n, n + 1, … of the study that proposed them', () => {
  const plain = Object.entries(CONTRACT_SPACES).map(([name, space]): [string, RuledSpace] => [
    name,
    { space, constraints: [] },
  ]);
  for (const type of LEARNING)
    for (const [name, { space, constraints }] of [...plain, ...Object.entries(RULED_SPACES)]) {
      const section = SAMPLERS[type].schema.parse({ type, window: 1 }) as never;
      const make = (known?: ToldPoint[]): Sampler =>
        createSampler({ space, sampler: section, seed: 3, constraints }, known);
      const longer = playStudy(make(), 20);
      const known = longer.slice(0, 12).map(tell);
      assert.deepEqual(playStudy(make(known), 8), longer.slice(12), `${type} on ${name}`);
    }
});

test('of a space with an end every point comes once, those that are known last and best first', () => {
  for (const type of ['tpe', 'gp', 'cmaes'] as const) {
    const known = playStudy(create(type, FINITE_SPACE), 10).map(tell);
    const all = playStudy(create(type, FINITE_SPACE, known), 60);
    const keys = all.map((params) => JSON.stringify(params));
    assert.equal(keys.length, 40, type);
    assert.equal(new Set(keys).size, 40, type);
    const last = [...known].sort((one, other) => (one.losses[0] ?? 0) - (other.losses[0] ?? 0));
    assert.deepEqual(
      all.slice(30),
      last.map(({ params }) => params),
      type,
    );
  }
});

test('a point that comes first by request and was known is told with its own result, and comes no second time', () => {
  const known = playStudy(create('tpe', FINITE_SPACE), 10).map(tell);
  const best = known[4]?.params as Params;
  const make = () =>
    createSampler(
      { space: FINITE_SPACE, sampler: SAMPLERS.tpe.schema.parse({ type: 'tpe' }), seed: 3, enqueue: [best] },
      known,
    );
  const all = playStudy(make(), 60);
  assert.deepEqual(all[0], best);
  assert.equal(new Set(all.map((params) => JSON.stringify(params))).size, 40);
});

test('a sampler that resumes in the middle proposes what it would have, and one that learns nothing ignores them', () => {
  const space = CONTRACT_SPACES['choices and numbers'] ?? {};
  const known = playStudy(create('tpe', space), 15).map(tell);
  const all = playStudy(create('tpe', space, known), 25);
  const told = all.map(tell);
  const window = create('tpe', space).window ?? 1;
  const cut = 20 - window + 1;
  const resumed = create('tpe', space, known).suggest(20, {
    told: told.slice(0, cut),
    pending: told.slice(cut, 20),
  });
  assert.deepEqual(resumed, all[20]);
  assert.deepEqual(playStudy(create('sobol', space, known), 5), playStudy(create('sobol', space), 5));
  assert.notDeepEqual(all, playStudy(create('tpe', space), 25));
});
