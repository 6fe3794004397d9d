import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';
import { skipOrFail } from '../../support/required-tools.js';

test('tests whose tool is missing are skipped, and fail where it is demanded', () => {
  assert.equal(skipOrFail('nats', null, 'nats'), false);
  assert.equal(skipOrFail('nats', 'no server', ''), 'no server');
  assert.equal(skipOrFail('nats', 'no server', 'chromium'), 'no server');
  assert.throws(() => skipOrFail('nats', 'no server', 'chromium, nats'), /no server.*demands it/);
});

test('a run ends with how many tests were skipped for which reason', (t) => {
  const file = join(temporaryDirectory(t), 'skips.test.mjs');
  writeFileSync(
    file,
    `import { describe, test } from 'node:test';
     test('runs', () => {});
     test('first', { skip: 'no server' }, () => {});
     describe('group', { skip: 'no server' }, () => { test('inner', () => {}); });
     test('second', { skip: 'no browser' }, () => {});`,
  );
  const reporter = new URL('../../skip-summary.js', import.meta.url).href;
  // Within a test run the runner would take a nested one for its own child.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const run = spawnSync(process.execPath, ['--test', `--test-reporter=${reporter}`, file], {
    encoding: 'utf8',
    env,
  });
  assert.equal(
    run.stdout,
    '3 skipped (a skipped group of tests counts as one):\n  2 × no server\n  1 × no browser\n',
  );
  assert.equal(run.status, 0);
});
