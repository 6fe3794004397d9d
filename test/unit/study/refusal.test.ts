import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refusalCause } from '../../../src/study/refusal.js';
import { returned, started } from '../../support/fixtures/study-events.js';

test('a refusal is known by its cause, whatever its reason says', () => {
  assert.equal(refusalCause(returned(0, { cause: 'dataset', reason: 'needs a disk' })), 'dataset');
  assert.equal(refusalCause(returned(0, { cause: 'mismatch', reason: 'is too old' })), 'mismatch');
});

test('in a log without causes, a refusal is known by how its reason begins', () => {
  const causeOf = (reason: string) => refusalCause(returned(0, { reason }));
  assert.equal(causeOf('has no dataset: the blob 00 is missing'), 'dataset');
  assert.equal(causeOf('needs version 2.0.0, this worker has 1.0.0'), 'mismatch');
  assert.equal(causeOf('needs engine tfjs, this worker has wasm'), 'mismatch');
});

test('a trial that an ending worker gave back, and any other event, is no refusal', () => {
  for (const reason of ['stopped by SIGTERM', 'the study was cancelled', 'the node failed']) {
    assert.equal(refusalCause(returned(0, { reason })), null);
  }
  assert.equal(refusalCause(started(0)), null);
});
