// Population based training as a sampler: who goes on from whom, with which parameters, and what it rests on.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPopulation, type PopulationOptions } from '../../../src/search/population.js';
import { createSampler } from '../../../src/search/registry.js';
import { resultsNeeded, type Sampler, type ToldPoint } from '../../../src/search/sampler.js';
import { type Space, spaceSchema } from '../../../src/search/space/dimension.js';
import { hashJson } from '../../../src/study/canonical-json.js';
import { parentOf, withoutParent } from '../../../src/study/trial/segment.js';
import type { Params } from '../../../src/study/trial/trial.js';

const SPACE = spaceSchema.parse({
  units: { type: 'int', low: 2, high: 64 },
  rate: { type: 'float', low: 1e-4, high: 1e-1, log: true },
  drop: { type: 'float', low: 0, high: 0.5 },
  clip: [0.5, 1, 2, 4],
});
const OPTIONS: PopulationOptions = { size: 8, interval: 2, share: 0.25, resample: 0.25 };
const EPOCHS = 9;
const GENERATIONS = 5;
/** Stands for the content hash: equal for equal points alone. */
const trialOf = (params: Params): string => hashJson(params);

interface Setting {
  readonly options?: Partial<PopulationOptions>;
  readonly space?: Space;
  readonly constraints?: readonly string[];
  readonly changeable?: readonly string[];
  readonly seed?: number;
}

function create(setting: Setting = {}): Sampler {
  const {
    options,
    space = SPACE,
    constraints = [],
    changeable = ['rate', 'drop', 'clip'],
    seed = 5,
  } = setting;
  const members = createSampler({ space, sampler: { type: 'random' }, seed, constraints });
  const context = { space, constraints, seed, epochs: EPOCHS, changeable, trialOf };
  return createPopulation(members, { ...OPTIONS, ...options }, context);
}

const lossOf = ({ rate, drop }: Params): number => Math.abs(Math.log10(Number(rate)) + 2) + Number(drop);
const tell = (params: Params, point: number): ToldPoint => ({
  point,
  params,
  state: 'COMPLETE',
  losses: [lossOf(params)],
});

/** All points, each proposed as soon as it can be; `ahead` more results are known by then. */
function play(sampler: Sampler, judge = tell, ahead = 0): Params[] {
  const points: Params[] = [];
  const told: ToldPoint[] = [];
  for (let point = 0; point < (sampler.count ?? 0); point++) {
    while (told.length < Math.min(points.length, resultsNeeded(sampler, point) + ahead))
      told.push(judge(points[told.length] as Params, told.length));
    const params = sampler.suggest(point, { told: [...told], pending: [] });
    assert.ok(params, `point ${point}`);
    points.push(params);
  }
  return points;
}

const generationOf = (points: readonly Params[], generation: number): Params[] =>
  points.slice(generation * OPTIONS.size, (generation + 1) * OPTIONS.size);

test('every generation goes on from the one before it, as many epochs later', () => {
  const points = play(create());
  assert.equal(points.length, OPTIONS.size * GENERATIONS);
  for (const params of generationOf(points, 0)) assert.equal(parentOf(params), null);
  for (let generation = 1; generation < GENERATIONS; generation++) {
    const parents = generationOf(points, generation - 1).map(trialOf);
    for (const params of generationOf(points, generation)) {
      const from = parentOf(params);
      assert.equal(from?.epoch, generation * OPTIONS.interval);
      assert.ok(parents.includes(from?.trial ?? ''), `generation ${generation}`);
    }
  }
});

test('the worst quarter is replaced by members of the best quarter, and all others stay as they are', () => {
  const points = play(create());
  for (let generation = 1; generation < GENERATIONS; generation++) {
    const before = generationOf(points, generation - 1);
    const ranking = [...before].sort((one, other) => lossOf(one) - lossOf(other));
    for (const [place, params] of generationOf(points, generation).entries()) {
      const own = before[place] as Params;
      const rank = ranking.indexOf(own);
      const parent = before.find((each) => trialOf(each) === parentOf(params)?.trial) as Params;
      if (rank < 6) {
        assert.equal(parent, own);
        assert.deepEqual(withoutParent(params), withoutParent(own));
        continue;
      }
      assert.ok(ranking.indexOf(parent) < 2, 'its donor is one of the best two');
      assert.equal(params.units, parent.units, 'what decides the shapes goes with the weights');
      assert.notDeepEqual(withoutParent(params), withoutParent(parent));
    }
  }
});

