// What a scheduler that lets trials wait must do beside the rest: play trials that pause where it says, in a few slots.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Promotion, Scheduler, StopDecision, TrialFact } from '../../src/search/scheduler.js';
import { seededRandom } from '../../src/statistics/seeded-random.js';
import { CONTRACT_EPOCHS, CONTRACT_TRIALS, curveAt } from './scheduler-contract.js';

export interface WaitingPlay {
  /** In the order in which they were told. */
  readonly facts: readonly TrialFact[];
  readonly promotions: readonly Promotion[];
  readonly stops: readonly StopDecision[];
  /** Epochs that each trial trained. */
  readonly epochs: readonly number[];
}

interface Running {
  readonly index: number;
  epoch: number;
  readonly until: number;
}

/** `lossOf` null: the trial fails there. */
export function playWaiting(
  scheduler: Scheduler,
  slots: number,
  seed: number,
  lossOf: (index: number, epoch: number) => number | null = curveAt,
  isTwice = false,
): WaitingPlay {
  const { waiting } = scheduler;
  assert.ok(waiting);
  const random = seededRandom(seed);
  const facts: TrialFact[] = [];
  const promotions: Promotion[] = [];
  const stops: StopDecision[] = [];
  const epochs = new Array<number>(CONTRACT_TRIALS).fill(0);
  const paused = new Map<number, number>();
  const promoted = new Map<number, number>();
  const running: Running[] = [];
  const begin = (index: number, epoch: number): number =>
    running.push({ index, epoch, until: waiting.pauseAfter(index, epoch) ?? CONTRACT_EPOCHS });
  const tell = (fact: TrialFact): void => {
    for (let time = 0; time < (isTwice ? 2 : 1); time++) {
      facts.push(fact);
      for (const stop of scheduler.observe(fact)) {
        assert.ok(!stops.some(({ index }) => index === stop.index), `trial ${stop.index} is stopped once`);
        const isRunning = running.some(({ index, epoch, until }) => index === stop.index && epoch < until);
        assert.ok(!isRunning, 'no running trial is stopped');
        stops.push(stop);
      }
      for (const promotion of waiting.takePromotions()) {
        assert.ok((promoted.get(promotion.index) ?? 0) < promotion.epoch, 'each promotion is told once');
        promoted.set(promotion.index, promotion.epoch);
        promotions.push(promotion);
      }
    }
  };
  for (let next = 0; ; ) {
    for (const [index, epoch] of paused)
      if ((promoted.get(index) ?? 0) >= epoch && running.length < slots && paused.delete(index))
        begin(index, epoch);
    while (running.length < slots && next < CONTRACT_TRIALS) begin(next++, 0);
    const trial = running[random.below(Math.max(1, running.length))];
    if (trial === undefined) break;
    const leave = (): unknown => running.splice(running.indexOf(trial), 1);
    const loss = lossOf(trial.index, trial.epoch + 1);
    if (loss === null) {
      leave();
      tell({ type: 'ended', index: trial.index, state: 'FAILED' });
      continue;
    }
    trial.epoch += 1;
    epochs[trial.index] = trial.epoch;
    tell({ type: 'report', index: trial.index, epoch: trial.epoch, loss });
    if (trial.epoch === CONTRACT_EPOCHS) {
      leave();
      tell({ type: 'ended', index: trial.index, state: 'COMPLETE' });
    } else if (trial.epoch === trial.until) {
      leave();
      paused.set(trial.index, trial.epoch);
    }
  }
  return { facts, promotions, stops, epochs };
}

/** Of equal plays: trials with their decisions, whatever the order in which they came. */
function decided({ promotions, stops, epochs }: WaitingPlay): unknown {
  const byIndex = (one: StopDecision | Promotion, other: StopDecision | Promotion): number =>
    one.index - other.index || one.epoch - other.epoch;
  return { promotions: [...promotions].sort(byIndex), stops: [...stops].sort(byIndex), epochs };
}

export function describeWaitingContract(name: string, create: () => Scheduler): void {
  test(`${name}: every trial ends or is stopped, and the best one trains to its end`, () => {
    const { stops, epochs, promotions } = playWaiting(create(), 1, 1);
    const isStopped = new Set(stops.map(({ index }) => index));
    assert.ok(stops.length > CONTRACT_TRIALS / 2);
    for (const [index, epoch] of epochs.entries())
      assert.equal(isStopped.has(index), epoch < CONTRACT_EPOCHS, `trial ${index} after epoch ${epoch}`);
    for (const { index, epoch } of stops)
      assert.equal(epochs[index], epoch, 'nothing is trained for nothing');
    for (const { reason } of [...stops, ...promotions]) assert.match(reason, /rung .*rank \d+ of \d+/);
    const losses = epochs.map((_, index) => curveAt(index, CONTRACT_EPOCHS));
    assert.equal(epochs[losses.indexOf(Math.min(...losses))], CONTRACT_EPOCHS);
  });

  test(`${name}: one slot or eight, quick or slow, the same trials go on`, () => {
    const serial = decided(playWaiting(create(), 1, 1));
    for (const [slots, seed] of [
      [2, 3],
      [8, 5],
      [8, 6],
      [60, 7],
    ] as const)
      assert.deepEqual(decided(playWaiting(create(), slots, seed)), serial);
  });

  test(`${name}: facts that come twice, or are told again from the first, change nothing`, () => {
    const once = playWaiting(create(), 4, 9);
    assert.deepEqual(decided(playWaiting(create(), 4, 9, curveAt, true)), decided(once));
    const again = create();
    const stops = once.facts.flatMap((fact) => again.observe(fact));
    assert.deepEqual(stops, once.stops);
    assert.deepEqual(again.waiting?.takePromotions(), once.promotions);
  });

  test(`${name}: results that are there at once, with their reports, are judged as those that are trained`, () => {
    const trained = playWaiting(create(), 3, 2);
    const scheduler = create();
    const stops: StopDecision[] = [];
    for (let index = 0; index < CONTRACT_TRIALS; index++) {
      const losses = Array.from({ length: CONTRACT_EPOCHS }, (_, place) => curveAt(index, place + 1));
      stops.push(...scheduler.observe({ type: 'ended', index, state: 'COMPLETE', losses }));
    }
    const promotions = scheduler.waiting?.takePromotions() ?? [];
    assert.deepEqual(decided({ ...trained, stops, promotions }), decided(trained));
  });

  test(`${name}: a trial without a finite loss, one that fails and a twin hold nobody up`, () => {
    const bad = (index: number, epoch: number): number | null => {
      if (index % 7 === 1 && epoch === 2) return null;
      if (index % 11 === 3) return null;
      return index % 5 === 2 ? Number.POSITIVE_INFINITY : curveAt(index, epoch);
    };
    const serial = playWaiting(create(), 1, 1, bad);
    assert.deepEqual(decided(playWaiting(create(), 8, 3, bad)), decided(serial));
    assert.ok(serial.epochs.includes(CONTRACT_EPOCHS));
    assert.ok(!serial.promotions.some(({ index }) => index % 5 === 2));
  });
}
