import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseRecord } from '../../src/bus/local/event-record.js';
import {
  type Codec,
  cachedResultCodec,
  controlMessageCodec,
  studyRecordCodec,
  trialMessageCodec,
  workerInfoCodec,
} from '../../src/bus/messages.js';
import { countTrials } from '../../src/study/study-view.js';
import { foldEvents } from '../support/fixtures/fold-events.js';
import * as build from '../support/fixtures/study-events.js';
import {
  CACHED_RESULT_V1,
  CONTROL_MESSAGES_V1,
  EVENT_LOG_V1,
  FUNCTION_TRIAL_MESSAGE_V1,
  STUDY_RECORD_V1,
  TRIAL_MESSAGE_V1,
  WORKER_INFO_V1,
} from './messages-v1.js';

function decodes<T>(codec: Codec<T>, text: string): T {
  return codec.decode(Buffer.from(text));
}

describe('golden: messages of version 1', () => {
  it('keeps reading an event log with every kind of event', () => {
    const events = EVENT_LOG_V1.map((line, place) => parseRecord(line, `log:${place + 1}`));
    assert.deepEqual(
      events.map(({ event }) => event.type),
      [
        'study.created',
        'study.opened',
        'study.state',
        'trial.queued',
        'trial.started',
        'trial.report',
        'trial.checkpoint',
        'trial.returned',
        'trial.failed',
        'trial.failed',
        'trial.stop',
        'trial.finished',
        'study.tested',
        'study.state',
      ],
    );
    assert.deepEqual(events[11]?.event, build.finished(0, 0.27));
    const view = foldEvents(events);
    assert.equal(view.state, 'complete');
    assert.deepEqual(countTrials(view), {
      total: 4,
      pending: 2,
      running: 0,
      complete: 1,
      pruned: 0,
      failed: 1,
      cached: 0,
    });
  });

  it('keeps reading trial messages', () => {
    const checkpoints = [{ epoch: 2, blob: 'b'.repeat(64) }];
    assert.deepEqual(
      decodes(trialMessageCodec, TRIAL_MESSAGE_V1),
      build.trialMessage(3, { checkpoints, requires: 'gpu' }),
    );
    const { config, timeLimitMs, engine } = decodes(trialMessageCodec, FUNCTION_TRIAL_MESSAGE_V1);
    assert.deepEqual([config.kind, timeLimitMs, engine], ['function', null, 'any']);
  });

  it('keeps reading heartbeats, records, cached results and control messages', () => {
    assert.deepEqual(decodes(workerInfoCodec, WORKER_INFO_V1), build.workerInfo('w1'));
    assert.deepEqual(decodes(studyRecordCodec, STUDY_RECORD_V1), build.studyRecord('grid-7f3a'));
    assert.deepEqual(decodes(cachedResultCodec, CACHED_RESULT_V1), {
      result: build.result(0.27),
      worker: 'w1',
    });
    const types = CONTROL_MESSAGES_V1.map((text) => decodes(controlMessageCodec, text).type);
    assert.deepEqual(types, ['stop', 'cancel', 'quarantine']);
  });

  it('ignores fields that a later writer added', () => {
    const later = TRIAL_MESSAGE_V1.replace('{', '{"priority":9,');
    assert.deepEqual(decodes(trialMessageCodec, later), decodes(trialMessageCodec, TRIAL_MESSAGE_V1));
  });

  it('refuses a later format, saying which', () => {
    const later = TRIAL_MESSAGE_V1.replace('"v":1', '"v":2');
    assert.throws(() => decodes(trialMessageCodec, later), {
      code: 'MESSAGE_MALFORMED',
      message: /version is 2/,
    });
  });

  it('writes what it wrote: the same bytes for the same message', () => {
    const checkpoints = [{ epoch: 2, blob: 'b'.repeat(64) }];
    const message = build.trialMessage(3, { checkpoints, requires: 'gpu' });
    assert.equal(Buffer.from(trialMessageCodec.encode(message)).toString(), TRIAL_MESSAGE_V1);
  });
});
