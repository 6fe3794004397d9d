// The shape of the source: the import table of CONTRIBUTING.md, no circles of files, one home for each vendor, one door to
// the test split, one room that knows which task it is.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { TASKS } from '../../src/task/registry.js';

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

interface SourceFile {
  /** From the root, with slashes. */
  readonly path: string;
  readonly room: string;
  readonly imports: readonly string[];
}

/** Files that every room may import. */
const BASE = ['errors', 'error-facts', 'log', 'make-directories', 'timer'];
const mayImport = readTable(readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8'));
const files = ['src', 'worker'].flatMap(readSources);

/** Rows such as "| `src/search` | what it owns | sweep-file, study |": room → rooms it may import; "all" is every room. */
function readTable(text: string): ReadonlyMap<string, readonly string[]> {
  const rows = [...text.matchAll(/^\| `(?:src\/)?([a-z-]+)` \|[^|]*\|([^|]*)\|$/gm)].map(
    (row) =>
      [
        row[1] ?? '',
        (row[2] ?? '')
          .split(',')
          .map((name) => name.trim())
          .filter((name) => name !== ''),
      ] as const,
  );
  const all = rows.map(([room]) => room);
  return new Map(rows.map(([room, others]) => [room, others.includes('all') ? all : others]));
}

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

/** Paths of sources that `file` imports. */
function neighboursOf(file: SourceFile): string[] {
  return file.imports
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => targetOf(file, specifier).replace(/\.js$/, '.ts'));
}

test('the sources were found', () => {
  assert.ok(files.length > 60, `${files.length} files under ${relative(process.cwd(), root)}`);
  assert.ok(files.some(({ imports }) => imports.length > 5));
  assert.ok(mayImport.size > 8, 'CONTRIBUTING.md has a table of rooms');
});

test('imports between rooms run one way, as the table of CONTRIBUTING.md says', () => {
  const wrong = files.flatMap((file) => {
    const allowed = BASE.includes(file.room)
      ? BASE
      : [file.room, ...BASE, ...(mayImport.get(file.room) ?? [])];
    return neighboursOf(file)
      .map(roomOf)
      .filter((room) => !allowed.includes(room))
      .map((room) => `${file.path} imports ${room}`);
  });
  assert.deepEqual(wrong, []);
});

test('every room stands in the table', () => {
  assert.deepEqual(
    [...new Set(files.map(({ room }) => room))].filter(
      (room) => !BASE.includes(room) && !mayImport.has(room),
    ),
    [],
  );
});

