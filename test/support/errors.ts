// Assertions about the product's errors.
import assert from 'node:assert/strict';
import { type ErrorCode, SweepError } from '../../src/errors.js';

/** Fails unless `operation` rejects with this code (and a message that matches). Returns the error. */
export async function rejectsWith(
  operation: Promise<unknown>,
  code: ErrorCode,
  message?: RegExp,
): Promise<SweepError> {
  let error: unknown;
  try {
    await operation;
  } catch (thrown) {
    error = thrown;
  }
  assert.ok(error instanceof SweepError, `a SweepError ${code} was expected, got ${String(error)}`);
  assert.equal(error.code, code, error.message);
  if (message !== undefined) assert.match(error.message, message);
  return error;
}
