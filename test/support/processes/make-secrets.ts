// deploy/make-secrets.sh, run for tests.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { DEPLOY } from '../deploy/deploy-files.js';

/** The script needs openssl: a reason to skip, or false. */
export function skipWithoutOpenssl(): string | false {
  return spawnSync('openssl', ['version']).status === 0 ? false : 'openssl is not on PATH';
}

/** Certificates and passwords for a server on this machine; `directory` must not exist. */
export function makeSecrets(directory: string): void {
  const hosts = ['localhost', 'nats', '127.0.0.1'];
  const run = spawnSync(join(DEPLOY, 'make-secrets.sh'), [directory, ...hosts], { encoding: 'utf8' });
  assert.equal(run.status, 0, run.stderr);
}
