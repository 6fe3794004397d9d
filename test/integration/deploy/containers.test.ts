// The containers of compose.yaml and kubernetes/, each started by its own command line, environment and secrets on the tree
// that the Dockerfile lays out, against a NATS server started likewise. No engine and no cluster takes part.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { readDeploy } from '../../support/deploy/deploy-files.js';
import { type Deployment, deploy } from '../../support/deploy/deployment.js';
import { podOf, readManifests } from '../../support/deploy/kubernetes-manifests.js';
import { readService, setting, unitEnvironment } from '../../support/deploy/systemd-unit.js';
import { Container, type ContainerPlan } from '../../support/processes/container.js';
import { skipWithoutOpenssl } from '../../support/processes/make-secrets.js';
import { skipWithoutNats } from '../../support/processes/nats-server.js';
import { waitUntil } from '../../support/processes/wait-until.js';

const skip = skipWithoutNats() || skipWithoutOpenssl();
const [, minor = '0'] =
  /v2\.(\d+)/.exec(spawnSync('nats-server', ['--version'], { encoding: 'utf8' }).stdout ?? '') ?? [];
const KNOWS_SYNC_INTERVAL = Number(minor) >= 10;
/** What a drain may take on a busy machine; the grace periods in the files are four times that. */
const DRAIN_LIMIT_MS = 15_000;
const READY_LIMIT_MS = 40_000;

describe('the containers of deploy/', { skip, timeout: 300_000 }, () => {
  const cleanups: (() => unknown)[] = [];
  const suite = { after: (work: () => unknown) => cleanups.push(work) };
  let place: Deployment;

  before(async () => {
    place = await deploy(suite as never, KNOWS_SYNC_INTERVAL);
    if (!KNOWS_SYNC_INTERVAL)
      process.stderr.write('nats-server is older than 2.10: tried without sync_interval\n');
  });
  after(async () => {
    for (const cleanup of cleanups.reverse()) await cleanup();
  });

  const healthy = (container: Container) =>
    waitUntil(
      'the container is healthy',
      () => {
        if (container.process.exitCode !== null) throw new Error(`it ended:\n${container.log}`);
        return container.isHealthy();
      },
      READY_LIMIT_MS,
    ).catch((thrown: Error) => {
      throw new Error(`${thrown.message}\n${container.log}`);
    });

  /** Waits until a worker trains, as `sweep workers` tells it. */
  const awaitWork = () =>
    waitUntil(
      'a worker trains',
      async () => {
        const listed = Container.start(
          suite as never,
          place.service('coordinator', {}, ['workers', '--json']),
        );
        await listed.ended;
        return /"trial": "/.test(listed.log);
      },
      READY_LIMIT_MS,
    );

  it('of compose.yaml run a study, drain on SIGTERM, and go on with it after a crash of the coordinator', async (t) => {
    const worker = Container.start(t, place.service('worker'));
    const study = Container.start(t, place.service('coordinator', { SWEEP_FILE: 'small.json' }));
    assert.equal(await study.ended, 0, study.log);
    assert.match(study.log, /test set: MAE/);
    await healthy(worker);

    const long = place.service('coordinator', { SWEEP_FILE: 'long.json' });
    const first = Container.start(t, long);
    await healthy(first);
    await awaitWork();
    const askedMs = performance.now();
    worker.process.kill('SIGTERM');
    assert.equal(await worker.ended, 0, worker.log);
    const drainMs = performance.now() - askedMs;
    assert.ok(drainMs < DRAIN_LIMIT_MS, `it took ${drainMs} ms`);
    t.diagnostic(`a worker with two trials at work was gone ${Math.round(drainMs)} ms after SIGTERM`);
    assert.equal(await worker.isHealthy(), false);

    first.process.kill('SIGKILL');
    await first.ended;
    const again = Container.start(t, long);
    const idOf = ({ log }: Container) => /study (small-[0-9a-f]{4})/.exec(log)?.[1];
    assert.ok(idOf(first));
    // Its directories are those of the first, as when an engine restarts a container.
    await waitUntil('the coordinator has a study', () => idOf(again) !== undefined, READY_LIMIT_MS);
    await healthy(again);
    assert.equal(idOf(again), idOf(first));
    again.process.kill('SIGTERM');
    assert.equal(await again.ended, 3, again.log);
    assert.equal(await again.isHealthy(), false);
  });

  const workers: readonly (readonly [string, () => ContainerPlan, readonly string[] | null])[] = [
    [
      'kubernetes/worker.yaml',
      planPod,
      podOf([...readManifests().values()].flat(), 'Deployment', 'worker').containers[0]?.lifecycle?.preStop
        .exec.command ?? null,
    ],
    ['systemd/sweep-worker.service', planUnit, null],
  ];
  for (const [file, plan, preStop] of workers) {
    it(`the worker of ${file} takes part in a study and gives its trials back`, async (t) => {
      const worker = Container.start(t, plan());
      const coordinator = Container.start(t, place.service('coordinator', { SWEEP_FILE: 'long.json' }));
      await healthy(coordinator);
      await healthy(worker);
      await awaitWork();
      if (preStop === null) worker.process.kill('SIGTERM');
      else {
        // Returns no earlier than the process has ended, so that the SIGTERM after it finds nobody.
        assert.equal(await worker.exec(preStop), 0);
        assert.ok(worker.process.exitCode !== null || (await isGone(worker.process.pid ?? 0)));
      }
      assert.equal(await worker.ended, 0, worker.log);
      assert.match(worker.log, /SIGTERM: giving back what runs/);
      coordinator.process.kill('SIGTERM');
      assert.equal(await coordinator.ended, 3, coordinator.log);
    });
  }

  function planPod(): ContainerPlan {
    const pod = podOf([...readManifests().values()].flat(), 'Deployment', 'worker');
    const [container] = pod.containers;
    assert.ok(container);
    const secrets = join(place.directory, 'secrets');
    return {
      settings: place.settings,
      words: [...place.settings.entrypoint, ...container.args],
      environment: Object.fromEntries(container.env.map(({ name, value }) => [name, value])),
      mounts: {
        ...place.mounts('pod'),
        '/run/secrets/sweep/ca.pem': join(secrets, 'ca.pem'),
        '/run/secrets/sweep/password': join(secrets, 'worker-password'),
      },
      override: { SWEEP_NATS: place.url },
    };
  }

  function planUnit(): ContainerPlan {
    const unit = readService(readDeploy('systemd/sweep-worker.service'));
    const mounts = place.mounts('unit');
    const secrets = join(place.directory, 'secrets');
    const specifiers = {
      '%d': secrets,
      '%C': mounts['/data'] ?? '',
      '%t/sweep-worker': '',
      '%t': mounts['/tmp'] ?? '',
    };
    const environment = unitEnvironment(unit, specifiers);
    return {
      settings: place.settings,
      words: setting(unit, 'ExecStart').split(' '),
      // RuntimeDirectory= would have made the directory of the ready file.
      environment: { ...environment, SWEEP_READY_FILE: '/tmp/ready' },
      mounts: { ...mounts, '/opt/sweep': mounts['/app'] ?? '', '/usr/bin/node': process.execPath },
      override: { SWEEP_NATS: place.url, ...credentials(environment) },
    };
  }
});

/** Paths of the test's own, not of a container. */
function credentials({ NATS_CA = '', NATS_PASSWORD_FILE = '', SWEEP_CACHE = '' }: Record<string, string>) {
  return { NATS_CA, NATS_PASSWORD_FILE, SWEEP_CACHE };
}

async function isGone(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
}
