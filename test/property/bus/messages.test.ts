import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  type Codec,
  cachedResultCodec,
  controlMessageCodec,
  studyEventCodec,
  studyRecordCodec,
  trialMessageCodec,
  workerInfoCodec,
} from '../../../src/bus/messages.js';
import {
  checkToken,
  controlSubject,
  eventSubject,
  eventsOfStudyItself,
  eventsOfTrial,
  parseRecordKey,
  recordKey,
  trialMessageId,
  trialSubject,
} from '../../../src/bus/subjects.js';
import { ERROR_CODES, type ErrorCode, SweepError } from '../../../src/errors.js';
import { isToken } from '../../../src/schema/wire.js';
import type { StudyEvent } from '../../../src/study/events.js';
import {
  checkpointed,
  created,
  failed,
  finished,
  queued,
  reported,
  result,
  returned,
  started,
  studyRecord,
  trialMessage,
  workerInfo,
} from '../../support/fixtures/study-events.js';

/** JSON has no −0. */
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const token = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/).filter(isToken);
const text = fc.string({ unit: 'binary', maxLength: 200 });
const paramValue = fc.oneof(text, number, fc.boolean(), fc.constant(null));
const params = fc.dictionary(token, paramValue, { maxKeys: 8, noNullPrototype: true });
const index = fc.nat();
const attempt = fc.integer({ min: 1, max: 1000 });
const epoch = fc.integer({ min: 1, max: 10_000 });
const duration = fc.double({ min: 0, max: 1e9, noNaN: true }).map((value) => value + 0);
const metrics = fc.dictionary(fc.constantFrom('trainLoss', 'validationMae', 'value'), number, {
  noNullPrototype: true,
});
const anyResult = fc
  .record({ objective: number, metrics, low: number, high: number, bestEpoch: epoch, durationMs: duration })
  .map(({ low, high, ...fields }) => result(0, { ...fields, objectiveInterval: [low, high] }));
const error = fc.record(
  {
    code: fc.constantFrom(...(Object.keys(ERROR_CODES) as ErrorCode[])),
    message: text,
    path: text,
    hint: text,
  },
  { requiredKeys: ['code', 'message'], noNullPrototype: true },
);

const event: fc.Arbitrary<StudyEvent> = fc.oneof(
  fc
    .record({ spec: fc.jsonValue({ maxDepth: 4 }).filter(hasNoProto), total: fc.option(index) })
    .map((fields) => created(withoutNegativeZero(fields))),
  fc.record({ coordinator: text }).map((fields) => ({ type: 'study.opened', ...fields }) as const),
  fc
    .record(
      { reason: text, durationMs: duration, state: fc.constantFrom('running', 'complete') },
      { requiredKeys: ['state', 'durationMs'], noNullPrototype: true },
    )
    .map((fields) => ({ type: 'study.state', ...fields }) as const),
  fc.record({ params, attempt, seed: number }).chain((fields) => index.map((own) => queued(own, fields))),
  fc.record({ attempt, worker: token }).chain((fields) => index.map((own) => started(own, fields))),
  // Half of the smallest number is −0.
  fc.tuple(index, epoch, number, attempt).map((drawn) => withoutNegativeZero(reported(...drawn))),
  fc.tuple(index, epoch, attempt).map((drawn) => checkpointed(...drawn)),
  fc
    .tuple(index, anyResult, params)
    .map(([own, drawn, point]) => finished(own, 0, { result: drawn, params: point })),
  fc.tuple(index, error, fc.boolean()).map(([own, drawn, final]) => failed(own, { error: drawn, final })),
  fc.tuple(index, text).map(([own, reason]) => returned(own, { reason })),
);

function hasNoProto(value: unknown): boolean {
  return !JSON.stringify(value).includes('"__proto__"');
}

function withoutNegativeZero<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

/** One codec with values it must carry. */
function carries<T>(name: string, codec: Codec<T>, values: fc.Arbitrary<T>): void {
  it(`decodes every ${name} to what was encoded`, () => {
    fc.assert(fc.property(values, (value) => assert.deepEqual(codec.decode(codec.encode(value)), value)));
  });
}

