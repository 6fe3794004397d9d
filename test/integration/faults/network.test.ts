// A link that dies without a word (half-open: neither end is told), in a network namespace of its own: the worker notices,
// another one finishes its trial, all within 40 s; when the link is back, so is the worker. Row 9 of the table of faults.
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openNatsBus } from '../../../src/bus/nats/bus.js';
import { createWorkplace, writeSmallSweep } from '../../support/processes/cli.js';
import { ACK_WAIT_MS, LIMIT_MS, observeStudy, studyOf } from '../../support/processes/fault-cluster.js';
import { NatsServer, skipWithoutNats } from '../../support/processes/nats-server.js';
import { waitUntil } from '../../support/processes/wait-until.js';
import { assertStudyInvariant } from '../../support/study-invariant.js';

const MAIN = fileURLToPath(new URL('../../../src/cli/main.js', import.meta.url));
const NOTICED_WITHIN_MS = 40_000;
const CONFIG = 'listen: "0.0.0.0:$PORT"\njetstream { store_dir: "$STORE" }\n';

test('a half-open link is noticed within 40 s, and the trial behind it finishes elsewhere', {
  skip: skipWithoutNats() || skipWithoutNamespaces(),
  timeout: 2 * LIMIT_MS,
}, async (t) => {
  const server = await NatsServer.start({ configText: CONFIG });
  t.after(() => server.stop());
  const bus = await openNatsBus({ servers: server.url, role: 'coordinator', ackWaitMs: ACK_WAIT_MS });
  t.after(() => bus.close());
  const link = makeLink(t);
  const away = createWorkplace(t);
  const cut = spawn(
    'ip',
    [
      'netns',
      'exec',
      link.namespace,
      process.execPath,
      MAIN,
      'worker',
      '-c',
      '1',
      '--nats',
      `nats://${link.address}:${server.port}`,
    ],
    {
      cwd: away.directory,
      env: { PATH: process.env.PATH, SWEEP_CACHE: away.cache },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  t.after(() => cut.kill('SIGKILL'));
  let log = '';
  cut.stderr.on('data', (chunk: Buffer) => {
    log += chunk.toString();
  });
  await waitUntil('the worker serves', () => / serves /.test(log), LIMIT_MS);
  const name = /worker (\S+) serves/.exec(log)?.[1] ?? '';

  const place = createWorkplace(t);
  // Long enough not to end before the link does: some ten seconds where a step takes half a millisecond.
  const file = writeSmallSweep(place.directory, {
    epochs: 10,
    stepsPerEpoch: 2_000,
    space: { cell: ['gru'], units: [16] },
  });
  const coordinator = place.start('start', file, '--nats', server.url, '--json');
  const started = observeStudy(bus, coordinator, await studyOf(coordinator));
  await started.waitFor('trial.started', ({ worker }) => worker === name);
  link.cut();
  const cutAtMs = performance.now();
  const other = createWorkplace(t).start('worker', '--nats', server.url, '-c', '1');
  await started.waitFor(
    'trial.failed',
    ({ worker, error }) => worker === name && error.code === 'TRIAL_LOST',
  );
  assert.ok(performance.now() - cutAtMs < NOTICED_WITHIN_MS, 'the coordinator side noticed');
  await waitUntil('the worker notices', () => /connection.*lost/i.test(log), NOTICED_WITHIN_MS);
  assert.ok(performance.now() - cutAtMs < NOTICED_WITHIN_MS, 'the worker noticed');
  const { code, stderr } = await coordinator.finished;
  assert.equal(code, 0, stderr);
  const before = await assertStudyInvariant(bus, started.study, { points: 1 });
  link.mend();
  await waitUntil(
    `the worker is back\n${log}`,
    async () => (await bus.workers()).some(({ worker, lastSeenMs }) => worker === name && lastSeenMs < 5_000),
    LIMIT_MS,
  );
  const after = await assertStudyInvariant(bus, started.study, { points: 1 });
  assert.deepEqual(after.rows, before.rows);
  assert.equal(other.process.exitCode, null);
});

function skipWithoutNamespaces(): string | false {
  if (process.getuid?.() !== 0) return 'network namespaces need root';
  const probe = `sweep-probe-${process.pid}`;
  if (spawnSync('ip', ['netns', 'add', probe]).status !== 0) return 'no network namespaces here (ip netns)';
  spawnSync('ip', ['netns', 'del', probe]);
  return false;
}

/** A namespace that reaches this machine at `address`. */
function makeLink(t: TestContext): { namespace: string; address: string; cut(): void; mend(): void } {
  const tag = String(process.pid);
  const namespace = `sweep-${tag}`;
  const [near, far] = [`sw${tag}a`, `sw${tag}b`];
  const net = `10.213.${process.pid % 256}`;
  const ip = (...args: string[]) => execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'inherit'] });
  ip('netns', 'add', namespace);
  t.after(() => ip('netns', 'del', namespace));
  ip('link', 'add', near, 'type', 'veth', 'peer', 'name', far, 'netns', namespace);
  t.after(() => spawnSync('ip', ['link', 'del', near]));
  ip('addr', 'add', `${net}.1/24`, 'dev', near);
  ip('link', 'set', near, 'up');
  ip('-n', namespace, 'addr', 'add', `${net}.2/24`, 'dev', far);
  ip('-n', namespace, 'link', 'set', far, 'up');
  return {
    namespace,
    address: `${net}.1`,
    cut: () => ip('link', 'set', near, 'down'),
    mend: () => ip('link', 'set', near, 'up'),
  };
}
