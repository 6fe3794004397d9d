// A worker node and one delivery at a time: in which order it records and acknowledges, and when it does not train.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { TrialMessage } from '../../../src/bus/bus.js';
import { SweepError } from '../../../src/errors.js';
import { silentLogger } from '../../../src/log.js';
import type { StudyEvent } from '../../../src/study/events.js';
import type { Params } from '../../../src/study/trial/trial.js';
import { WorkerNode } from '../../../worker/node/worker-node.js';
import { openTrialPool } from '../../../worker/thread/trial-pool.js';
import { TEST_ENGINE } from '../../support/fakes/list-plan.js';
import { type ScriptedBus, scriptBus } from '../../support/fakes/scripted-bus.js';
import { FAULT_TASK } from '../../support/fixtures/local-study.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';
import { waitUntil } from '../../support/processes/wait-until.js';

const STUDY = 'test-0000';
const TRIAL = { trial: 'abcdef0123456789', index: 0, attempt: 1 };

interface Bench extends ScriptedBus {
  readonly node: WorkerNode;
  events(): Promise<StudyEvent[]>;
  log(event: StudyEvent): Promise<unknown>;
}

async function openBench(t: TestContext, threads = 1): Promise<Bench> {
  const home = temporaryDirectory(t);
  const scripted = scriptBus(home);
  const { bus } = scripted;
  await bus.createStudy({ study: STUDY, name: 'test', createdAt: '2026-01-01T00:00:00.000Z', spec: {} });
  const pool = openTrialPool({
    threads,
    taskFile: FAULT_TASK,
    settings: { engine: 'wasm', cacheDirectory: home },
  });
  const node = new WorkerNode({
    bus,
    pool,
    requirements: ['any'],
    logger: silentLogger,
    now: () => performance.now(),
    identity: {
      worker: 'worker-1',
      host: 'here',
      pid: 1,
      version: '1.0.0',
      engine: TEST_ENGINE.name,
      numericsVersion: TEST_ENGINE.numericsVersion,
      backend: 'test',
      labels: [],
    },
  });
  t.after(async () => {
    // A test whose node fails sees that by itself.
    await node.drain('the test ended').catch(() => {});
    await pool.close();
    await bus.close();
  });
  return {
    ...scripted,
    node,
    log: (event) => bus.append(STUDY, event),
    async events() {
      const events: StudyEvent[] = [];
      for await (const { event } of bus.events(STUDY)) events.push(event);
      return events;
    },
  };
}

function message(params: Params, more: Partial<TrialMessage> = {}): TrialMessage {
  return {
    study: STUDY,
    ...TRIAL,
    params,
    config: { kind: 'function', name: 'noop', params, seed: 1 },
    objective: { metric: 'value', direction: 'minimize', epoch: 'last' },
    requires: 'any',
    engine: 'wasm',
    numericsVersion: TEST_ENGINE.numericsVersion,
    version: '1.0.0',
    timeLimitMs: null,
    checkpoints: [],
    ...more,
  };
}

const started = (worker: string): StudyEvent => ({
  type: 'trial.started',
  ...TRIAL,
  worker,
  fromEpoch: 0,
  engine: 'wasm',
});

test('a result is acknowledged only after its event is durable', async (t) => {
  const { deliver, record } = await openBench(t);
  await deliver(message({ fault: 'none', x: 3 }));
  assert.deepEqual(record, ['append trial.started', 'append trial.finished', 'ack']);
});

test('the end of a trial waits for the reports that a bus which was away has yet to take', async (t) => {
  const { deliver, record, refuseOnce, events } = await openBench(t);
  refuseOnce('trial.report');
  await deliver(message({ fault: 'reports', x: 3 }));
  const report = 'append trial.report';
  assert.deepEqual(record, ['append trial.started', report, report, report, 'append trial.finished', 'ack']);
  const epochs = (await events()).flatMap((event) =>
    event.type === 'trial.report' ? [event.report.epoch] : [],
  );
  assert.deepEqual(epochs, [1, 2, 3]);
});

test('a failed attempt is recorded with its reason, then acknowledged: the coordinator decides what follows', async (t) => {
  const { deliver, record, events } = await openBench(t);
  await deliver(message({ fault: 'throw' }));
  assert.deepEqual(record, ['append trial.started', 'append trial.failed', 'ack']);
  const failed = (await events()).find((event) => event.type === 'trial.failed');
  assert.deepEqual([failed?.error.code, failed?.final, failed?.worker], ['TRIAL_CRASHED', false, 'worker-1']);
});

test('a diverged trial fails for good at once', async (t) => {
  const { deliver, events } = await openBench(t);
  await deliver(message({ fault: 'diverge' }));
  const failed = (await events()).find((event) => event.type === 'trial.failed');
  assert.deepEqual([failed?.error.code, failed?.final], ['TRIAL_DIVERGED', true]);
});

test('a redelivered trial that has ended is acknowledged without training', async (t) => {
  const bench = await openBench(t);
  await bench.deliver(message({ fault: 'none' }));
  bench.record.length = 0;
  await bench.deliver(message({ fault: 'none' }), true);
  assert.deepEqual(bench.record, ['ack']);
});

test('a redelivered trial that another worker began goes back: whether that one is lost is not for a worker to say', async (t) => {
  const bench = await openBench(t);
  await bench.log(started('worker-2'));
  bench.record.length = 0;
  await bench.deliver(message({ fault: 'none' }), true);
  assert.equal(bench.record.length, 1);
  assert.match(bench.record[0] ?? '', /^nak [1-9]/);
});

