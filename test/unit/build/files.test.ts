// What `npm pack` puts into the package: all that an installed `sweep` reads, and nothing that only tests need.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
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
    'dist/src/kernels/kernels.wasm',
    'dist/src/sweep-file/sweep.schema.json',
    'dist/worker/main.js',
    'dist/worker/thread/trial-task.js',
    'src/sweep-file/sweep.schema.json',
    'src/program/define-objective.ts',
    ...readdirSync(`${root}/sweeps`).map((name) => `sweeps/${name}`),
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
