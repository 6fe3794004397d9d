// Schedulers of a rolling origin: a trial is compared with those of its own block alone, whatever the order in which they report.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planStudy } from '../../../src/coordinator/plan/spec-plan.js';
import { createScheduler, type SchedulerSection } from '../../../src/search/registry.js';
import type { Scheduler, TrialFact } from '../../../src/search/scheduler.js';
import { seededRandom } from '../../../src/statistics/seeded-random.js';
import { TEST_ENGINE } from '../../support/fakes/list-plan.js';
import { parseDocument } from '../../support/fixtures/sweep-documents.js';

const POINTS = 24;
const BLOCKS = 3;
const EPOCHS = 9;
/** So hard that the best point there is worse than the worst elsewhere. */
const DIFFICULTY = [1, 40, 7];

/** Curves that cross: which point is the best is another one in each block. */
function lossOf(point: number, block: number, epoch: number): number {
  const quality = ((point * 7 + block * 5) % POINTS) / POINTS;
  const speed = ((point * 11 + block * 3) % 5) / 5;
  const noise = ((point * 31 + block * 17 + epoch * 13) % 10) / 200;
  return DIFFICULTY[block]! * (1 + quality + (2 - speed) / epoch + noise);
}

const SCHEDULERS: readonly SchedulerSection[] = [
  { type: 'asha', grace: 1, reduction: 3, brackets: 2 },
  { type: 'asha', grace: 1, reduction: 3, brackets: 2, variant: 'promote' },
  { type: 'hyperband', reduction: 3 },
  { type: 'median', warmup: 2, minTrials: 3 },
  { type: 'one-shot', epochs: 2, share: 0.25 },
  { type: 'plateau', patience: 1, minDelta: 0.05 },
  { type: 'projected-halving', grace: 1, share: 0.5, trust: 0.5 },
];

/** What is decided of each trial, once all reported. */
function decide(scheduler: Scheduler, facts: readonly TrialFact[]): string[] {
  const told = facts.flatMap((fact) => [
    ...scheduler.observe(fact).map(({ index, epoch, reason }) => `${index} stops at ${epoch}: ${reason}`),
    ...(scheduler.waiting?.takePromotions() ?? []).map(
      ({ index, epoch, reason }) => `${index} goes on at ${epoch}: ${reason}`,
    ),
  ]);
  return told.sort();
}

function factsOf(index: number, curve: (epoch: number) => number): TrialFact[] {
  return [
    ...Array.from({ length: EPOCHS }, (_, at): TrialFact => {
      return { type: 'report', index, epoch: at + 1, loss: curve(at + 1) };
    }),
    { type: 'ended', index, state: 'COMPLETE' },
  ];
}

/** The facts of all trials, each one's in their order. */
function mingled(trials: readonly (readonly TrialFact[])[], seed: number): TrialFact[] {
  const random = seededRandom(seed);
  const left = trials.map((facts) => [...facts]).filter(({ length }) => length > 0);
  const all: TrialFact[] = [];
  while (left.length > 0) {
    const place = random.below(left.length);
    all.push(left[place]!.shift()!);
    if (left[place]!.length === 0) left.splice(place, 1);
  }
  return all;
}

for (const section of SCHEDULERS) {
  const name = 'variant' in section ? `${section.type} (${section.variant})` : section.type;
  const rolling = (): Scheduler =>
    createScheduler(section, {
      epochs: EPOCHS,
      repeats: BLOCKS,
      repeatsDiffer: true,
      total: POINTS * BLOCKS,
      seed: 1,
    });
  const trials = Array.from({ length: POINTS * BLOCKS }, (_, index) =>
    factsOf(index, (epoch) => lossOf(Math.floor(index / BLOCKS), index % BLOCKS, epoch)),
  );

  test(`${name}: each block decides as a study of that block alone would`, () => {
    const expected = DIFFICULTY.flatMap((_, block) => {
      const alone = createScheduler(section, { epochs: EPOCHS, repeats: 1, total: POINTS, seed: 1 });
      const facts = Array.from({ length: POINTS }, (__, point) =>
        factsOf(point, (epoch) => lossOf(point, block, epoch)),
      );
      return decide(alone, facts.flat()).map((line) => {
        const point = Number.parseInt(line, 10);
        return line.replace(/^\d+/, String(point * BLOCKS + block));
      });
    });
    const decided = decide(rolling(), trials.flat());
    assert.deepEqual(decided, expected.sort());
    assert.ok(decided.length > BLOCKS, 'nobody was stopped: this compares nothing');
  });

  test(`${name}: the order of reports and what comes twice decide nothing`, () => {
    const inOrder = decide(rolling(), trials.flat());
    for (const seed of [1, 2, 3]) {
      const facts = mingled(trials, seed);
      assert.deepEqual(decide(rolling(), [...facts, ...facts]), inOrder);
    }
  });
}

const BLOCK_ROWS = {
  train: { start: 0, end: 100 },
  validation: { start: 100, end: 150 },
  test: { start: 150, end: 200 },
};
const DATA = { digest: 'a'.repeat(64), columns: [{ name: 'load' }], split: BLOCK_ROWS };

test('a study with a rolling origin compares by block, one with seeds all of them', () => {
  const scheduled = (dataset: object, repeats?: number) =>
    planStudy(
      parseDocument({
        name: 'loads',
        dataset: { source: './loads.csv', target: 'load', ...dataset },
        window: { lookback: 24, delay: 0 },
        model: { type: 'linear' },
        space: { learningRate: [0.1, 0.01, 0.001] },
        training: { learningRate: '$learningRate', epochs: 2 },
        scheduler: { type: 'one-shot', epochs: 1, share: 0.5 },
        ...(repeats === undefined ? {} : { repeats }),
      }),
      DATA,
      TEST_ENGINE,
    ).createScheduler();
  // Point 1 is better than point 0 in both; the second repeat is the harder one.
  const losses = [2, 20, 1, 10];
  const stops = (scheduler: Scheduler) =>
    losses.flatMap((loss, index) =>
      scheduler.observe({ type: 'report', index, epoch: 1, loss }).map((stop) => stop.index),
    );
  const split = { rolling: { blocks: 2, validation: 0.1 }, test: 0.2 };
  assert.deepEqual(stops(scheduled({ split })), []);
  assert.deepEqual(stops(scheduled({}, 2)), [1, 3]);
});
