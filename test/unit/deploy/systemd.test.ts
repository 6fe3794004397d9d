// The systemd units by systemd itself, where there is one: syntax and settings, and how exposed a service is left.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { DEPLOY, listDeploy, readDeploy } from '../../support/deploy/deploy-files.js';
import { readService, setting } from '../../support/deploy/systemd-unit.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';

/** Of 10 for a service without any hardening; systemd calls up to 2 "OK". */
const MOST_EXPOSED = '2.0';
const units = listDeploy('systemd', '.service');
const { stdout, status } = spawnSync('systemd-analyze', ['--version'], { encoding: 'utf8' });
const version = status === 0 ? Number(/systemd (\d+)/.exec(stdout)?.[1]) : 0;
const skip = version >= 250 ? false : 'systemd-analyze 250 or later is not on PATH';

/** The unit in a directory of its own; the programs it starts need not be installed to check it. */
function copyUnit(t: TestContext, path: string, dropIn: boolean): string {
  const directory = temporaryDirectory(t);
  const file = join(directory, path.split('/').at(-1) ?? '');
  if (dropIn) {
    mkdirSync(`${file}.d`);
    cpSync(join(DEPLOY, `${path}.d/gpu.conf`), `${file}.d/gpu.conf`);
  }
  for (const part of dropIn ? [`${file}.d/gpu.conf`] : []) {
    writeFileSync(part, readFileSync(part, 'utf8').replaceAll('/usr/bin/node', process.execPath));
  }
  writeFileSync(
    file,
    readDeploy(path).replaceAll(/(?<==)\/usr\/s?bin\/(node|nats-server)/g, process.execPath),
  );
  return file;
}

function analyze(...args: readonly string[]): { status: number | null; output: string } {
  const run = spawnSync('systemd-analyze', args, { encoding: 'utf8' });
  return { status: run.status, output: run.stdout + run.stderr };
}

for (const path of units) {
  describe(`deploy/${path}`, () => {
    it('is a unit that systemd verifies', { skip }, (t) => {
      const { status: code, output } = analyze('verify', '--man=no', copyUnit(t, path, false));
      assert.equal(output, '');
      assert.equal(code, 0);
    });

    it('would not be with a setting that systemd does not know', { skip }, (t) => {
      const file = copyUnit(t, path, false);
      writeFileSync(file, readFileSync(file, 'utf8').replace('ProtectHome', 'ProtectHouse'));
      assert.match(analyze('verify', '--man=no', file).output, /ProtectHouse/);
    });

    it(`leaves little exposed: ${MOST_EXPOSED} of 10 at most`, { skip }, (t) => {
      const { status: code, output } = analyze(
        'security',
        '--offline=true',
        `--threshold=${Number(MOST_EXPOSED) * 10}`,
        copyUnit(t, path, false),
      );
      assert.equal(code, 0, output);
    });

    it('runs as a user of its own, and is given time to stop', () => {
      const unit = readService(readDeploy(path));
      assert.equal(setting(unit, 'DynamicUser'), 'yes');
      assert.ok(Number(setting(unit, 'TimeoutStopSec')) >= 30);
    });

    it('takes secrets from credentials, not from its own text', () => {
      const text = readDeploy(path);
      const given = [...text.matchAll(/^LoadCredential=([\w.-]+):/gm)].map(([, name]) => name);
      const used = [...text.matchAll(/=%d\/([\w.-]+)/g)].map(([, name]) => name);
      assert.deepEqual(new Set(used), new Set(given));
    });
  });
}

it('the GPU drop-in of the worker is verified with it', { skip }, (t) => {
  const file = copyUnit(t, 'systemd/sweep-worker.service', true);
  assert.equal(analyze('verify', '--man=no', file).output, '');
  writeFileSync(`${file}.d/gpu.conf`, '[Service]\nExecStart=/usr/bin/true\n');
  assert.match(analyze('verify', '--man=no', file).output, /more than one ExecStart/, 'it reads the drop-in');
});
