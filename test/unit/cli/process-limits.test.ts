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
const laptop = { cores: 4, memoryBytes: 16 * GIB, limits: limits('20000', 'unlimited') };

test('too few open files are named with ulimit -n, enough are not', () => {
  const tight = findTightLimit(limits('80', 'unlimited'));
  assert.match(tight?.message ?? '', /80 open files/);
  assert.match(tight?.hint ?? '', /ulimit -n/);
  assert.equal(findTightLimit(limits('1024', 'unlimited')), null);
  assert.equal(findTightLimit(limits('unlimited', 'unlimited')), null);
  assert.equal(findTightLimit(''), null, 'a system without /proc');
});

test('a limit of address space is named with ulimit -v before any trial runs', () => {
  assert.match(findTightAddressSpace(limits('1024', String(3 * GIB)), 2)?.hint ?? '', /ulimit -v unlimited/);
  assert.throws(
    () => sensibleThreads(1, { ...laptop, limits: limits('1024', String(3 * GIB)) }),
    (thrown) => thrown instanceof SweepError && thrown.code === 'MACHINE_LIMIT',
  );
});

test('more threads than cores, memory or files bear are bounded, with a note of what bounds them', () => {
  assert.deepEqual(sensibleThreads(4, laptop), { threads: 4, note: null });
  assert.deepEqual(sensibleThreads(0, laptop), { threads: 0, note: null });
  const many = sensibleThreads(400, laptop);
  assert.equal(many.threads, 8);
  assert.match(many.note ?? '', /--workers 400: this machine has 4 cores, 8 are used/);
  assert.equal(sensibleThreads(400, { ...laptop, memoryBytes: GIB / 2 }).threads, 4);
  assert.equal(sensibleThreads(400, { ...laptop, limits: limits('144', 'unlimited') }).threads, 2);
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
