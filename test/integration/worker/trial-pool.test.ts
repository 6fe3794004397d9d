// The trial pool with real threads that misbehave: each fault fails its attempt with its own code and nothing else.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { after, before, test } from 'node:test';
import type { Params } from '../../../src/study/trial/trial.js';
import {
  openTrialPool,
  TRIAL_TASK_FILE,
  type TrialOutcome,
  type TrialPool,
  type TrialRequest,
} from '../../../worker/thread/trial-pool.js';
import type { Fault } from '../../support/fakes/fault-task.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';

const FAULT_TASK = new URL('../../support/fakes/fault-task.js', import.meta.url);
let pool: TrialPool;

before(() => {
  pool = openTrialPool({
    threads: 2,
    taskFile: FAULT_TASK,
    settings: { engine: 'wasm', cacheDirectory: '/nonexistent' },
    heapLimitMb: 48,
  });
});
after(() => pool.close());

function request(fault: Fault, more: Partial<TrialRequest> = {}, params: Params = {}): TrialRequest {
  return {
    config: { kind: 'function', name: 'noop', params: { fault, ...params }, seed: 1 },
    objective: { metric: 'value', direction: 'minimize', epoch: 'last' },
    checkpoint: null,
    timeLimitMs: null,
    onReport() {},
    onCheckpoint() {},
    ...more,
  };
}

function codeOf(outcome: TrialOutcome): string {
  return outcome.type === 'failed' ? outcome.error.code : outcome.type;
}

async function assertHealthy(): Promise<void> {
  const outcomes = await Promise.all([1, 2].map((x) => pool.run(request('none', {}, { x })).outcome));
  assert.deepEqual(
    outcomes.map((outcome) => outcome.type === 'finished' && outcome.result.objective),
    [1, 2],
  );
}

test('a trial that throws fails with TRIAL_CRASHED and its message', async () => {
  const outcome = await pool.run(request('throw')).outcome;
  assert.equal(codeOf(outcome), 'TRIAL_CRASHED');
  assert.match(outcome.type === 'failed' ? outcome.error.message : '', /thrown by the trial/);
  await assertHealthy();
});

test('an error of the trial keeps its code on the way through the port', async () => {
  assert.equal(codeOf(await pool.run(request('diverge')).outcome), 'TRIAL_DIVERGED');
});

test('a thread that exits fails its attempt, and what it reported before is not lost', async () => {
  const epochs: number[] = [];
  const outcome = await pool.run(request('exit', { onReport: (report) => epochs.push(report.epoch) }))
    .outcome;
  assert.equal(codeOf(outcome), 'TRIAL_CRASHED');
  assert.deepEqual(epochs, [1]);
  await assertHealthy();
});

test('a thread that exhausts its heap fails with TRIAL_OUT_OF_MEMORY while its neighbour finishes', async () => {
  const neighbour = pool.run(request('slow', {}, { x: 5 }));
  assert.equal(codeOf(await pool.run(request('memory')).outcome), 'TRIAL_OUT_OF_MEMORY');
  assert.equal(codeOf(await neighbour.outcome), 'finished');
  await assertHealthy();
});

test('a trial that hangs is ended at its time limit', async () => {
  const outcome = await pool.run(request('hang', { timeLimitMs: 150 })).outcome;
  assert.equal(codeOf(outcome), 'TRIAL_TIME_LIMIT');
  await assertHealthy();
});

test('a time limit beyond the longest timer of Node counts in full', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const DAY_MS = 86_400_000;
  const pass = (days: number): void => {
    for (let day = 0; day < days; day++) t.mock.timers.tick(DAY_MS);
  };
  const [short, long] = [59, 61].map((days) => pool.run(request('wait', { timeLimitMs: days * DAY_MS })));
  pass(60);
  assert.equal(codeOf(await short!.outcome), 'TRIAL_TIME_LIMIT');
  long!.requestStop('prune');
  assert.equal(codeOf(await long!.outcome), 'finished');
  t.mock.timers.reset();
  await assertHealthy();
});

test('a running trial counts progress and ends when it is asked to', async () => {
  const slow = pool.run(request('slow'));
  assert.equal(codeOf(await slow.outcome), 'finished');
  assert.equal(slow.progress(), 20);
  const waiting = pool.run(request('wait'));
  waiting.requestStop('interrupt');
  assert.equal(codeOf(await waiting.outcome), 'interrupted');
});

test('an interrupt is not weakened by a later prune', async () => {
  const waiting = pool.run(request('wait'));
  waiting.requestStop('interrupt');
  waiting.requestStop('prune');
  assert.equal(codeOf(await waiting.outcome), 'interrupted');
});

test('closing the pool ends running trials instead of waiting for them', async () => {
  const closing = openTrialPool({
    threads: 1,
    taskFile: FAULT_TASK,
    settings: { engine: 'wasm', cacheDirectory: '/nonexistent' },
  });
  const hanging = closing.run(request('hang'));
  await closing.close();
  assert.equal(codeOf(await hanging.outcome), 'TRIAL_CRASHED');
});

test('a function objective answers with its result alone, and one that it cannot compute with its error', async (t) => {
  const functions = openTrialPool({
    threads: 1,
    taskFile: TRIAL_TASK_FILE,
    settings: { engine: 'wasm', cacheDirectory: '/nonexistent' },
  });
  t.after(() => functions.close());
  const onReport = (): void => assert.fail('a function has no epochs to report');
  const ask = (params: Params) =>
    functions.run({
      ...request('none', { onReport, timeLimitMs: 60_000 }),
      config: { kind: 'function', name: 'rosenbrock', params, seed: 1 },
    }).outcome;
  const outcome = await ask({ x: 1, y: 3 });
  assert.equal(outcome.type === 'finished' && outcome.result.objective, 400);
  const refused = await ask({ x: 'one' });
  assert.equal(codeOf(refused), 'TRIAL_BAD_INPUT');
});

test('a pool that is closed at once lets its threads import their task file first', async (t) => {
  const cacheDirectory = temporaryDirectory(t);
  const closing = openTrialPool({
    threads: 2,
    taskFile: new URL('../../support/fakes/slow-import-task.js', import.meta.url),
    settings: { engine: 'wasm', cacheDirectory },
  });
  await closing.close();
  assert.equal(readdirSync(cacheDirectory).length, 2, 'threads that had imported');
});
