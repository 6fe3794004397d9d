// What the system allows a process, in words with the command that raises it, and how many threads make sense.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findTightAddressSpace, findTightLimit } from '../../../src/cli/process-limits.js';
import { sensibleThreads } from '../../../src/cli/sensible-threads.js';
import { asSweepError, SweepError } from '../../../src/errors.js';

const limits = (files: string, space: string): string =>
  `Limit                     Soft Limit           Hard Limit           Units
Max open files            ${files}                20000                files
Max address space         ${space}            unlimited            bytes
`;
const GIB = 2 ** 30;
const laptop = {
  cores: 4,
  memoryBytes: 16 * GIB,
  limits: limits('20000', 'unlimited'),
  guardsMemories: true,
};
const workers = (threads: number) => ({ threads, option: '--workers', otherMemories: 1 }) as const;

test('too few open files are named with ulimit -n, enough are not', () => {
  const tight = findTightLimit(limits('80', 'unlimited'));
  assert.match(tight?.message ?? '', /80 open files/);
  assert.match(tight?.hint ?? '', /ulimit -n/);
  assert.equal(findTightLimit(limits('1024', 'unlimited')), null);
  assert.equal(findTightLimit(limits('unlimited', 'unlimited')), null);
  assert.equal(findTightLimit(''), null, 'a system without /proc');
});

test('too little address space for Node itself is named before anything is loaded', () => {
  const tight = findTightLimit(limits('1024', String(0.9 * GIB)));
  assert.match(tight?.message ?? '', /0\.9 GB of address space/);
  assert.match(tight?.hint ?? '', /ulimit -v unlimited/);
  assert.equal(findTightLimit(limits('1024', String(1.1 * GIB))), null);
});

test('a limit of address space is named with ulimit -v before any trial runs', () => {
  const within = (space: number, threads: number, memories: number) =>
    findTightAddressSpace(limits('1024', String(space * GIB)), { threads, memories });
  assert.match(within(3, 2, 3)?.message ?? '', /3\.0 GB of address space, and 2 threads .* 32\.2 GB/);
  assert.match(within(3, 2, 3)?.hint ?? '', /ulimit -v unlimited.*--disable-wasm-trap-handler/);
  // What has run: 1, 2 and 4 threads and their coordinator, and functions, which need no kernels.
  for (const [space, threads, memories] of [
    [21.9, 1, 2],
    [32.5, 2, 3],
    [53.7, 4, 5],
    [1.9, 1, 0],
    [2.2, 2, 0],
    [3.4, 4, 0],
  ] as const)
    assert.equal(within(space, threads, memories), null, `${space} GB for ${threads}`);
  // What has not.
  for (const [space, threads, memories] of [
    [21.3, 1, 2],
    [32.1, 2, 3],
    [52.5, 4, 5],
    [1.6, 1, 0],
    [2.8, 4, 0],
  ] as const)
    assert.ok(within(space, threads, memories), `${space} GB for ${threads}`);
  const tight = { ...laptop, limits: limits('1024', String(3 * GIB)) };
  assert.throws(
    () => sensibleThreads(workers(1), tight),
    (thrown) => thrown instanceof SweepError && thrown.code === 'MACHINE_LIMIT',
  );
  assert.equal(sensibleThreads({ ...workers(1), otherMemories: null }, tight).threads, 1, 'a function');
  assert.equal(sensibleThreads(workers(1), { ...tight, guardsMemories: false }).threads, 1);
});

test('more threads than cores, memory or files bear are bounded, with a note of what bounds them', () => {
  assert.deepEqual(sensibleThreads(workers(4), laptop), { threads: 4, note: null });
  assert.deepEqual(sensibleThreads(workers(0), laptop), { threads: 0, note: null });
  const many = sensibleThreads(workers(400), laptop);
  assert.equal(many.threads, 8);
  assert.match(many.note ?? '', /--workers 400: this machine has 4 cores, 8 are used/);
  assert.match(
    sensibleThreads({ ...workers(400), option: '--concurrency' }, laptop).note ?? '',
    /^--concurrency 400: /,
  );
  assert.equal(sensibleThreads(workers(400), { ...laptop, memoryBytes: GIB / 2 }).threads, 4);
  assert.equal(sensibleThreads(workers(400), { ...laptop, limits: limits('144', 'unlimited') }).threads, 2);
});

test("an error of the system's is a sentence with the next step, never INTERNAL", () => {
  for (const [code, hint] of [
    ['EMFILE', /ulimit -n/],
    ['ENOSPC', /SWEEP_CACHE/],
    ['EACCES', /rights/],
    ['EROFS', /SWEEP_HOME/],
    ['EAGAIN', /ulimit -u/],
    ['ENOMEM', /ulimit -v/],
    ['ERR_WORKER_INIT_FAILED', /ulimit -u/],
  ] as const) {
    const error = asSweepError(Object.assign(new Error(`${code}: refused`), { code, path: '/data/x' }));
    assert.equal(error.code, 'MACHINE_LIMIT', code);
    assert.match(error.message, /\/data\/x/);
    assert.match(error.hint ?? '', hint);
  }
});
