// When a worker is taken for a bad machine, and when the fault lies elsewhere.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { STREAK_FOR_QUARANTINE, WorkerHealth } from '../../../src/coordinator/dispatch/worker-health.js';
import type { ErrorCode } from '../../../src/errors.js';
import type { StudyEvent } from '../../../src/study/events.js';

let nextIndex = 0;

function failed(worker: string, code: ErrorCode = 'TRIAL_CRASHED', final = false): StudyEvent {
  const index = nextIndex++;
  const error = { code, message: 'it failed' };
  return {
    type: 'trial.failed',
    trial: `t${index}`,
    index,
    params: {},
    seed: 1,
    attempt: 1,
    worker,
    error,
    final,
  };
}

function finished(worker: string, cached = false): StudyEvent {
  const index = nextIndex++;
  return {
    type: 'trial.finished',
    trial: `t${index}`,
    index,
    params: {},
    seed: 1,
    attempt: 1,
    worker,
    cached,
    result: {
      state: 'COMPLETE',
      objective: 1,
      objectiveInterval: null,
      bestEpoch: 1,
      epochs: 1,
      metrics: {},
      baselineMae: null,
      parameters: 0,
      weightsDigest: '',
      modelDigest: null,
      durationMs: 1,
      engine: 'wasm',
    },
  };
}

function judge(...events: StudyEvent[]): string[] {
  const health = new WorkerHealth();
  for (const event of events) health.observe(event);
  return [...health.quarantined().keys()];
}

const streak = (length: number, code?: ErrorCode) => Array.from({ length }, () => failed('bad', code));

describe('worker health', () => {
  it('quarantines a worker whose last trials all failed while others succeeded', () => {
    assert.deepEqual(judge(finished('good'), ...streak(STREAK_FOR_QUARANTINE)), ['bad']);
    assert.deepEqual(judge(...streak(STREAK_FOR_QUARANTINE), finished('good')), ['bad']);
  });

  it('waits for a whole streak', () => {
    assert.deepEqual(judge(finished('good'), ...streak(STREAK_FOR_QUARANTINE - 1)), []);
    const broken = [...streak(STREAK_FOR_QUARANTINE - 1), finished('bad'), failed('bad')];
    assert.deepEqual(judge(finished('good'), ...broken), []);
  });

  it('blames the study, not the worker, when nobody succeeds', () => {
    assert.deepEqual(judge(...streak(STREAK_FOR_QUARANTINE * 2)), []);
    assert.deepEqual(judge(finished('good', true), ...streak(STREAK_FOR_QUARANTINE)), []);
    assert.deepEqual(judge(finished('bad'), ...streak(STREAK_FOR_QUARANTINE)), []);
  });

  it("does not blame a worker for a trial's own faults, nor twice for one attempt", () => {
    for (const code of ['TRIAL_DIVERGED', 'TRIAL_INFEASIBLE'] as const)
      assert.deepEqual(judge(finished('good'), ...streak(STREAK_FOR_QUARANTINE * 2, code)), [], code);
    const twice = Array.from({ length: STREAK_FOR_QUARANTINE }, () => failed('bad', 'TRIAL_CRASHED', true));
    assert.deepEqual(judge(finished('good'), ...twice), []);
  });
});
