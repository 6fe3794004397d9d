// deploy/README.md tells what each file is, and names files and settings that there are.
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { DEPLOY, REPOSITORY, readDeploy } from '../../support/deploy/deploy-files.js';

const readme = readDeploy('README.md');

test('each file of deploy/ is in the table at the top', () => {
  const described = new Set(
    [...readme.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name = '']) => name.replace(/\/$/, '')),
  );
  for (const name of readdirSync(DEPLOY)) {
    if (name !== 'README.md' && name !== 'secrets')
      assert.ok(described.has(name), `${name} is not described`);
  }
});

test('the files that commands name are in the repository', () => {
  const made = /secrets/;
  const named = [...readme.matchAll(/(?<![\w/.])(?:deploy|sweeps)\/[\w./-]+/g)].map(([path]) =>
    path.replace(/\.$/, ''),
  );
  assert.ok(named.length > 10);
  for (const path of named) {
    if (!made.test(path) || path.endsWith('.sh')) assert.ok(existsSync(join(REPOSITORY, path)), path);
  }
});

test('the images that it tells to run are those of the Dockerfiles', () => {
  const bases = `${readDeploy('Dockerfile')}${readDeploy('Dockerfile.gpu')}${readDeploy('compose.yaml')}`;
  const images = [...readme.matchAll(/(?:nvidia\/cuda|nats|node):[\w.-]+/g)].map(([image]) => image);
  assert.ok(images.length >= 4);
  for (const image of images) assert.ok(bases.includes(image), image);
});