test('a value is perturbed by 0.8 or 1.2, or to the next in a list, and stays in its dimension', () => {
  const points = play(create({ options: { resample: 0, share: 0.5 } }));
  let perturbed = 0;
  for (const [point, params] of points.entries()) {
    const rate = Number(params.rate);
    assert.ok(rate >= 1e-4 && rate <= 1e-1 && Number(params.drop) >= 0 && Number(params.drop) <= 0.5);
    const from = parentOf(params);
    const parent = points.slice(0, point).find((each) => trialOf(each) === from?.trial);
    if (parent === undefined || Object.is(parent.rate, params.rate)) continue;
    perturbed += 1;
    const share = rate / Number(parent.rate);
    const isClipped = rate === 1e-4 || rate === 1e-1;
    assert.ok(isClipped || Math.min(Math.abs(share - 0.8), Math.abs(share - 1.2)) < 1e-9, `times ${share}`);
    const clips = [0.5, 1, 2, 4];
    const steps = Math.abs(clips.indexOf(Number(params.clip)) - clips.indexOf(Number(parent.clip)));
    assert.ok(steps <= 1, `${parent.clip} to ${params.clip}`);
  }
  assert.ok(perturbed >= 8, `${perturbed}`);
});

test('only dimensions that may change do', () => {
  const points = play(create({ changeable: ['drop'] }));
  const first = generationOf(points, 0);
  const constant = ({ units, rate, clip }: Params): string => JSON.stringify([units, rate, clip]);
  const known = new Set(first.map(constant));
  for (const params of points) assert.ok(known.has(constant(params)));
});

test('constraints hold for what is perturbed, too', () => {
  const constraints = ['drop * units <= 8'];
  const points = play(create({ constraints, options: { share: 0.5 } }));
  for (const { drop, units } of points) assert.ok(Number(drop) * Number(units) <= 8);
});

test('nobody goes on from a member that failed or was stopped, and an unlucky generation ends the study', () => {
  const judge =
    (lost: readonly number[], state: 'FAILED' | 'PRUNED') =>
    (params: Params, point: number): ToldPoint =>
      lost.includes(point)
        ? { point, params, state, losses: state === 'FAILED' ? [] : [0] }
        : tell(params, point);
  for (const state of ['FAILED', 'PRUNED'] as const) {
    const points = play(create(), judge([0, 1, 2, 3, 4], state));
    const lost = points.slice(0, 5).map(trialOf);
    for (const params of generationOf(points, 1)) assert.ok(!lost.includes(parentOf(params)?.trial ?? ''));
  }
  const sampler = create();
  const told = play(sampler)
    .slice(0, 8)
    .map((params, point): ToldPoint => ({ point, params, state: 'FAILED', losses: [] }));
  assert.equal(sampler.suggest(8, { told, pending: [] }), null);
});

test('a proposal follows from the generation before it: not from order, later results, or what was asked before', () => {
  const points = play(create());
  assert.deepEqual(play(create(), tell, 5), points);
  const told = points.map(tell);
  for (const point of [8, 15, 23, 39]) {
    const fresh = create();
    assert.deepEqual(
      fresh.suggest(point, { told: told.slice(0, resultsNeeded(fresh, point)), pending: [] }),
      points[point],
    );
  }
  assert.notDeepEqual(play(create({ seed: 6 })), points);
  // Asked about another history, it forgets what it kept.
  const used = create();
  const mirrored = points.map(
    (params, point): ToldPoint => ({ ...tell(params, point), losses: [-lossOf(params)] }),
  );
  const second = (history: readonly ToldPoint[]): (Params | null)[] =>
    generationOf(points, 1).map((_, place) =>
      used.suggest(8 + place, { told: history.slice(0, 8), pending: [] }),
    );
  const other = second(mirrored);
  assert.deepEqual(second(told), generationOf(points, 1));
  assert.deepEqual(second(mirrored), other);
  assert.notDeepEqual(other, generationOf(points, 1));
});

test('no two members of a generation are the same trial', () => {
  for (let seed = 0; seed < 20; seed++) {
    const points = play(create({ seed, options: { share: 0.5 } })).map((params) => JSON.stringify(params));
    assert.equal(new Set(points).size, points.length, `seed ${seed}`);
  }
});

test('a proposal tells rank, donor and what was changed', () => {
  const sampler = create();
  const points = play(sampler);
  const told = points.map(tell);
  const reasons = points.map((_, point) =>
    sampler.reasonFor?.(point, { told: told.slice(0, resultsNeeded(sampler, point)), pending: [] }),
  );
  assert.equal(reasons[3], null);
  const second = reasons.slice(8, 16);
  assert.equal(second.filter((reason) => /goes on with the same parameters$/.test(reason ?? '')).length, 6);
  const replaced =
    /^generation 2 of 5: its member was [78] of 8 \(loss [\d.]+\), so it goes on from the one that was [12] of 8 \(loss [\d.]+\) with .*(rate|drop|clip) \S+ → \S+/;
  assert.equal(second.filter((reason) => replaced.test(reason ?? '')).length, 2);
});
