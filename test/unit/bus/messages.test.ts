import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  MAX_MESSAGE_BYTES,
  studyEventCodec,
  studyRecordCodec,
  trialMessageCodec,
} from '../../../src/bus/messages.js';
import {
  created,
  failed,
  finished,
  queued,
  reported,
  result,
  studyRecord,
  trialMessage,
} from '../../support/fixtures/study-events.js';

const MALFORMED = { code: 'MESSAGE_MALFORMED' };
const asBytes = (value: unknown) => Buffer.from(JSON.stringify(value));

describe('message codec', () => {
  it('carries the rows that a trial is judged on, and what its result says of them', () => {
    const { config } = trialMessage(0);
    assert.ok(config.kind === 'train' && config.task.kind === 'forecast');
    const judged = { ...config, task: { ...config.task, commonReach: 2000 } };
    const message = trialMessage(0, { config: judged });
    assert.deepEqual(trialMessageCodec.decode(trialMessageCodec.encode(message)), message);
    const event = finished(0, 0.2, { result: result(0.2, { horizonRows: 150, validationSamples: 98_000 }) });
    assert.deepEqual(studyEventCodec.decode(studyEventCodec.encode(event)), event);
  });

  it('carries the confidence set of the rows, and the reason why there is none', () => {
    const rows = [
      { trial: 'a'.repeat(16), pValue: 1 },
      { trial: 'b'.repeat(16), pValue: 0.2 },
    ];
    for (const confidenceSet of [
      { over: 'samples', rows, notCompared: 3 },
      { over: 'seeds', rows: [], notCompared: 0, reason: 'not-kept' },
    ] as const) {
      const event = { type: 'study.tested', tests: [], confidenceSet } as const;
      assert.deepEqual(studyEventCodec.decode(studyEventCodec.encode(event)), event);
    }
  });

  it('names the path of what does not fit', () => {
    assert.throws(() => trialMessageCodec.encode(trialMessage(0, { attempt: 0 })), {
      ...MALFORMED,
      path: 'attempt',
    });
    assert.throws(() => studyEventCodec.encode(reported(0, 0, 1)), { ...MALFORMED, path: 'report.epoch' });
  });

  it('refuses numbers that JSON would turn into null', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
      assert.throws(() => studyEventCodec.encode(reported(0, 1, value)), MALFORMED);
      assert.throws(
        () => studyRecordCodec.encode(studyRecord('grid-7f3a', { spec: { deep: [value] } })),
        MALFORMED,
      );
    }
  });

  it('tells a failure whose message is huge, shortened', () => {
    const error = {
      code: 'TRIAL_CRASHED',
      message: 'x'.repeat(2_000_000),
      others: Array.from({ length: 500 }, () => ({ code: 'INTERNAL', message: 'y'.repeat(50_000) }) as const),
    } as const;
    const bytes = studyEventCodec.encode(failed(0, { error }));
    const decoded = studyEventCodec.decode(bytes);
    assert.ok(bytes.length < 200_000);
    assert.ok(
      decoded.type === 'trial.failed' &&
        decoded.error.message.startsWith('xxx') &&
        decoded.error.others?.length === 20,
    );
  });

  it('refuses what is larger than a server takes, before it is sent and before it is parsed', () => {
    const spec = { text: 'x'.repeat(MAX_MESSAGE_BYTES) };
    assert.throws(() => studyEventCodec.encode(created({ spec })), { ...MALFORMED, message: /bytes/ });
    assert.throws(() => studyEventCodec.decode(Buffer.alloc(MAX_MESSAGE_BYTES + 1, 0x20)), {
      ...MALFORMED,
      message: /bytes/,
    });
  });

  it('refuses a spec that is nested too deep, or that would reach a prototype', () => {
    const deep = '['.repeat(5_000) + ']'.repeat(5_000);
    const text = JSON.stringify({ v: 1, ...studyRecord('grid-7f3a', { spec: 'SPEC' }) });
    assert.throws(() => studyRecordCodec.decode(Buffer.from(text.replace('"SPEC"', deep))), MALFORMED);
    assert.throws(
      () => studyRecordCodec.decode(Buffer.from(text.replace('"SPEC"', '{"a":{"__proto__":{"x":1}}}'))),
      MALFORMED,
    );
  });

  it('refuses parameters that would reach a prototype, or that are too many', () => {
    const text = JSON.stringify({ v: 1, ...queued(0, { params: { units: 1 } }) });
    assert.throws(
      () => studyEventCodec.decode(Buffer.from(text.replace('"units":1', '"__proto__":1'))),
      MALFORMED,
    );
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`p${at}`, at]));
    assert.throws(() => studyEventCodec.encode(queued(0, { params: many })), MALFORMED);
  });

  it('refuses duplicate or foreign discriminators, arrays, null and other versions', () => {
    for (const value of [
      null,
      [],
      'x',
      1,
      {},
      { v: 1 },
      { v: 1, type: 'trial.unknown' },
      { v: '1', ...created() },
      { ...created() },
    ]) {
      assert.throws(() => studyEventCodec.decode(asBytes(value)), MALFORMED);
    }
  });

  it('refuses bytes that are not UTF-8', () => {
    assert.throws(() => studyEventCodec.decode(Uint8Array.of(0x22, 0xff, 0xfe, 0x22)), MALFORMED);
  });
});