/** Packages that one file, or the files of one room, keep to themselves. */
const VENDORS: Readonly<Record<string, RegExp>> = {
  piscina: /^worker\/thread\/trial-pool\.ts$/,
  koffi: /\/(mapped-file|native-library)\.ts$/,
  nats: /^src\/bus\/nats\//,
  '@tensorflow/tfjs': /^src\/engine\/tfjs\//,
  '@duckdb/node-api': /^src\/(dataset\/sources\/table\/|report\/exports\/parquet\.ts)/,
  'jsonc-parser': /\/json-text\.ts$/,
  commander: /^src\/cli\//,
  'd3-scale': /^src\/(?:report|cli\/terminal\/chart)\//,
  'string-width': /^src\/cli\/terminal\/screen\/styled-line\.ts$/,
  protobufjs: /^src\/(engine\/export\/onnx\/|report\/exports\/)/,
  h5wasm: /^src\/engine\/export\/keras\//,
  fflate: /^src\/engine\/export\/keras\//,
  fastify: /^src\/dashboard\/server\.ts$/,
  uplot: /^src\/dashboard\/page\/plots\/line-plot/,
  esbuild: /^src\/build\/bundle-page\.ts$/,
  'date-holidays': /^src\/dataset\/series\/holidays\.ts$/,
  jsep: /^src\/search\/space\/constraint\.ts$/,
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

/** Files that read meaning from text, each of somebody else: there is no code beside it. */
const READS_WORDS: Readonly<Record<string, string>> = {
  'src/bus/nats/connection/server-words.ts': 'the server, its client, TLS',
  'src/cli/failure.ts': 'commander',
  'src/dataset/sources/table/table-fault.ts': 'DuckDB',
  'src/engine/tfjs/load-backend.ts': 'TensorFlow.js, for people: its first line',
  'src/errors.ts': 'whether a message names its place itself',
  'src/study/refusal.ts': 'logs of workers that wrote no cause yet',
  'src/sweep-file/check/issues.ts': 'zod',
  'worker/thread/trial-error.ts': 'the JavaScript engine, out of memory',
};
const WORDS = '(?:message|hint|reason|why|sentence|notice)';
const METHODS =
  '(?:match|matchAll|replace|replaceAll|startsWith|endsWith|includes|indexOf|lastIndexOf|search|split)';
const READ_WORDS = [
  new RegExp(`\\b${WORDS}\\b(?:\\s*\\?\\?\\s*(?:''|""))?\\)?\\s*\\??\\.${METHODS}\\(`),
  new RegExp(`\\.(?:test|exec)\\(\\s*(?:[\\w$]+[?!]?\\.)*${WORDS}\\b(?!\\.)`),
  /\b(?:message|hint)\s*===\s*['"`]/,
];

function readsWords(text: string): boolean {
  return READ_WORDS.some((pattern) => pattern.test(text));
}

test('what decides is the code or the facts of an error, never its words', () => {
  const readers = files
    .filter(({ path }) => readsWords(readFileSync(join(root, path), 'utf8')))
    .map(({ path }) => path);
  assert.deepEqual(readers.sort(), Object.keys(READS_WORDS).sort());
});

test('every way to read the words of an error is found', () => {
  for (const line of [
    "message.includes('does not allow')",
    'error.message.replace(/"time"/, "--time")',
    "(error.hint ?? '').startsWith('choose')",
    "error.hint?.replaceAll('a', 'b')",
    '/does not allow/.test(error.message)',
    '/ENOSPC/.exec(thrown.cause.message)',
    "reason\n  .startsWith('has no dataset')",
    "error.message === 'gone'",
  ])
    assert.ok(readsWords(line), line);
  for (const line of [
    'entry.message.requires',
    'PATTERN.test(entry.message.trial)',
    "code === 'BUS_FORBIDDEN'",
  ])
    assert.ok(!readsWords(line), line);
});

test('only finalize and the baseline command reach the test split', () => {
  const readers = files
    .filter((file) => neighboursOf(file).includes('src/task/test-split.ts'))
    .map(({ path }) => path);
  assert.deepEqual(readers.sort(), ['src/cli/baseline/run.ts', 'src/coordinator/ending/finalize.ts']);
});

/** The one question after the kind of data outside of the task room (a spec without a kind is a series). */
const KIND_ASKED = 'src/dataset/by-kind.ts';
const KINDS = Object.values(TASKS)
  .flatMap(({ kind, data }) => [kind, data])
  .join('|');
const KIND_QUESTIONS = new RegExp(
  [
    `(?:===|!==|case)\\s*'(?:${KINDS})'`,
    `'(?:${KINDS})'\\s*(?:===|!==)`,
    String.raw`\.kind\s*(?:===|!==)\s*undefined`,
    // What only one task's result has.
    `'test(?:Mae|Accuracy)' in`,
  ].join('|'),
);

test('outside of src/task nobody asks which task it is', () => {
  const asking = files
    .filter(
      ({ path, room }) => room !== 'task' && KIND_QUESTIONS.test(readFileSync(join(root, path), 'utf8')),
    )
    .map(({ path }) => path);
  assert.deepEqual(asking, [KIND_ASKED]);
});

test('the question after a task is known in each of its forms', () => {
  for (const question of [
    "task.kind === 'classify'",
    "'forecast' !== kind",
    "dataset?.kind\n === 'reviews'",
    "case 'series':",
    'spec.kind === undefined',
    "'testAccuracy' in test",
  ])
    assert.match(question, KIND_QUESTIONS);
  for (const other of ["{ kind: 'forecast', window }", "config.kind === 'train'", "z.literal('reviews')"])
    assert.doesNotMatch(other, KIND_QUESTIONS);
});

test('only the doors of the task room open rows of a split', () => {
  const callers = files
    .filter(({ room }) => room !== 'task')
    .filter(({ path }) => /\.(?:openRows|baselineOver)\(/.test(readFileSync(join(root, path), 'utf8')))
    .map(({ path }) => path);
  assert.deepEqual(callers, []);
});

test('the environment is read by the command line, the worker command and the build alone', () => {
  const readers = files
    .filter(({ path }) => /\bprocess\.env\b|\{ env \} = process/.test(readFileSync(join(root, path), 'utf8')))
    .map(({ path }) => path);
  assert.deepEqual(
    readers.filter(
      (path) =>
        !path.startsWith('src/cli/') && !['worker/main.ts', 'src/build/build-native.ts'].includes(path),
    ),
    [],
  );
});

test('the piscina task is the only default export', () => {
  const defaults = files
    .filter(({ path }) => /^export default /m.test(readFileSync(join(root, path), 'utf8')))
    .map(({ path }) => path);
  assert.deepEqual(defaults, ['worker/thread/trial-task.ts']);
});

test('a worker leaves it to its runners which objective a trial has', () => {
  const asking = files
    .filter(({ path }) => path.startsWith('worker/') && !path.startsWith('worker/runners/'))
    .filter(({ path }) => /\bconfig\??\.kind\b/.test(readFileSync(join(root, path), 'utf8')))
    .map(({ path }) => path);
  assert.deepEqual(asking, []);
});

test('no files import each other in a circle', () => {
  const neighbours = new Map(files.map((file) => [file.path, neighboursOf(file)]));
  /** Depth-first: a path that meets itself is a circle. */
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) circles.push([...trail.slice(start), path].join(' → '));
    if (start >= 0 || done.has(path)) return;
    for (const next of neighbours.get(path) ?? []) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const path of neighbours.keys()) visit(path, []);
  assert.deepEqual(circles, []);
});

test('the table of rooms has no circle', () => {
  const circles = [...mayImport].flatMap(([room, others]) =>
    others
      .filter(
        (other) =>
          room !== other && other !== 'cli' && room !== 'cli' && (mayImport.get(other) ?? []).includes(room),
      )
      .map((other) => `${room} ↔ ${other}`),
  );
  assert.deepEqual(circles, []);
});
