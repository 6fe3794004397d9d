// The shape of the source: the import table of CONTRIBUTING.md, one home for each vendor, one door to the test split.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

/** The repository, whatever directory the compiled tests lie in: the one with the sources. */
const root = findRoot(dirname(fileURLToPath(import.meta.url)));

function findRoot(directory: string): string {
  const candidates = [directory, process.cwd()];
  for (const start of candidates) {
    for (let at = start; at !== dirname(at); at = dirname(at)) {
      if (isRoot(at)) return at;
    }
  }
  throw new Error('the sources were not found');
}

function isRoot(directory: string): boolean {
  try {
    return readdirSync(join(directory, 'src')).includes('errors.ts');
  } catch {
    return false;
  }
}

const BASE = ['errors', 'log', 'timer', 'study'];
/** What each room may import, itself aside. `study` is the vocabulary that all rooms but the three base files share. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  errors: [],
  log: [],
  timer: [],
  study: ['errors', 'log'],
  spec: BASE,
  search: [...BASE, 'spec'],
  dataset: BASE,
  kernels: BASE,
  engine: [...BASE, 'kernels', 'dataset'],
  bus: BASE,
  leaderboard: BASE,
  report: [...BASE, 'leaderboard'],
  dashboard: [...BASE, 'leaderboard'],
  coordinator: [...BASE, 'spec', 'search', 'dataset', 'engine', 'bus', 'leaderboard'],
  worker: [...BASE, 'dataset', 'engine', 'bus'],
  cli: [
    ...BASE,
    'spec',
    'search',
    'dataset',
    'engine',
    'bus',
    'leaderboard',
    'report',
    'dashboard',
    'coordinator',
    'worker',
  ],
};

interface SourceFile {
  /** From the root, with slashes. */
  readonly path: string;
  readonly room: string;
  readonly imports: readonly string[];
}

const files = ['src', 'worker'].flatMap(readSources);

function readSources(directory: string): SourceFile[] {
  return readdirSync(join(root, directory), { recursive: true, encoding: 'utf8' })
    .map((file) => join(directory, file).split(sep).join('/'))
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts') && !path.includes('/assembly/'))
    .map((path) => ({
      path,
      room: roomOf(path),
      imports: importsOf(readFileSync(join(root, path), 'utf8')),
    }));
}

function roomOf(path: string): string {
  const parts = path.split('/');
  if (parts[0] === 'worker') return 'worker';
  return (parts[1] ?? '').replace(/\.[jt]s$/, '');
}

function importsOf(text: string): string[] {
  return [...text.matchAll(/(?:\bfrom|\bimport|\bimport\(|require\()\s*'([^']+)'/g)].map(
    (match) => match[1] ?? '',
  );
}

function targetOf(file: SourceFile, specifier: string): string {
  return posix.join(posix.dirname(file.path), specifier);
}

test('the sources were found', () => {
  assert.ok(files.length > 60, `${files.length} files under ${relative(process.cwd(), root)}`);
  assert.ok(files.some(({ imports }) => imports.length > 5));
});

test('imports between rooms run one way, as the table of CONTRIBUTING.md says', () => {
  const wrong = files.flatMap((file) =>
    file.imports
      .filter((specifier) => specifier.startsWith('.'))
      .map((specifier) => roomOf(targetOf(file, specifier)))
      .filter((room) => room !== file.room && !(MAY_IMPORT[file.room] ?? []).includes(room))
      .map((room) => `${file.path} imports ${room}`),
  );
  assert.deepEqual(wrong, []);
});

test('every room stands in the table', () => {
  assert.deepEqual(
    [...new Set(files.map(({ room }) => room))].filter((room) => !(room in MAY_IMPORT)),
    [],
  );
});

/** Packages that one file, or the files of one name, keep to themselves. */
const VENDORS: Readonly<Record<string, RegExp>> = {
  piscina: /^worker\/trial-pool\.ts$/,
  koffi: /^src\/dataset\/mapped-file\.ts$/,
  nats: /^src\/bus\/nats-[a-z-]+\.ts$/,
  '@tensorflow/tfjs': /^src\/engine\/tfjs\//,
  udsv: /^src\/dataset\/csv-[a-z]+\.ts$/,
  'jsonc-parser': /^src\/spec\/json-text\.ts$/,
  commander: /^src\/cli\//,
  'd3-scale': /^src\/report\//,
};

test('each vendor has one home', () => {
  const wrong = files.flatMap((file) =>
    file.imports.flatMap((specifier) => {
      const vendor = Object.keys(VENDORS).find(
        (name) => specifier === name || specifier.startsWith(`${name}/`) || specifier.startsWith(`${name}-`),
      );
      return vendor === undefined || VENDORS[vendor]?.test(file.path)
        ? []
        : [`${file.path} imports ${specifier}`];
    }),
  );
  assert.deepEqual(wrong, []);
});

test('only finalize and the baseline command reach the test split', () => {
  const readers = files
    .filter((file) =>
      file.imports.some((specifier) => targetOf(file, specifier) === 'src/dataset/test-split.js'),
    )
    .map(({ path }) => path);
  assert.deepEqual(readers.sort(), ['src/cli/baseline/run.ts', 'src/coordinator/finalize.ts']);
});

test('the environment is read by the command line and the worker command alone', () => {
  const readers = files
    .filter(({ path }) => /\bprocess\.env\b|\{ env \} = process/.test(readFileSync(join(root, path), 'utf8')))
    .map(({ path }) => path);
  assert.deepEqual(
    readers.filter((path) => !path.startsWith('src/cli/') && path !== 'worker/main.ts'),
    [],
  );
});

test('the piscina task is the only default export', () => {
  const defaults = files
    .filter(({ path }) => /^export default /m.test(readFileSync(join(root, path), 'utf8')))
    .map(({ path }) => path);
  assert.deepEqual(defaults, ['worker/trial-task.ts']);
});
