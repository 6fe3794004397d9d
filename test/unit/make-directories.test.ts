// Folders that can be made, and those that never can: Node's own recursive way spins or is silent there.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { prepareDataset } from '../../src/dataset/prepare.js';
import { makeDirectories } from '../../src/make-directories.js';
import { temporaryDirectory } from '../support/processes/temporary-directory.js';

test('folders above are made, those that are there stay', (context) => {
  const root = temporaryDirectory(context);
  const path = join(root, 'a', 'b', 'c');
  makeDirectories(path);
  makeDirectories(path);
  makeDirectories(`${path}/`);
  assert.ok(statSync(path).isDirectory());
});

test('a place where no folder can be made is an error at once', { skip: !existsSync('/proc/self') }, () => {
  for (const path of ['/proc/x', '/proc/x/y/z', '/proc/self/x', '/dev/null/x', '/dev/null/x/y'])
    assert.throws(
      () => makeDirectories(path),
      (error: NodeJS.ErrnoException) => ['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM'].includes(error.code ?? ''),
    );
});

test('a file, or a link that leads nowhere, is no folder', (context) => {
  const root = temporaryDirectory(context);
  writeFileSync(join(root, 'file'), '');
  symlinkSync(join(root, 'nowhere'), join(root, 'link'));
  for (const path of ['file', 'file/x', 'link']) assert.throws(() => makeDirectories(join(root, path)));
});

test('a cache below /proc is refused by name', { skip: !existsSync('/proc/self') }, async () => {
  for (const cacheDirectory of ['/proc/nowhere/cache', '/dev/null/cache'])
    await assert.rejects(
      prepareDataset(
        {
          sources: [{ type: 'named', name: 'jena-synthetic' }],
          target: 'T (degC)',
          split: { type: 'fractions', train: 0.5, validation: 0.25, test: 0.25 },
        },
        { cacheDirectory },
      ),
      { code: 'USAGE', message: /cannot be made/, path: cacheDirectory, hint: /SWEEP_CACHE/ },
    );
});

test('no file of the product makes folders in Node’s recursive way', () => {
  const root = fileURLToPath(new URL('../../../', import.meta.url));
  const found = ['src', 'worker'].flatMap((room) =>
    readdirSync(join(root, room), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(root, room, name))
      .filter((path) => /\bmkdir(?:Sync)?\([^;]*recursive/.test(readFileSync(path, 'utf8'))),
  );
  assert.deepEqual(found, []);
});
