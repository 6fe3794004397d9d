// A study that learns and stops over NATS, with workers and coordinators killed in the middle: the proposals, the stops and the
// promotions of one that nobody disturbed.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Bus } from '../../../src/bus/bus.js';
import { createWorkplace, type RunningCli, writeSmallSweep } from '../../support/processes/cli.js';
import { observeStudy, startFaultCluster, studyOf } from '../../support/processes/fault-cluster.js';
import { skipWithoutNats } from '../../support/processes/nats-server.js';
import { assertStudyInvariant, readEvents } from '../../support/study-invariant.js';

const skip = skipWithoutNats();
const TIMEOUT_MS = 300_000;
const TRIALS = 14;

interface Row {
  readonly rank: number | null;
  readonly trial: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly state: string;
  readonly epochs: number;
  readonly objective: number;
  readonly weightsDigest: string;
}
interface Document {
  readonly study: string;
  readonly state: string;
  readonly leaderboard: readonly Row[];
}

const rowsOf = ({ leaderboard }: Document): unknown[] =>
  leaderboard.map(({ rank, trial, params, state, epochs, objective }) => [
    rank,
    trial,
    params,
    state,
    epochs,
    objective,
  ]);

/** By index: what was proposed, and where and why it was stopped. */
async function decisionsOf(bus: Bus, study: string): Promise<unknown> {
  const proposed = new Map<number, unknown>();
  const stopped = new Map<number, unknown>();
  for (const { event } of await readEvents(bus, study)) {
    if (event.type === 'trial.queued' || event.type === 'trial.finished')
      proposed.set(event.index, event.params);
    if (event.type === 'trial.stop') stopped.set(event.index, [event.epoch, event.reason]);
  }
  const byIndex = (entries: Map<number, unknown>): unknown =>
    [...entries].sort(([one], [other]) => one - other);
  return { proposed: byIndex(proposed), stopped: byIndex(stopped) };
}

async function disturb(t: TestContext, scheduler: object, moments: readonly string[]): Promise<void> {
  const { bus, place, server } = await startFaultCluster(t);
  const file = writeSmallSweep(place.directory, {
    epochs: 4,
    stepsPerEpoch: 12,
    space: {
      cell: ['gru', 'lstm'],
      units: { type: 'int', low: 2, high: 10 },
      rate: { type: 'float', low: 0.0003, high: 0.03, log: true },
    },
    fields: {
      training: { learningRate: '$rate', batchSize: 16, stepsPerEpoch: 12, epochs: 4, validationStride: 8 },
      sampler: { type: 'auto' },
      scheduler,
      limits: { maxTrials: TRIALS, maxAttempts: 10 },
    },
  });
  const nats = ['--nats', server.url];
  const startWorker = (): RunningCli => createWorkplace(t).start('worker', ...nats, '-c', '1');
  const workers = [startWorker(), startWorker()];
  const undisturbed = await place.json<Document>('start', file, ...nats, '--home', 'alone');
  assert.equal(undisturbed.state, 'complete');
  // On another server, as the results of this one would serve.
  const second = await startFaultCluster(t);
  for (const worker of workers) worker.process.kill('SIGTERM');
  const others = ['--nats', second.server.url];
  const startOther = (): RunningCli => createWorkplace(t).start('worker', ...others, '-c', '1');
  const victims = [startOther(), startOther()];
  let coordinator = place.start('start', file, '--json', ...others);
  const study = await studyOf(coordinator);
  const [first, ...later] = moments;
  for (const moment of [first, ...later]) {
    await observeStudy(second.bus, coordinator, study).waitFor(moment as 'trial.stop');
    victims.shift()?.process.kill('SIGKILL');
    victims.push(startOther());
    coordinator.process.kill('SIGKILL');
    await coordinator.finished;
    coordinator = second.place.start('resume', study, '--json', ...others);
  }
  const { code, stdout, stderr } = await coordinator.finished;
  assert.equal(code, 0, stderr);
  const document = JSON.parse(stdout) as Document;
  assert.equal(document.state, 'complete');
  assert.deepEqual(rowsOf(document), rowsOf(undisturbed));
  assert.deepEqual(await decisionsOf(second.bus, study), await decisionsOf(bus, undisturbed.study));
  const view = await assertStudyInvariant(second.bus, study, { points: TRIALS, url: second.server.url });
  assert.ok(view.pruned >= 2, `${view.pruned} were stopped`);
}

test(
  'auto and projected-halving: workers and coordinators killed, the same proposals and stops',
  {
    skip,
    timeout: TIMEOUT_MS,
  },
  (t) => disturb(t, { type: 'projected-halving' }, ['trial.report', 'trial.stop']),
);

test(
  'auto and promoting asha: workers and coordinators killed, the same proposals, promotions and stops',
  {
    skip,
    timeout: TIMEOUT_MS,
  },
  (t) => disturb(t, { type: 'asha', variant: 'promote', reduction: 2 }, ['trial.paused', 'trial.finished']),
);
