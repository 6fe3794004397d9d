// The file that a supervisor looks at.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createReadyFile } from '../../../src/cli/start/ready-file.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';

test('a ready file is there from the first refresh to the removal, and never because of an earlier process', (t) => {
  const path = join(temporaryDirectory(t), 'ready');
  writeFileSync(path, 'left by a process that died');
  const ready = createReadyFile(path);
  assert.equal(existsSync(path), false);
  ready.refresh();
  assert.equal(readFileSync(path, 'utf8'), `${process.pid}\n`);
  ready.remove();
  ready.remove();
  assert.equal(existsSync(path), false);
});

test('a ready file that cannot be written is an error that names it and the variable', (t) => {
  const path = join(temporaryDirectory(t), 'missing', 'ready');
  assert.throws(
    () => createReadyFile(path).refresh(),
    (thrown: { code?: string; message: string; hint?: string }) => {
      assert.equal(thrown.code, 'USAGE');
      assert.ok(thrown.message.includes(path));
      return thrown.hint?.includes('SWEEP_READY_FILE') === true;
    },
  );
});

test('without a path nothing is written', () => {
  const ready = createReadyFile(undefined);
  ready.refresh();
  ready.remove();
});