describe('property: messages', () => {
  carries('event', studyEventCodec, event);
  carries(
    'trial message',
    trialMessageCodec,
    fc
      .tuple(index, fc.record({ params, attempt, study: token, timeLimitMs: fc.option(duration) }))
      .map(([own, fields]) => trialMessage(own, fields)),
  );
  carries(
    'worker info',
    workerInfoCodec,
    fc
      .tuple(token, fc.record({ slots: index, busyMs: duration, labels: fc.array(text, { maxLength: 5 }) }))
      .map((drawn) => workerInfo(...drawn)),
  );
  carries(
    'study record',
    studyRecordCodec,
    fc
      .tuple(token, fc.jsonValue().filter(hasNoProto))
      .map(([study, spec]) => studyRecord(study, { spec: withoutNegativeZero(spec) })),
  );
  carries(
    'cached result',
    cachedResultCodec,
    fc.record({ result: anyResult, worker: token }, { noNullPrototype: true }),
  );
  carries(
    'control message',
    controlMessageCodec,
    fc.record(
      { type: fc.constant('stop' as const), study: token, trial: token, reason: text },
      { noNullPrototype: true },
    ),
  );

  const codecs: Codec<unknown>[] = [
    trialMessageCodec,
    studyEventCodec,
    controlMessageCodec,
    workerInfoCodec,
    studyRecordCodec,
    cachedResultCodec,
  ] as Codec<unknown>[];
  const isRefused = (codec: Codec<unknown>, bytes: Uint8Array): void => {
    assert.throws(
      () => codec.decode(bytes),
      (thrown: unknown) => thrown instanceof SweepError && thrown.code === 'MESSAGE_MALFORMED',
    );
  };

  it('refuses arbitrary bytes with MESSAGE_MALFORMED and nothing else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => {
        for (const codec of codecs) isRefused(codec, bytes);
      }),
    );
  });

  it('refuses arbitrary JSON with MESSAGE_MALFORMED and nothing else', () => {
    fc.assert(
      fc.property(fc.json(), fc.boolean(), (json, hasVersion) => {
        const bytes = Buffer.from(
          hasVersion && json.startsWith('{') && json.length > 2 ? json.replace('{', '{"v":1,') : json,
        );
        for (const codec of codecs) isRefused(codec, bytes);
      }),
    );
  });

  it('survives every event with one value replaced: it decodes to something valid, or is refused', () => {
    const damaged = fc.tuple(
      event,
      fc.nat(),
      fc.oneof(fc.jsonValue(), fc.constant('__proto__'), fc.constant('x'.repeat(20_000))),
    );
    fc.assert(
      fc.property(damaged, ([original, which, value]) => {
        const json = JSON.parse(Buffer.from(studyEventCodec.encode(original)).toString()) as Record<
          string,
          unknown
        >;
        const keys = Object.keys(json);
        json[keys[which % keys.length]!] = value;
        try {
          const decoded = studyEventCodec.decode(Buffer.from(JSON.stringify(json)));
          // What was let through is something that this program would write itself.
          assert.deepEqual(studyEventCodec.decode(studyEventCodec.encode(decoded)), decoded);
        } catch (thrown) {
          assert.ok(thrown instanceof SweepError && thrown.code === 'MESSAGE_MALFORMED', String(thrown));
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('property: names', () => {
  it('builds a subject of plain names for every event', () => {
    fc.assert(
      fc.property(token, event, (study, own) => {
        const subject = eventSubject(study, own);
        assert.match(subject, /^sweep\.events\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/);
        const ofIt = 'trial' in own ? eventsOfTrial(study, own.trial) : eventsOfStudyItself(study);
        assert.equal(subject, ofIt, 'where its readers look');
      }),
    );
  });

  it('reads back the key of every record', () => {
    fc.assert(fc.property(token, (study) => assert.equal(parseRecordKey(recordKey(study)), study)));
  });

  it('never lets a name that is not one token into a subject', () => {
    const hostile = fc.string({ unit: 'binary' }).filter((name) => !/^[A-Za-z0-9_-]{1,64}$/.test(name));
    fc.assert(
      fc.property(hostile, (name) => {
        const attempts = [
          () => checkToken('name', name),
          () => trialSubject('any', name, 'trial'),
          () => trialSubject('any', 'study', name),
          () => trialMessageId(name, 'trial', 1),
          () => recordKey(name),
          () => controlSubject({ type: 'cancel', study: name }),
          () => controlSubject({ type: 'quarantine', worker: name, reason: '' }),
        ];
        for (const build of attempts) assert.throws(build, { code: 'USAGE' });
      }),
    );
  });

  it('never throws on foreign keys', () => {
    fc.assert(fc.property(fc.string(), (key) => void parseRecordKey(key)));
  });
});
