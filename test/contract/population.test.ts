// What a population must do, as a scheduler must: one worker or eight, results in any order, twice or late, the same members
// go on from the same donors. Played over the fold of the events that a study has.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SearchHistory } from '../../src/coordinator/search/search-history.js';
import { createPopulation } from '../../src/search/population.js';
import { createSampler } from '../../src/search/registry.js';
import { resultsNeeded } from '../../src/search/sampler.js';
import { spaceSchema } from '../../src/search/space/dimension.js';
import { seededRandom } from '../../src/statistics/seeded-random.js';
import { hashJson } from '../../src/study/canonical-json.js';
import type { StudyEvent } from '../../src/study/events.js';
import { parentOf } from '../../src/study/trial/segment.js';
import type { Params } from '../../src/study/trial/trial.js';
import { failed, finished } from '../support/fixtures/study-events.js';

const SIZE = 8;
const INTERVAL = 2;
const EPOCHS = 10;
const SPACE = spaceSchema.parse({
  units: [16, 32, 64],
  rate: { type: 'float', low: 1e-4, high: 1e-1, log: true },
});

interface Played {
  readonly points: readonly Params[];
  readonly reasons: readonly (string | null)[];
  /** The most trials that were open at once. */
  readonly mostOpen: number;
}

interface Course {
  readonly slots: number;
  readonly order: number;
  /** Each end comes twice, and the latest ones again after it. */
  readonly isRepeated?: boolean;
  /** Ends that were known when the coordinator died; the next one reads them from the log. */
  readonly restartAt?: number;
  readonly failing?: readonly number[];
}

const lossOf = ({ rate }: Params, point: number): number =>
  Math.abs(Math.log10(Number(rate)) + 2) + seededRandom(point + 1).uniform() / 4;

function play({ slots, order, isRepeated = false, restartAt = -1, failing = [] }: Course): Played {
  const open = () => {
    const members = createSampler({ space: SPACE, sampler: { type: 'random' }, seed: 3, constraints: [] });
    const sampler = createPopulation(
      members,
      { size: SIZE, interval: INTERVAL, share: 0.25, resample: 0.25 },
      {
        space: SPACE,
        constraints: [],
        seed: 3,
        epochs: EPOCHS,
        changeable: ['rate'],
        trialOf: (params) => hashJson(params),
      },
    );
    const history = new SearchHistory({
      objective: { metric: 'validationMae', direction: 'minimize', epoch: 'best' },
      also: null,
      repeats: 1,
      total: sampler.count,
      resultsNeeded: (point) => resultsNeeded(sampler, point),
    });
    return { sampler, history };
  };
  let { sampler, history } = open();
  const random = seededRandom(order);
  const total = sampler.count ?? 0;
  const points: Params[] = [];
  const reasons: (string | null)[] = [];
  const running: number[] = [];
  const log: StudyEvent[] = [];
  let mostOpen = 0;
  while (points.length < total || running.length > 0) {
    while (running.length < slots && points.length < total && history.isReady(points.length)) {
      const point = points.length;
      const params = sampler.suggest(point, history.before(point));
      assert.ok(params, `point ${point}`);
      reasons.push(sampler.reasonFor?.(point, history.before(point)) ?? null);
      history.propose(point, params);
      points.push(params);
      running.push(point);
    }
    mostOpen = Math.max(mostOpen, running.length);
    const [point] = running.splice(random.below(running.length), 1);
    assert.ok(point !== undefined, 'a population that waits for a result has one running');
    const params = points[point] as Params;
    const event = failing.includes(point)
      ? failed(point, { params, final: true })
      : finished(point, lossOf(params, point), { params });
    log.push(event);
    for (const told of isRepeated ? [event, event, ...log.slice(-SIZE)] : [event]) history.observe(told);
    if (log.length !== restartAt) continue;
    ({ sampler, history } = open());
    for (const [place, known] of points.entries()) history.propose(place, known);
    for (const told of log) history.observe(told);
  }
  return { points, reasons, mostOpen };
}

const generations = EPOCHS / INTERVAL;
const serial = play({ slots: 1, order: 1 });

test('population: one worker or eight, in whichever order, the same members go on from the same donors', () => {
  assert.equal(serial.points.length, SIZE * generations);
  for (const order of [2, 3, 4, 5]) {
    const { mostOpen, ...played } = play({ slots: 8, order });
    assert.equal(mostOpen, 8, 'eight train at once');
    assert.deepEqual(played, { points: serial.points, reasons: serial.reasons });
  }
  assert.deepEqual(play({ slots: 3, order: 6 }).points, serial.points);
});

test('population: results that come twice or late change nothing', () => {
  for (const slots of [1, 8])
    assert.deepEqual(play({ slots, order: 7, isRepeated: true }).points, serial.points);
});

test('population: after a restart in the middle of a generation, the same as undisturbed', () => {
  for (const restartAt of [3, SIZE, SIZE + 5, SIZE * 3 + 1])
    assert.deepEqual(play({ slots: 8, order: restartAt, restartAt }).points, serial.points);
});

test('population: a member that fails holds nobody up, whoever was quicker', () => {
  const failing = [1, SIZE + 2];
  const alone = play({ slots: 1, order: 1, failing });
  assert.notDeepEqual(alone.points, serial.points);
  for (const order of [8, 9]) assert.deepEqual(play({ slots: 8, order, failing }).points, alone.points);
  const lost = failing.map((point) => hashJson(alone.points[point] as Params));
  for (const params of alone.points) assert.ok(!lost.includes(parentOf(params)?.trial ?? ''));
});

test('population: in each generation two of eight are replaced, by one of the best two', () => {
  for (let generation = 1; generation < generations; generation++) {
    const start = (generation - 1) * SIZE;
    const before = serial.points.slice(start, start + SIZE);
    const ranking = before
      .map((params, place) => ({ id: hashJson(params), loss: lossOf(params, start + place) }))
      .sort((one, other) => one.loss - other.loss)
      .map(({ id }) => id);
    const heirs = serial.points.slice(start + SIZE, start + 2 * SIZE);
    const moved = heirs.filter((params, place) => parentOf(params)?.trial !== hashJson(before[place]));
    assert.equal(moved.length, 2, `generation ${generation}`);
    for (const params of moved) assert.ok(ranking.indexOf(parentOf(params)?.trial ?? '') < 2);
    for (const params of heirs) assert.equal(parentOf(params)?.epoch, generation * INTERVAL);
  }
});
