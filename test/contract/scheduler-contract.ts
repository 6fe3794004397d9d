// What every scheduler must do: the guarantees of src/search/scheduler.ts, as tests on made-up learning curves.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Scheduler, StopDecision, TrialFact } from '../../src/search/scheduler.js';
import { seededRandom } from '../../src/statistics/seeded-random.js';

export const CONTRACT_EPOCHS = 27;
export const CONTRACT_TRIALS = 60;

/** Loss of the trial at an epoch: falls towards a level of its own. */
export function curveAt(index: number, epoch: number): number {
  const random = seededRandom(index + 1);
  const level = random.uniform();
  return level + (1 + random.uniform()) / epoch;
}

/**
 * Plays trials that run `slots` at a time, each an epoch a turn, with turns of unequal speed drawn from `seed`. Trials that
 * are stopped end one epoch after the decision, as an order takes time to arrive.
 */
export function playTrials(
  scheduler: Scheduler,
  slots: number,
  seed: number,
  repeated = false,
): StopDecision[] {
  const random = seededRandom(seed);
  const decisions = new Map<number, StopDecision>();
  const running: { index: number; epoch: number }[] = [];
  let next = 0;
  const tell = (fact: TrialFact): void => {
    for (let time = 0; time < (repeated ? 2 : 1); time++)
      for (const decision of scheduler.observe(fact)) {
        assert.ok(!decisions.has(decision.index), `trial ${decision.index} is stopped once`);
        assert.ok(decision.epoch >= 1 && decision.epoch < CONTRACT_EPOCHS, 'a stop saves something');
        assert.ok(decision.reason.length > 10);
        decisions.set(decision.index, decision);
      }
  };
  while (next < CONTRACT_TRIALS || running.length > 0) {
    while (running.length < slots && next < CONTRACT_TRIALS) running.push({ index: next++, epoch: 0 });
    const trial = running[random.below(running.length)];
    if (trial === undefined) break;
    const isStopped = decisions.has(trial.index);
    if (isStopped || trial.epoch === CONTRACT_EPOCHS) {
      running.splice(running.indexOf(trial), 1);
      tell({ type: 'ended', index: trial.index, state: isStopped ? 'PRUNED' : 'COMPLETE' });
      continue;
    }
    trial.epoch += 1;
    tell({ type: 'report', index: trial.index, epoch: trial.epoch, loss: curveAt(trial.index, trial.epoch) });
  }
  return [...decisions.values()].sort((one, other) => one.index - other.index);
}

export interface SchedulerContractOptions {
  readonly name: string;
  create(): Scheduler;
  /** Whether it should stop any of the contract's trials. */
  readonly stops: boolean;
}

export function describeSchedulerContract({ name, create, stops }: SchedulerContractOptions): void {
  test(`${name}: stops the weak and never the best`, () => {
    const decisions = playTrials(create(), 1, 1);
    assert.equal(decisions.length > 0, stops);
    const losses = Array.from({ length: CONTRACT_TRIALS }, (_, index) => curveAt(index, CONTRACT_EPOCHS));
    const best = losses.indexOf(Math.min(...losses));
    assert.ok(!decisions.some(({ index }) => index === best));
  });

  test(`${name}: one worker or eight, quick or slow, the same trials stop at the same epochs`, () => {
    const serial = playTrials(create(), 1, 1).map(({ index, epoch }) => [index, epoch]);
    for (const [slots, seed] of [
      [2, 3],
      [8, 5],
      [8, 6],
    ] as const)
      assert.deepEqual(
        playTrials(create(), slots, seed).map(({ index, epoch }) => [index, epoch]),
        serial,
      );
  });

  test(`${name}: facts that come twice change nothing`, () => {
    assert.deepEqual(playTrials(create(), 4, 9, true), playTrials(create(), 4, 9));
  });

  test(`${name}: a trial without a finite loss, and one that fails, hold nobody up`, () => {
    const scheduler = create();
    for (let index = 0; index < 20; index++) {
      if (index % 5 === 1) scheduler.observe({ type: 'ended', index, state: 'FAILED' });
      else
        for (let epoch = 1; epoch <= CONTRACT_EPOCHS; epoch++)
          scheduler.observe({
            type: 'report',
            index,
            epoch,
            loss: index % 5 === 2 ? null : curveAt(index, epoch),
          });
    }
    const after: StopDecision[] = [];
    // Two, as a scheduler may judge the seeds of a point together.
    for (const index of [20, 21])
      for (let epoch = 1; epoch <= CONTRACT_EPOCHS; epoch++)
        after.push(...scheduler.observe({ type: 'report', index, epoch, loss: 1e6 + index }));
    assert.equal(after.filter(({ index }) => index === 21).length, stops ? 1 : 0);
  });
}
