// deploy/kubernetes/nats-values.yaml: the server starts with what the chart makes of it, with the roles of deploy/nats.
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openNatsBus } from '../../../src/bus/nats/bus.js';
import { DEPLOY, readYaml } from '../../support/deploy/deploy-files.js';
import { type ChartConfig, renderNatsConf } from '../../support/deploy/nats-chart.js';
import { rejectsWith } from '../../support/errors.js';
import { makeSecrets, skipWithoutOpenssl } from '../../support/processes/make-secrets.js';
import { freePort, NatsServer, skipWithoutNats } from '../../support/processes/nats-server.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';

interface Values {
  readonly config: ChartConfig;
  readonly container: {
    readonly env: Readonly<
      Record<string, { readonly valueFrom: { readonly secretKeyRef: { readonly key: string } } }>
    >;
  };
}

test('the chart of NATS with our values is a server that knows the roles and speaks TLS only', {
  skip: skipWithoutNats() || skipWithoutOpenssl(),
}, async (t) => {
  const [values] = readYaml<Values>('kubernetes/nats-values.yaml');
  assert.ok(values);
  assert.equal(values.config.jetstream.merge.sync_interval, 'always');
  const directory = temporaryDirectory(t);
  const secrets = join(directory, 'secrets');
  makeSecrets(secrets);
  const certificates = join(directory, 'certificates');
  mkdirSync(certificates);
  cpSync(join(secrets, 'nats-cert.pem'), join(certificates, values.config.nats.tls.cert));
  cpSync(join(secrets, 'nats-key.pem'), join(certificates, values.config.nats.tls.key));
  cpSync(join(DEPLOY, 'nats/roles.conf'), join(directory, 'roles.conf'));
  const monitor = { port: await freePort() };
  const render = (port: number, config: ChartConfig) =>
    renderNatsConf({ ...config, monitor }, { port, store: join(directory, 'store'), certificates });

  const { sync_interval: _, ...merge } = values.config.jetstream.merge;
  // nats-server 2.9 refuses the one setting that came with 2.10; the other tests of deploy/ say when that is left out.
  const config = { ...values.config, jetstream: { ...values.config.jetstream, merge } };
  const passwords = Object.fromEntries(
    readFileSync(join(secrets, 'nats.env'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split('=') as [string, string]),
  );
  const environment = Object.fromEntries(
    Object.entries(values.container.env).map(([name, { valueFrom }]) => [
      name,
      passwords[valueFrom.secretKeyRef.key] ?? '',
    ]),
  );
  const configPath = join(directory, 'nats.conf');
  writeFileSync(configPath, render(await freePort(), config));
  const server = await NatsServer.start({ configPath, environment });
  t.after(() => server.stop());

  const open = (password: string) =>
    openNatsBus({
      servers: server.url,
      role: 'coordinator',
      auth: { type: 'password', user: 'coordinator', password },
      tls: { caFile: join(secrets, 'ca.pem') },
      patienceMs: 2_000,
    });
  const bus = await open(readFileSync(join(secrets, 'coordinator-password'), 'utf8').trim());
  assert.deepEqual(await bus.listStudies(), []);
  await bus.close();
  await rejectsWith(open('wrong'), 'BUS_AUTHENTICATION');
  const health = await fetch(`http://127.0.0.1:${monitor.port}/healthz`);
  assert.equal(health.status, 200);
});
