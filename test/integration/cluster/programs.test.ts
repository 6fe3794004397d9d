// Studies of programs on a cluster: files and checkpoints go to the workers, which run them only where they may.
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { writeProgramSweep } from '../../support/fixtures/programs.js';
import { createWorkplace } from '../../support/processes/cli.js';
import { comparable, type StudyDocument, startCluster } from '../../support/processes/cluster.js';
import { skipWithoutNats } from '../../support/processes/nats-server.js';
import { waitUntil } from '../../support/processes/wait-until.js';

const skip = skipWithoutNats();
const LIMIT_MS = 180_000;
const WORKER = ['-c', '1', '--allow-commands', 'node'];

interface Shown {
  readonly lines: readonly { readonly text: string }[];
}

test('a command study with ASHA ends on two workers as on one machine', {
  skip,
  timeout: LIMIT_MS,
}, async (t) => {
  const cluster = await startCluster(t);
  const file = writeProgramSweep(cluster.place.directory, { scheduler: { type: 'asha' } });
  const local = await cluster.place.json<StudyDocument>('start', file, '--workers', '2');
  assert.ok((local.trials.pruned ?? 0) > 0, JSON.stringify(local.trials));
  const machines = [createWorkplace(t), createWorkplace(t)];
  for (const machine of machines) {
    const worker = await cluster.startWorkerAt(machine, ...WORKER);
    assert.match(worker.stderr(), /runs node that a study names: whoever may start a study/);
  }
  const remote = await cluster.json<StudyDocument>('start', file);
  assert.equal(remote.state, 'complete');
  assert.deepEqual(comparable(remote), comparable(local));
  // A machine whose every trial went to the other has none to clear away.
  const folders = machines.map(({ cache }) => join(cache, 'trials')).filter((path) => existsSync(path));
  assert.ok(folders.length > 0);
  for (const folder of folders) assert.deepEqual(readdirSync(folder), []);
});

test('trials that wait at rungs go on from their checkpoints on whichever of two workers is free', {
  skip,
  timeout: LIMIT_MS,
}, async (t) => {
  const cluster = await startCluster(t);
  const file = writeProgramSweep(cluster.place.directory, {
    scheduler: { type: 'asha', variant: 'promote' },
  });
  const local = await cluster.place.json<StudyDocument>('start', file, '--workers', '2');
  const epochs = local.leaderboard.map((row) => (row as unknown as { epochs: number }).epochs);
  assert.deepEqual([...new Set(epochs)].sort(), [1, 3, 9]);
  await cluster.startWorker(...WORKER);
  await cluster.startWorker(...WORKER);
  const remote = await cluster.json<StudyDocument>('start', file);
  assert.equal(remote.state, 'complete');
  assert.deepEqual(comparable(remote), comparable(local));
  const { lines = [] } = await cluster.json<Shown>('explain', '@last', remote.leaderboard[0]?.trial ?? '');
  const story = lines.map(({ text }) => text).join('\n');
  assert.match(
    story,
    /waits after epoch 1[\s\S]*began from the checkpoint of epoch 1[\s\S]*waits after epoch 3/,
  );
});

test('a trial goes to another worker with its checkpoint when the first is killed', {
  skip,
  timeout: LIMIT_MS,
}, async (t) => {
  const cluster = await startCluster(t);
  const file = writeProgramSweep(cluster.place.directory, { space: { goal: [3] } });
  const slow = ['--set', 'objective.epochs=60'];
  const local = await cluster.place.json<StudyDocument>('start', file, ...slow, '--workers', '1');
  const machine = createWorkplace(t);
  const first = await cluster.startWorkerAt(machine, ...WORKER);
  const coordinator = cluster.start('start', file, ...slow, '--json');
  const trial = local.leaderboard[0]?.trial ?? '';
  const story = async (): Promise<string> => {
    // Before the study is there, or knows the trial, the document is that of an error.
    const { lines = [] } = await cluster.json<Partial<Shown>>('explain', '@last', trial);
    return lines.map(({ text }) => text).join('\n');
  };
  await waitUntil('a checkpoint is stored', async () => /checkpoint of epoch/.test(await story()), 60_000);
  first.process.kill('SIGKILL');
  await cluster.startWorker(...WORKER);
  const { code, stdout } = await coordinator.finished;
  assert.equal(code, 0, coordinator.stderr());
  assert.deepEqual(comparable(JSON.parse(stdout) as StudyDocument), comparable(local));
  assert.match(await story(), /began from the checkpoint of epoch \d+/);
  // Its folder, and so its program, went with the worker.
  await waitUntil('nothing is left', () => readdirSync(join(machine.cache, 'trials')).length === 0);
});

test('a worker that may not run a program gives its trials back, and says how it would', {
  skip,
  timeout: LIMIT_MS,
}, async (t) => {
  const cluster = await startCluster(t);
  const file = writeProgramSweep(cluster.place.directory, { space: { goal: [3] } });
  await cluster.startWorker('-c', '1');
  await cluster.startWorker('-c', '1', '--allow-commands', 'python3,module');
  const coordinator = cluster.start('start', file);
  await waitUntil(
    'the refusal is told',
    () => /runs node, which this worker does not/.test(coordinator.stderr()),
    60_000,
  );
  assert.match(coordinator.stderr(), /--allow-commands node/);
});
