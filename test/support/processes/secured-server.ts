// A nats-server with the roles of deploy/nats, without TLS: what is tried on it is not the encryption.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { connect, type NatsConnection } from 'nats';
import { openNatsBus } from '../../../src/bus/nats/bus.js';
import { inboxPrefixOf, type NatsAuth, type NatsRole } from '../../../src/bus/nats/connection/connection.js';
import { DEPLOY } from '../deploy/deploy-files.js';
import { NatsServer, type NatsServerOptions } from './nats-server.js';

const PASSWORDS = { coordinator: 'secret-c', worker: 'secret-w', viewer: 'secret-v' } as const;

/** For NatsServer. */
export const SECURED: NatsServerOptions = {
  configText:
    'listen: "127.0.0.1:$PORT"\njetstream { store_dir: "$STORE", max_mem: 64MB, max_file: 2GB }\n' +
    readFileSync(join(DEPLOY, 'nats/roles.conf'), 'utf8'),
  environment: {
    SWEEP_COORDINATOR_PASSWORD: PASSWORDS.coordinator,
    SWEEP_WORKER_PASSWORD: PASSWORDS.worker,
    SWEEP_VIEWER_PASSWORD: PASSWORDS.viewer,
  },
};

export function securedAuth(role: NatsRole): NatsAuth {
  return { type: 'password', user: role, password: PASSWORDS[role] };
}

export async function startSecuredServer(test: TestContext) {
  const server = await NatsServer.start(SECURED);
  test.after(() => server.stop());
  return {
    server,
    /** For a process of this role. */
    environment: (role: NatsRole) => ({
      SWEEP_NATS: server.url,
      NATS_USER: role,
      NATS_PASSWORD: PASSWORDS[role],
    }),
    open: async (role: NatsRole) => {
      const bus = await openNatsBus({
        servers: server.url,
        role,
        auth: securedAuth(role),
        patienceMs: 2_000,
      });
      test.after(() => bus.close());
      return bus;
    },
    /** With the role's rights and none of the product's manners. */
    raw: async (role: NatsRole): Promise<NatsConnection> => {
      const raw = await connect({
        servers: server.url.replace('nats://', ''),
        user: role,
        pass: PASSWORDS[role],
        inboxPrefix: inboxPrefixOf(role),
      });
      test.after(() => raw.close());
      return raw;
    },
  };
}
