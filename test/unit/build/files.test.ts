// What `npm pack` puts into the package: all that an installed `sweep` reads, and nothing that only tests need.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../../', import.meta.url));

function packedFiles(): string[] {
  const printed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [packed] = JSON.parse(printed) as { readonly files: readonly { readonly path: string }[] }[];
  return (packed?.files ?? []).map(({ path }) => path);
}

test('the package holds what an installed sweep reads, and no tests', () => {
  const files = packedFiles();
  const read = [
    'dist/src/cli/main.js',
    'dist/src/dashboard/page/app.js',
    'dist/src/dashboard/page/icon.svg',
    'dist/src/dashboard/page/index.html',
    'dist/src/dashboard/page/style.css',
    'dist/src/kernels/kernels.wasm',
    'dist/src/search/learning/mixture.wasm',
    'dist/src/sweep-file/sweep.schema.json',
    'dist/worker/main.js',
    'dist/worker/thread/trial-task.js',
    'src/sweep-file/sweep.schema.json',
    'src/program/define-objective.ts',
    ...readdirSync(`${root}/sweeps`, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => relative(root, join(parentPath, name))),
  ];
  assert.deepEqual(
    read.filter((path) => !files.includes(path)),
    [],
  );
  const needless = /^(?:dist\/)?test\/|\.map$|\.ts$|^deploy\/secrets\//;
  assert.deepEqual(
    // The types of a user's objective are its source.
    files.filter((path) => needless.test(path) && path !== 'src/program/define-objective.ts'),
    [],
  );
});

test('the page of the dashboard holds all that it needs: it imports nothing and names no other site', () => {
  const page = `${root}/dist/src/dashboard/page`;
  const script = readFileSync(`${page}/app.js`, 'utf8');
  assert.match(script, /"u-over"/);
  assert.doesNotMatch(script, /(?:^|;)import\b|\bimport\(/m);
  assert.doesNotMatch(script, /\beval\(|new Function\(|innerHTML|document\.write/);
  for (const name of readdirSync(page)) {
    const text = readFileSync(`${page}/${name}`, 'utf8').replaceAll('http://www.w3.org/2000/svg', '');
    // Licences are told with their address; nothing is fetched from one.
    const addresses = [...text.replaceAll(/\/\*[\s\S]*?\*\//g, '').matchAll(/https?:\/\/[\w.-]+/g)].map(
      ([found]) => found,
    );
    assert.deepEqual(addresses, [], name);
  }
});
