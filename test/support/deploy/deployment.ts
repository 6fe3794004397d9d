// An installation for tests: the image laid out once, secrets by make-secrets.sh, and the NATS server of compose.yaml started
// by its own command line on ports of the test.
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { writeSmallSweep } from '../processes/cli.js';
import { Container, type ContainerPlan, writableMounts } from '../processes/container.js';
import { makeSecrets } from '../processes/make-secrets.js';
import { freePort } from '../processes/nats-server.js';
import { temporaryDirectory } from '../processes/temporary-directory.js';
import { waitUntil } from '../processes/wait-until.js';
import { DEPLOY, interpolate, readCompose } from './deploy-files.js';
import { type ImageSettings, imageSettings, readStages } from './dockerfile.js';
import { layOutImage } from './image-tree.js';

/** A sweep that is over in seconds, and one that is at work for as long as a test needs. */
const SWEEPS = { 'long.json': 5_000, 'small.json': 2 } as const;

export interface Deployment {
  readonly directory: string;
  readonly settings: ImageSettings;
  readonly nats: Container;
  /** For SWEEP_NATS. */
  readonly url: string;
  /** A service of compose.yaml with variables given to Compose; `words` instead of its command. */
  service(name: string, values?: Readonly<Record<string, string>>, words?: readonly string[]): ContainerPlan;
  /** Fresh mounts of the image for one container. */
  mounts(name: string): Record<string, string>;
}

/** `durable`: whether the installed nats-server knows `sync_interval`, which came with 2.10. */
export async function deploy(t: Pick<TestContext, 'after'>, durable: boolean): Promise<Deployment> {
  const directory = temporaryDirectory(t);
  chmodSync(directory, 0o755);
  const image = layOutImage('Dockerfile', directory);
  const settings = imageSettings(readStages('Dockerfile'));
  const secrets = join(directory, 'secrets');
  makeSecrets(secrets);
  // In a container each file is mounted by itself; the directory need not be open there.
  chmodSync(secrets, 0o755);
  const sweeps = join(directory, 'sweeps');
  mkdirSync(sweeps);
  for (const [name, epochs] of Object.entries(SWEEPS)) {
    const space = { cell: ['gru'], units: [4, 8] };
    renameSync(writeSmallSweep(sweeps, { epochs, space }), join(sweeps, name));
  }
  const compose = readCompose();
  let containers = 0;
  const mounts = (name: string): Record<string, string> => ({
    ...writableMounts(join(directory, `${name}-${containers++}`), ['/data', '/tmp', '/store']),
    '/app': join(image, 'app'),
    '/sweeps': sweeps,
    ...Object.fromEntries(
      Object.entries(compose.secrets).map(([secret, { file }]) => [
        `/run/secrets/${secret}`,
        join(directory, file),
      ]),
    ),
  });
  const { nats, port } = await startNats(t, directory, mounts('nats'), durable);
  const url = `tls://localhost:${port}`;
  return {
    directory,
    settings,
    nats,
    url,
    mounts,
    service(name, values, words) {
      const service = compose.services[name];
      if (service === undefined) throw new Error(`compose.yaml has no service ${name}`);
      const command = words ?? (service.command ?? settings.command).map((word) => interpolate(word, values));
      return {
        settings,
        words: [...settings.entrypoint, ...command],
        environment: service.environment ?? {},
        mounts: mounts(name),
        override: { SWEEP_NATS: url },
      };
    },
  };
}

async function startNats(
  t: Pick<TestContext, 'after'>,
  directory: string,
  mounts: Record<string, string>,
  durable: boolean,
): Promise<{ nats: Container; port: number }> {
  const [port, monitorPort] = [await freePort(), await freePort()];
  const onPorts = (text: string) => text.replaceAll('4222', `${port}`).replaceAll('8222', `${monitorPort}`);
  const config = join(directory, 'nats');
  cpSync(join(DEPLOY, 'nats'), config, { recursive: true });
  for (const name of readdirSync(config)) {
    const text = onPorts(readFileSync(join(config, name), 'utf8'));
    writeFileSync(join(config, name), durable ? text : text.replaceAll(/^ *sync_interval.*$/gm, ''));
  }
  const service = readCompose().services.nats;
  const check = service?.healthcheck?.test.slice(1).map(onPorts) ?? [];
  const nats = Container.start(t, {
    settings: { directory: '/store', health: check, user: '', environment: {} },
    words: service?.entrypoint ?? [],
    environment: service?.environment ?? {},
    mounts: { ...mounts, '/etc/sweep': config },
    override: {},
  });
  await waitUntil(
    `NATS is healthy\n${nats.log}`,
    () => {
      if (nats.process.exitCode !== null) throw new Error(`nats-server ended:\n${nats.log}`);
      return nats.isHealthy();
    },
    20_000,
  );
  return { nats, port };
}
