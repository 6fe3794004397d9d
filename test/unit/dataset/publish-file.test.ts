import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { publishPrepared } from '../../../src/dataset/prepared/prepared-writer.js';
import { publishFile } from '../../../src/dataset/prepared/publish-file.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';

/** Files of the directory that this process holds open. */
function openFiles(directory: string): string[] {
  return readdirSync('/proc/self/fd').flatMap((descriptor) => {
    try {
      const path = readlinkSync(`/proc/self/fd/${descriptor}`);
      return path.startsWith(directory) ? [path] : [];
    } catch {
      // The descriptor of this very listing.
      return [];
    }
  });
}

test('a file is published whole, read-only, with all that was put, in that order', async (t) => {
  const directory = temporaryDirectory(t);
  const path = join(directory, 'out');
  await publishFile(directory, (put) => {
    put('one ');
    assert.ok(!existsSync(path), 'nothing to see before the end');
    put(Buffer.from('two'));
    return path;
  });
  assert.equal(readFileSync(path, 'utf8'), 'one two');
  assert.equal(statSync(path).mode & 0o222, 0);
  assert.deepEqual(readdirSync(directory), ['out']);
});

test('a file may be published again over a read-only one', async (t) => {
  const directory = temporaryDirectory(t);
  const path = join(directory, 'out');
  for (const text of ['first', 'second']) {
    await publishFile(directory, (put) => {
      put(text);
      return path;
    });
  }
  assert.equal(readFileSync(path, 'utf8'), 'second');
});

test('a dataset that cannot be written leaves neither a file nor an open descriptor', {
  skip: existsSync('/proc/self/fd') ? false : 'needs /proc',
}, async (t) => {
  const directory = temporaryDirectory(t);
  const none = { start: 0, end: 0 };
  const description = {
    version: 1,
    rows: 0,
    columns: [],
    split: { train: none, validation: none, test: none },
    source: { name: 'test', synthetic: false, digest: '' },
    time: null,
    missing: { policy: 'error', values: 0 },
  } as const;
  await assert.rejects(
    () =>
      publishPrepared(directory, description, { rows: 0, features: 1 }, () => {
        throw new Error('for a test');
      }),
    /for a test/,
  );
  assert.deepEqual(openFiles(directory), []);
  assert.deepEqual(readdirSync(directory), []);
});

test('a file whose place cannot be taken leaves none beside it', async (t) => {
  const directory = temporaryDirectory(t);
  await assert.rejects(
    publishFile(directory, () => join(directory, 'absent', 'out')),
    { code: 'ENOENT' },
  );
  assert.deepEqual(readdirSync(directory), []);
});
