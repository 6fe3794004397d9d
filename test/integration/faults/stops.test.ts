// A study whose scheduler stops trials ends in the same leaderboard whoever was quicker: one thread or several, results from
// the cache, NATS, a process killed on the way, a coordinator killed over an order.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createWorkplace, type Workplace, waitForLog, writeSmallSweep } from '../../support/processes/cli.js';
import { LIMIT_MS, PRODUCT_VERSION, startFaultCluster } from '../../support/processes/fault-cluster.js';
import type { FaultCoordinatorOptions } from '../../support/processes/fault-coordinator.js';
import { skipWithoutNats } from '../../support/processes/nats-server.js';

const COORDINATOR = fileURLToPath(new URL('../../support/processes/fault-coordinator.js', import.meta.url));

interface Document {
  readonly study: string;
  readonly state: string;
  readonly trials: Readonly<Record<string, number>>;
  readonly leaderboard: readonly {
    readonly trial: string;
    readonly state: string;
    readonly objective: number;
    readonly objectiveInterval: unknown;
    readonly bestEpoch: number;
    readonly epochs: number;
  }[];
  readonly test: readonly unknown[];
}

const SPACE = { cell: ['gru', 'lstm'], units: [2, 4, 6], rate: [0.0003, 0.003, 0.01] };
const FIELDS = {
  training: { learningRate: '$rate', batchSize: 16, stepsPerEpoch: 6, epochs: 9, validationStride: 8 },
  scheduler: { type: 'asha' },
};
const SMALL = { space: SPACE, fields: FIELDS };

/** What must not depend on who was quicker; durations and workers may. */
function outcome({ state, trials, leaderboard, test: tests }: Document): unknown {
  return {
    state,
    counts: [trials.complete, trials.pruned, trials.failed],
    rows: leaderboard.map(({ trial, state: own, objective, objectiveInterval, bestEpoch, epochs }) => {
      return { trial, state: own, objective, objectiveInterval, bestEpoch, epochs };
    }),
    tests,
  };
}

function readLog({ home }: Workplace): string {
  const studies = join(home, 'studies');
  if (!existsSync(studies)) return '';
  return readdirSync(studies)
    .map((study) => join(studies, study, 'events.jsonl'))
    .map((path) => (existsSync(path) ? readFileSync(path, 'utf8') : ''))
    .join('');
}

test('the same trials stop, and the leaderboard is the same, however a study was run', async (t) => {
  const one = createWorkplace(t);
  const serial = await one.json<Document>('start', writeSmallSweep(one.directory, SMALL), '--workers', '1');
  assert.equal(serial.state, 'complete');
  assert.ok((serial.trials.pruned ?? 0) >= 6, `${serial.trials.pruned} were stopped`);
  assert.ok((serial.trials.complete ?? 0) >= 1);

  await t.test('by eight threads', async (t) => {
    const place = createWorkplace(t);
    const document = await place.json<Document>(
      'start',
      writeSmallSweep(place.directory, SMALL),
      '--workers',
      '8',
    );
    assert.deepEqual(outcome(document), outcome(serial));
  });

  await t.test('from the cache of a study that stopped nothing', async (t) => {
    const place = createWorkplace(t);
    const file = writeSmallSweep(place.directory, SMALL);
    await place.json<Document>('start', file, '--set', 'scheduler={"type":"none"}');
    const document = await place.json<Document>('start', file);
    assert.equal(document.trials.cached, 18);
    assert.deepEqual(outcome(document), outcome(serial));
  });

  await t.test('killed, and resumed', async (t) => {
    const place = createWorkplace(t);
    const running = place.start('start', writeSmallSweep(place.directory, SMALL), '--workers', '3');
    await waitForLog(running, () => readLog(place), /"trial\.stop"/);
    running.process.kill('SIGKILL');
    await running.finished;
    assert.doesNotMatch(readLog(place), /"study\.tested"/);
    const document = await place.json<Document>('resume', '@last', '--workers', '2');
    assert.deepEqual(outcome(document), outcome(serial));
  });

  await t.test(
    'over NATS, by coordinators that were killed over a stop',
    {
      skip: skipWithoutNats(),
      timeout: LIMIT_MS,
    },
    async (t) => {
      const cluster = await startFaultCluster(t);
      const { server, place } = cluster;
      const file = writeSmallSweep(place.directory, SMALL);
      createWorkplace(t).start('worker', '--nats', server.url, '-c', '3');
      for (const when of ['before', 'after'] as const) {
        const options: FaultCoordinatorOptions = {
          url: server.url,
          file,
          cacheDirectory: place.cache,
          version: PRODUCT_VERSION,
          leaseMs: 1_000,
          death: { method: 'append', event: 'trial.stop', nth: 2, when },
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
        assert.equal(signal, 'SIGKILL', stderr);
        const study = /^study (\S+)$/m.exec(stderr)?.[1] ?? '';
        const document = await place.json<Document>('resume', study, '--nats', server.url);
        assert.deepEqual(outcome(document), outcome(serial), when);
      }
    },
  );
});
