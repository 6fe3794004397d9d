// All trials of a study read out of its events: states, reports, what a stop leaves of a result, whatever comes twice or late.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StudyEvent } from '../../../src/study/events.js';
import { TrialRecords } from '../../../src/study/trial/trial-records.js';
import {
  created,
  failed,
  finished,
  logged,
  queued,
  reported,
  result,
  started,
} from '../../support/fixtures/study-events.js';

const OBJECTIVE = { metric: 'validationMae', direction: 'minimize', epoch: 'best' } as const;

function recordsOf(events: readonly StudyEvent[]) {
  const records = new TrialRecords();
  for (const event of logged(events)) records.add(event);
  return records.list(OBJECTIVE);
}

test('each trial has its state, its reports of the newest attempt, and its end', () => {
  const records = recordsOf([
    created(),
    queued(0),
    started(0),
    reported(0, 1, 0.5),
    reported(0, 2, 0.4),
    finished(0, 0.4),
    queued(1),
    started(1),
    queued(2),
    queued(3),
    started(3),
    failed(3, { final: true }),
    finished(4, 0.3, { cached: true, curves: { validationMae: [0.6, 0.3] } }),
  ]);
  assert.deepEqual(
    records.map(({ index, state, reports }) => [index, state, reports.length]),
    [
      [0, 'COMPLETE', 2],
      [1, 'RUNNING', 0],
      [2, 'WAITING', 0],
      [3, 'FAILED', 0],
      [4, 'COMPLETE', 2],
    ],
  );
  assert.equal(records[4]?.cached, true);
  assert.match(records[3]?.error ?? '', /./);
});

test('an ended trial stays ended when it is queued or started again, and the same event twice changes nothing', () => {
  const once = [created(), queued(0), started(0), reported(0, 1, 0.5), finished(0, 0.5)];
  const [record] = recordsOf([...once, queued(0), started(0), reported(0, 1, 0.5)]);
  assert.equal(record?.state, 'COMPLETE');
  assert.deepEqual(record?.reports.length, 1);
});

test('a stop that was decided late counts: the trial is pruned, with what it had by then', () => {
  const [record] = recordsOf([
    created(),
    queued(0),
    started(0),
    reported(0, 1, 0.5),
    reported(0, 2, 0.2),
    finished(0, 0.2, { result: result(0.2, { epochs: 2, bestEpoch: 2 }) }),
    {
      type: 'trial.stop',
      trial: queued(0).trial,
      index: 0,
      reason: 'rung 1',
      epoch: 1,
      counted: { epoch: 1, metrics: { validationMae: 0.5 } },
    },
  ]);
  assert.deepEqual([record?.state, record?.result?.objective, record?.result?.epochs], ['PRUNED', 0.5, 1]);
});
