// What an attempt writes over a bus that fails now and then: nothing of it gets into the log before its start.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BlobStore, EventLog } from '../../../src/bus/bus.js';
import { SweepError } from '../../../src/errors.js';
import { silentLogger } from '../../../src/log.js';
import type { StudyEvent } from '../../../src/study/events.js';
import { AttemptRecord } from '../../../worker/node/attempt-record.js';
import { failed, finished, started, trialMessage } from '../../support/fixtures/study-events.js';

/** A record over a bus that fails so many first tries of each type of event, and what it has written. */
function open(failures: Partial<Record<StudyEvent['type'], readonly SweepError[]>>) {
  const log: string[] = [];
  const left = new Map(Object.entries(failures).map(([type, errors]) => [type, [...errors]]));
  const bus = {
    putBlob: async () => '0'.repeat(64),
    append: async (_: string, event: StudyEvent) => {
      const failure = left.get(event.type)?.shift();
      if (failure !== undefined) throw failure;
      log.push(event.type);
      return log.length;
    },
  } as unknown as BlobStore & EventLog;
  const patience = { logger: silentLogger, signal: new AbortController().signal };
  const record = new AttemptRecord({ bus, message: trialMessage(0), patience, onFailure: () => {} });
  record.appendStart(started(0));
  return { record, log };
}

const slip = new SweepError('INTERNAL', 'a slip');

test('after an outage the start comes first, however often each was tried', async () => {
  // The second wait is longer: by itself the end would come before the third try of the start.
  const { record, log } = open({
    'trial.started': [slip, slip],
    'trial.checkpoint': [slip],
    'trial.finished': [slip],
  });
  record.offerCheckpoint({ epoch: 1, step: 0, bytes: new Uint8Array(1) });
  record.appendEnd(finished(0, 0.3));
  await record.written();
  assert.equal(log[0], 'trial.started');
  assert.deepEqual([...log].sort(), ['trial.checkpoint', 'trial.finished', 'trial.started']);
});

test('an end after a start that is refused for good is repeated all the same', async () => {
  const { record, log } = open({
    'trial.started': [new SweepError('MESSAGE_MALFORMED', 'refused')],
    'trial.failed': [slip],
  });
  await assert.rejects(record.written(), /refused/);
  record.forgetFailure();
  record.appendEnd(failed(0));
  await record.written();
  assert.deepEqual(log, ['trial.failed']);
});
