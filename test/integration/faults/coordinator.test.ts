// A coordinator that is killed at each step between suggesting a trial and ending the study: `sweep resume` completes it,
// no trial ends twice, the weights are those of an undisturbed run. Row 4 of the table of faults.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createWorkplace, writeSmallSweep } from '../../support/processes/cli.js';
import type { StudyDocument } from '../../support/processes/cluster.js';
import { LIMIT_MS, PRODUCT_VERSION, startFaultCluster } from '../../support/processes/fault-cluster.js';
import type { DeathStep, FaultCoordinatorOptions } from '../../support/processes/fault-coordinator.js';
import { skipWithoutNats } from '../../support/processes/nats-server.js';
import { assertStudyInvariant, readEvents } from '../../support/study-invariant.js';

const skip = skipWithoutNats();
const COORDINATOR = fileURLToPath(new URL('../../support/processes/fault-coordinator.js', import.meta.url));
/** Units of the model: each death has points of its own, so that no other's results are taken from the cache. */
const DEATHS: Readonly<Record<number, DeathStep>> = {
  3: { method: 'append', event: 'trial.queued', nth: 2, when: 'before' },
  4: { method: 'append', event: 'trial.queued', nth: 2, when: 'after' },
  5: { method: 'publishTrial', nth: 2, when: 'after' },
  6: { method: 'writeCachedResult', nth: 1, when: 'before' },
  7: { method: 'clearTrials', nth: 1, when: 'before' },
  8: { method: 'append', event: 'study.tested', nth: 1, when: 'after' },
};
const EPOCHS = { epochs: 2, stepsPerEpoch: 5 };

test('a coordinator killed at any step is succeeded, to the same weights', {
  skip,
  timeout: LIMIT_MS,
}, async (t) => {
  const cluster = await startFaultCluster(t);
  const { server, bus, place } = cluster;
  const units = Object.keys(DEATHS).map(Number);
  const all = writeSmallSweep(place.directory, { ...EPOCHS, space: { cell: ['gru', 'lstm'], units } });
  const undisturbed = await place.json<StudyDocument>('start', all, '--home', 'alone');
  const digests = new Map(undisturbed.leaderboard.map((row) => [row.trial, row.weightsDigest]));
  assert.equal(digests.size, 2 * units.length);
  const worker = createWorkplace(t).start('worker', '--nats', server.url, '-c', '2');

  await Promise.all(
    units.map(async (size) => {
      const death = DEATHS[size] as DeathStep;
      const what = `${death.method} ${death.event ?? ''} ${death.nth} ${death.when}`;
      const file = join(place.directory, `death-${size}.json`);
      const sweep = JSON.parse(readFileSync(all, 'utf8')) as Record<string, unknown>;
      writeFileSync(
        file,
        JSON.stringify({ ...sweep, name: `death-${size}`, space: { cell: ['gru', 'lstm'], units: [size] } }),
      );
      const options: FaultCoordinatorOptions = {
        url: server.url,
        file,
        cacheDirectory: place.cache,
        version: PRODUCT_VERSION,
        leaseMs: 1_000,
        death,
      };
      const victim = spawn(process.execPath, [COORDINATOR, JSON.stringify(options)], {
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      t.after(() => victim.kill('SIGKILL'));
      let stderr = '';
      victim.stderr.on('data', (chunk: Buffer) => {
        stderr += chunk.toString();
      });
      const [, signal] = await once(victim, 'exit');
      assert.equal(signal, 'SIGKILL', `${what}: ${stderr}`);
      const study = /^study (\S+)$/m.exec(stderr)?.[1] ?? '';
      const successor = await place.json<StudyDocument>('resume', study, '--nats', server.url);
      assert.equal(successor.state, 'complete', what);
      for (const row of successor.leaderboard) {
        assert.equal(row.weightsDigest, digests.get(row.trial), what);
      }
      const view = await assertStudyInvariant(bus, study, { points: 2 });
      assert.equal(view.ignored, 0, `${what}: no trial ends twice`);
      assert.equal(view.failures.size, 0, `${what}: nobody is to blame`);
      const starts = (await readEvents(bus, study)).filter(({ event }) => event.type === 'trial.started');
      assert.equal(starts.length, 2, `${what}: no trial runs twice`);
      assert.equal(view.tests.length, 1, what);
    }),
  );
  worker.process.kill('SIGTERM');
  assert.equal((await worker.finished).code, 0, worker.stderr());
});