test('a trial whose events nobody could read fails for good with that reason', async (t) => {
  const bench = await openBench(t);
  await bench.deliver(message({ fault: 'unsayable' }));
  const failed = (await bench.events()).find((event) => event.type === 'trial.failed');
  assert.deepEqual([failed?.error.code, failed?.final], ['MESSAGE_MALFORMED', true]);
  assert.equal(bench.record.at(-1), 'ack');
});

test('a trial of another version, engine or numerics goes back with a delay and is recorded once', async (t) => {
  const bench = await openBench(t);
  for (const more of [{ version: '2.0.0' }, { engine: 'tfjs' as const }, { numericsVersion: 'other' }]) {
    bench.record.length = 0;
    const trial = `${Object.keys(more)[0]}`;
    await bench.deliver(message({ fault: 'none' }, { ...more, trial }));
    await bench.deliver(message({ fault: 'none' }, { ...more, trial }), true);
    assert.equal(bench.record[0], 'append trial.returned');
    assert.match(bench.record[1] ?? '', /^nak [1-9]/);
    assert.match(bench.record[2] ?? '', /^nak [1-9]/);
    assert.equal(bench.record.length, 3);
  }
  const causes = (await bench.events()).map((event) => event.type === 'trial.returned' && event.cause);
  assert.deepEqual(causes, ['mismatch', 'mismatch', 'mismatch']);
});

test('draining interrupts what runs, gives it back at once and pulls nothing more', async (t) => {
  const bench = await openBench(t);
  const delivered = bench.deliver(message({ fault: 'wait' }));
  await waitUntil('the trial runs', () => bench.node.running().length === 1);
  await bench.node.drain('asked by the test');
  await delivered;
  assert.deepEqual(bench.record, ['append trial.started', 'append trial.returned', 'nak 0']);
  let taken = false;
  void bench.deliver(message({ fault: 'none' })).then(() => {
    taken = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(taken, false);
});

test('what a trial stores when it is interrupted is recorded before it is given back', async (t) => {
  const bench = await openBench(t);
  const delivered = bench.deliver(message({ fault: 'checkpoint-when-stopped' }));
  await waitUntil('the trial runs', () => bench.node.running().length === 1);
  await bench.node.drain('asked by the test');
  await delivered;
  assert.deepEqual(
    bench.record.filter((entry) => !entry.startsWith('put')),
    ['append trial.started', 'append trial.checkpoint', 'append trial.returned', 'nak 0'],
  );
  const stored = (await bench.events()).find((event) => event.type === 'trial.checkpoint');
  assert.deepEqual([stored?.epoch, stored?.step], [1, 7]);
});

test('cancelling a study interrupts its trials and refuses those that still come', async (t) => {
  const bench = await openBench(t);
  const delivered = bench.deliver(message({ fault: 'wait' }));
  await waitUntil('the trial runs', () => bench.node.running().length === 1);
  await bench.bus.sendControl({ type: 'cancel', study: STUDY });
  await delivered;
  bench.record.length = 0;
  await bench.deliver(message({ fault: 'none' }));
  assert.deepEqual(bench.record, ['term']);
});

test('a trial of a cancelled study is run again as soon as the study was resumed', async (t) => {
  const bench = await openBench(t);
  const state = (next: 'cancelled' | 'running') =>
    bench.log({ type: 'study.state', state: next, durationMs: 1 });
  await state('cancelled');
  await bench.bus.sendControl({ type: 'cancel', study: STUDY });
  bench.record.length = 0;
  await bench.deliver(message({ fault: 'none' }));
  assert.deepEqual(bench.record, ['term']);
  await state('running');
  await bench.deliver(message({ fault: 'none' }));
  assert.equal(bench.record.at(-1), 'ack');
});

test('a slot that fails ends the node only after the others have given back what they run', async (t) => {
  const bench = await openBench(t, 2);
  const delivered = bench.deliver(message({ fault: 'wait' }));
  await waitUntil('the trial runs', () => bench.node.running().length === 1);
  bench.failPull(new SweepError('BUS_AUTHENTICATION', 'for a test'));
  await assert.rejects(bench.node.stopped(), { code: 'BUS_AUTHENTICATION' });
  assert.deepEqual(bench.record, ['append trial.started', 'append trial.returned', 'nak 0']);
  await delivered;
});

test('a trial is recorded as given back after it was recorded as started, however long that took', async (t) => {
  const bench = await openBench(t);
  bench.refuseOnce('trial.started');
  const delivered = bench.deliver(message({ fault: 'wait' }));
  await waitUntil('the trial runs', () => bench.node.running().length === 1);
  await bench.bus.sendControl({ type: 'cancel', study: STUDY });
  await delivered;
  assert.deepEqual(bench.record, ['append trial.started', 'append trial.returned', 'nak 0']);
});

test('checkpoints that cannot be read are passed over, and the trial starts afresh', async (t) => {
  const bench = await openBench(t);
  const blob = 'f'.repeat(64);
  await bench.deliver(message({ fault: 'none' }, { checkpoints: [{ epoch: 3, blob }] }));
  const begun = (await bench.events()).find((event) => event.type === 'trial.started');
  assert.equal(begun?.fromEpoch, 0);
  assert.equal(bench.record.at(-1), 'ack');
});
