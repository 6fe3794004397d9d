// A study on a server with the roles of deploy/nats, an insider with the worker's password among its workers: it ends in
// the leaderboard of one machine, and `status` names what was set aside.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StudyEvent } from '../../../src/study/events.js';
import { result } from '../../support/fixtures/study-events.js';
import { createWorkplace, writeSmallSweep } from '../../support/processes/cli.js';
import { comparable, type StudyDocument } from '../../support/processes/cluster.js';
import { skipWithoutNats } from '../../support/processes/nats-server.js';
import { startSecuredServer } from '../../support/processes/secured-server.js';
import { waitUntil } from '../../support/processes/wait-until.js';

test('a study among forgeries ends in the leaderboard of one machine', {
  skip: skipWithoutNats(),
  timeout: 120_000,
}, async (t) => {
  const { environment, open } = await startSecuredServer(t);
  const place = createWorkplace(t, environment('coordinator'));
  const file = writeSmallSweep(place.directory);
  const alone = createWorkplace(t);
  const local = await alone.json<StudyDocument>('start', file);

  const coordinator = place.start('start', file, '--json');
  const viewer = createWorkplace(t, environment('viewer'));
  await waitUntil('the study runs', () => /^study/m.test(coordinator.stderr()), 30_000);
  const study = /^study (\S+)/m.exec(coordinator.stderr())?.[1] ?? '';
  const insider = await open('worker');
  const own = `evil-${insider.signerMark}`;
  const forged = { params: { cell: 'gru', units: 1 }, seed: 42, attempt: 1 };
  const forgeries: StudyEvent[] = [];
  for (const index of [0, 1, 2, 3, 123]) {
    for (const worker of [own, 'someone-else']) {
      const of = { trial: 'feedfacefeedface', index, worker, ...forged };
      forgeries.push({ type: 'trial.finished', ...of, cached: false, result: result(0.0001) });
      forgeries.push({
        type: 'trial.failed',
        ...of,
        error: { code: 'TRIAL_CRASHED', message: 'forged' },
        final: true,
      });
    }
  }
  for (const event of forgeries) await insider.append(study, event);
  await insider.sendControl({ type: 'cancel', study }).catch(() => {});

  const worker = createWorkplace(t, environment('worker')).start('worker', '-c', '1');
  const { code, stdout } = await coordinator.finished;
  assert.equal(code, 0, coordinator.stderr());
  assert.deepEqual(comparable(JSON.parse(stdout) as StudyDocument), comparable(local));
  worker.process.kill('SIGTERM');
  assert.equal((await worker.finished).code, 0, worker.stderr());

  const status = await viewer.json<{ setAside: { count: number } }>('status', study);
  assert.equal(status.setAside.count, forgeries.length);
  const { stdout: words } = await viewer.call('status', study);
  assert.match(words, new RegExp(`set aside ${forgeries.length} records of the event log`));
  assert.match(words, /trial\.finished of attempt 1 of trial feedfacefeedface/);
});
