// The table of error codes: each has an exit code that its kind has, and each that is thrown stands in it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import picocolors from 'picocolors';
import type { CliContext } from '../../../src/cli/context.js';
import { reportFailure } from '../../../src/cli/failure.js';
import { asSweepError, ERROR_CODES, type ErrorCode, fromWire, SweepError } from '../../../src/errors.js';
import { REPOSITORY } from '../../support/deploy/deploy-files.js';

function recordingContext(): { context: CliContext; stdout: string[]; stderr: string[] } {
  const stdout: string[] = [];
  const stderr: string[] = [];
  const write = (lines: string[]) => ({ write: (text: string) => lines.push(text) > 0 });
  const plain = picocolors.createColors(false);
  const context = {
    stdout: write(stdout),
    stderr: write(stderr),
    colors: { stdout: plain, stderr: plain },
  } as unknown as CliContext;
  return { context, stdout, stderr };
}

test('every code ends with the exit code that its kind has', () => {
  for (const [code, { exitCode }] of Object.entries(ERROR_CODES)) {
    if (/^(SPEC|CSV|USAGE|MODEL)/.test(code)) assert.equal(exitCode, 2, code);
    if (/^(BUS|STUDY_LOCKED|LEASE)/.test(code)) assert.equal(exitCode, 4, code);
    if (/^TRIAL_(?!NOT_FOUND)/.test(code)) assert.equal(exitCode, 1, code);
  }
  assert.equal(ERROR_CODES.INTERRUPTED.exitCode, 3);
});

test('the page of error codes has each of them, with its exit code and whether it is tried again', () => {
  const page = readFileSync(join(REPOSITORY, 'docs/errors.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `([A-Z_]+)` \| (\d) \| (yes|no) \| \S.* \|$/gm)].map(
    ([, code, exitCode, isTriedAgain]) => [code, Number(exitCode), isTriedAgain === 'yes'],
  );
  assert.deepEqual(
    rows,
    Object.entries(ERROR_CODES).map(([code, { exitCode, retryable }]) => [code, exitCode, retryable]),
  );
});

test('an error crosses a thread with code, path, hint and its fellows', () => {
  const error = new SweepError('SPEC_INVALID', 'units must be at least 1', {
    path: 'model.units',
    hint: 'try 16',
    others: [new SweepError('SPEC_UNKNOWN_FIELD', 'unknown field', { path: 'x' })],
  });
  assert.deepEqual(fromWire(structuredClone(error.toWire())).toWire(), error.toWire());
});

test('what is no SweepError becomes INTERNAL with its cause', () => {
  const cause = new TypeError('x is undefined');
  assert.equal(asSweepError(cause).code, 'INTERNAL');
  assert.equal(asSweepError(cause).cause, cause);
});

test('a failure is one JSON document on standard output, or lines with the next step on standard error', () => {
  const error = new SweepError('STUDY_NOT_FOUND', 'there is no study "x"', { hint: 'sweep list shows them' });
  const json = recordingContext();
  assert.equal(reportFailure(error, json.context, true), 2);
  assert.deepEqual(JSON.parse(json.stdout.join('')), { error: error.toWire() });
  assert.deepEqual(json.stderr, []);
  const text = recordingContext();
  assert.equal(reportFailure(error, text.context, false), 2);
  assert.deepEqual(text.stdout, []);
  assert.match(text.stderr.join(''), /there is no study "x".*STUDY_NOT_FOUND[\s\S]*sweep list/);
});

test('all problems of a file are printed, each with its place', () => {
  const code: ErrorCode = 'SPEC_INVALID';
  const error = new SweepError(code, 'units must be at least 1', {
    path: 'model.units',
    others: [new SweepError(code, 'must divide lookback', { path: 'window.step' })],
  });
  const { context, stderr } = recordingContext();
  reportFailure(error, context, false);
  assert.match(stderr.join(''), /model\.units: units must[\s\S]*window\.step: must divide/);
});
