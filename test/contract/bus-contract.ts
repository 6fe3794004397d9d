// What every bus must do: the guarantees of src/bus/bus.ts, as tests. Each implementation calls describeBusContract.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Bus, ControlMessage, Delivery, TrialMessage } from '../../src/bus/bus.js';
import { SweepError } from '../../src/errors.js';
import type { LoggedEvent, StudyEvent } from '../../src/study/events.js';
import {
  created,
  finished,
  queued,
  reported,
  result,
  studyRecord,
  trialAt,
  trialMessage,
  workerInfo,
} from '../support/fixtures/study-events.js';
import { waitUntil } from '../support/processes/wait-until.js';

export interface BusUnderTest {
  /** Over an empty store. */
  readonly bus: Bus;
  /** Closes the current bus and opens another one over the same store. */
  reopen(): Promise<Bus>;
  /** After this long without an `extend`, a held trial is delivered again. */
  readonly ackWaitMs: number;
  /** Closes the current bus and removes the store. */
  close(): Promise<void>;
}

const STUDY = 'grid-7f3a';
const OTHER_STUDY = 'grid-0001';
/** Long enough for what must come, on a slow machine; a test that passes never waits for it. */
const PATIENCE_MS = 10_000;
/** Long enough to see that nothing comes. */
const SILENCE_MS = 150;

const HOSTILE_NAMES = [
  '',
  ' ',
  'a b',
  'a.b',
  '*',
  '>',
  '..',
  '../x',
  'a/b',
  'a\\b',
  'a\r\nPUB x',
  'a\u0000',
  '__proto__',
  'ä',
  'x'.repeat(10_000),
];

export function describeBusContract(name: string, open: () => Promise<BusUnderTest>): void {
  describe(`bus contract: ${name}`, () => {
    let underTest: BusUnderTest;
    let bus: Bus;

    beforeEach(async () => {
      underTest = await open();
      bus = underTest.bus;
    });
    afterEach(async () => {
      await underTest.close();
    });

    const reopen = async (): Promise<void> => {
      bus = await underTest.reopen();
    };
    const pull = (expiresMs = PATIENCE_MS, requirements: TrialMessage['requires'][] = ['any']) =>
      bus.pullTrial({ requirements, expiresMs });
    const pullOne = async (requirements: TrialMessage['requires'][] = ['any']): Promise<Delivery> => {
      const delivery = await pull(PATIENCE_MS, requirements);
      assert.ok(delivery !== null, 'a trial was expected');
      return delivery;
    };
    const pending = (study: string, count: number) =>
      waitUntil(`${count} pending trials`, async () => (await bus.listPending(study)).size === count);

    describe('studies', () => {
      it('gives back the record it was given, also after reopening', async () => {
        const record = studyRecord(STUDY, { spec: { name: 'grid', nested: { list: [1, null, 'x', true] } } });
        await bus.createStudy(record);
        assert.deepEqual(await bus.readStudy(STUDY), record);
        await reopen();
        assert.deepEqual(await bus.readStudy(STUDY), record);
      });

      it('knows nothing of a study that was not created', async () => {
        assert.equal(await bus.readStudy(STUDY), null);
        assert.deepEqual(await bus.listStudies(), []);
      });

      it('refuses an id that is taken and keeps the first record', async () => {
        await bus.createStudy(studyRecord(STUDY));
        await rejects(bus.createStudy(studyRecord(STUDY, { name: 'other' })), 'STUDY_EXISTS');
        assert.equal((await bus.readStudy(STUDY))?.name, 'grid');
      });

      it('gives an id to exactly one of several that ask at once', async () => {
        const attempts = await Promise.allSettled(
          Array.from({ length: 5 }, () => bus.createStudy(studyRecord(STUDY))),
        );
        assert.equal(attempts.filter((attempt) => attempt.status === 'fulfilled').length, 1);
      });

      it('lists the studies', async () => {
        await bus.createStudy(studyRecord(STUDY));
        await bus.createStudy(studyRecord(OTHER_STUDY));
        assert.deepEqual((await bus.listStudies()).map((record) => record.study).sort(), [
          OTHER_STUDY,
          STUDY,
        ]);
      });

      it('forgets record, events and queued trials of a removed study, and of no other', async () => {
        for (const study of [STUDY, OTHER_STUDY]) {
          await bus.createStudy(studyRecord(study));
          await bus.append(study, queued(0));
          await bus.publishTrial(trialMessage(0, { study }));
        }
        await bus.removeStudy(STUDY);
        assert.equal(await bus.readStudy(STUDY), null);
        assert.deepEqual(await allEvents(bus, STUDY), []);
        assert.equal((await bus.listPending(STUDY)).size, 0);
        assert.equal((await allEvents(bus, OTHER_STUDY)).length, 1);
        const delivery = await pullOne();
        assert.equal(delivery.message.study, OTHER_STUDY);
        await delivery.ack();
        assert.equal(await pull(SILENCE_MS), null);
      });
    });

    describe('events', () => {
      beforeEach(() => bus.createStudy(studyRecord(STUDY)));

      it('gives back every kind of event as it was appended', async () => {
        const events: StudyEvent[] = [created(), queued(0), reported(0, 1, 0.28), finished(0, 0.27)];
        for (const event of events) await bus.append(STUDY, event);
        assert.deepEqual(
          (await allEvents(bus, STUDY)).map((logged) => logged.event),
          events,
        );
      });

      it('numbers the events of a study from 1 without gaps, whatever other studies do', async () => {
        await bus.createStudy(studyRecord(OTHER_STUDY));
        const numbers: number[] = [];
        for (let index = 0; index < 5; index += 1) {
          numbers.push(await bus.append(STUDY, queued(index)));
          await bus.append(OTHER_STUDY, queued(index));
        }
        assertGrowing(numbers);
        for (const study of [STUDY, OTHER_STUDY]) {
          assert.deepEqual(
            (await allEvents(bus, study)).map((logged) => logged.seq),
            [1, 2, 3, 4, 5],
          );
        }
      });

      it('keeps the order of appends that were not waited for, each with its own place', async () => {
        const numbers = await Promise.all(
          Array.from({ length: 200 }, (_, index) => bus.append(STUDY, reported(index % 7, index + 1, 0.3))),
        );
        assertGrowing(numbers);
        const epochs = (await allEvents(bus, STUDY)).map(
          ({ event }) => event.type === 'trial.report' && event.report.epoch,
        );
        assert.deepEqual(
          epochs,
          Array.from({ length: 200 }, (_, index) => index + 1),
        );
      });

      it('has what was appended after reopening, and goes on counting', async () => {
        await bus.append(STUDY, created());
        const before = await bus.append(STUDY, finished(0, 0.27));
        await reopen();
        assert.equal((await allEvents(bus, STUDY)).length, 2);
        assertGrowing([before, await bus.append(STUDY, finished(1, 0.26))]);
        assert.deepEqual(
          (await allEvents(bus, STUDY)).map((logged) => logged.seq),
          [1, 2, 3],
        );
      });

      it('reads from a given number on', async () => {
        for (let index = 0; index < 5; index += 1) await bus.append(STUDY, queued(index));
        assert.deepEqual(
          (await allEvents(bus, STUDY, 4)).map((logged) => logged.seq),
          [4, 5],
        );
        assert.deepEqual(await allEvents(bus, STUDY, 6), []);
      });

      it('follows: first what there is, then what comes, until the signal aborts', async () => {
        await bus.append(STUDY, queued(0));
        const stop = new AbortController();
        const seen: number[] = [];
        const following = (async () => {
          for await (const logged of bus.events(STUDY, { follow: true, signal: stop.signal }))
            seen.push(logged.seq);
        })();
        await waitUntil('the first event', () => seen.length === 1, PATIENCE_MS);
        for (let index = 1; index <= 20; index += 1) await bus.append(STUDY, queued(index));
        await waitUntil('the events that came', () => seen.length === 21, PATIENCE_MS);
        stop.abort();
        await following;
        assert.deepEqual(
          seen,
          Array.from({ length: 21 }, (_, at) => at + 1),
        );
      });

      it('follows a study that has no event yet, from a number in the future', async () => {
        const stop = new AbortController();
        const first = (async () => {
          for await (const logged of bus.events(STUDY, { from: 2, follow: true, signal: stop.signal }))
            return logged.seq;
          return null;
        })();
        await bus.append(STUDY, queued(0));
        await bus.append(STUDY, queued(1));
        assert.equal(await first, 2);
        stop.abort();
      });

      it('ends a follower at once when its signal aborts while nothing happens', async () => {
        const stop = new AbortController();
        const following = allFollowed(bus, STUDY, stop.signal);
        stop.abort();
        assert.deepEqual(await following, []);
      });

      it('tells what happened to one trial, in order', async () => {
        const events = [
          created(),
          queued(0),
          queued(1),
          reported(1, 1, 0.3),
          reported(0, 1, 0.3),
          finished(1, 0.29),
        ];
        for (const event of events) await bus.append(STUDY, event);
        const story = await bus.trialEvents(STUDY, trialAt(1));
        assert.deepEqual(
          story.map(({ event }) => event.type),
          ['trial.queued', 'trial.report', 'trial.finished'],
        );
        assertGrowing(story.map(({ seq }) => seq));
        assert.deepEqual(await bus.trialEvents(STUDY, trialAt(9)), []);
      });

      it('tells of one trial the same whether the log was read before, in part or not at all', async () => {
        const each = (make: (index: number) => StudyEvent) =>
          Promise.all([0, 1, 2, 3].map((index) => bus.append(STUDY, make(index))));
        const typesOf = async (index: number) =>
          (await bus.trialEvents(STUDY, trialAt(index))).map(({ event }) => event.type);
        await each(queued);
        assert.deepEqual(await typesOf(2), ['trial.queued']);
        await allEvents(bus, STUDY);
        assert.deepEqual(await typesOf(2), ['trial.queued']);
        await each((index) => reported(index, 1, 0.3));
        await bus.append(STUDY, finished(2, 0.3));
        const whole = ['trial.queued', 'trial.report', 'trial.finished'];
        assert.deepEqual(await typesOf(2), whole);
        await allEvents(bus, STUDY);
        assert.deepEqual(await typesOf(2), whole);
        assert.deepEqual(await typesOf(3), whole.slice(0, 2));
        assert.deepEqual(await typesOf(9), []);
      });

      it('tells what happened to the study itself, in order, and nothing of one that is not there', async () => {
        const events: StudyEvent[] = [
          created(),
          queued(0),
          { type: 'study.opened', coordinator: 'c1' },
          finished(0, 0.2),
          { type: 'study.state', state: 'cancelled', durationMs: 5 },
        ];
        for (const event of events) await bus.append(STUDY, event);
        const story = await bus.studyEvents(STUDY);
        assert.deepEqual(
          story.map(({ event }) => event.type),
          ['study.created', 'study.opened', 'study.state'],
        );
        assertGrowing(story.map(({ seq }) => seq));
        assert.deepEqual(await bus.studyEvents(OTHER_STUDY), []);
      });

      it('refuses a value that JSON cannot carry, and goes on', async () => {
        await rejects(bus.append(STUDY, reported(0, 1, Number.NaN)), 'MESSAGE_MALFORMED');
        await bus.append(STUDY, reported(0, 1, 0.3));
        assert.deepEqual(
          (await allEvents(bus, STUDY)).map((logged) => logged.seq),
          [1],
        );
      });
    });

    describe('trials', () => {
      it('delivers what was published, as it was published', async () => {
        const message = trialMessage(3, { checkpoints: [{ epoch: 2, blob: 'b'.repeat(64) }] });
        await bus.publishTrial(message);
        const delivery = await pullOne();
        assert.deepEqual(delivery.message, message);
        assert.equal(delivery.redelivered, false);
        await delivery.ack();
      });

      it('delivers to a pull that was waiting', async () => {
        const waiting = pullOne();
        await bus.publishTrial(trialMessage(0));
        const delivery = await waiting;
        assert.equal(delivery.message.index, 0);
        await delivery.ack();
      });

      it('resolves with null when nothing comes, or when the signal aborts', async () => {
        assert.equal(await pull(SILENCE_MS), null);
        const stop = new AbortController();
        const waiting = bus.pullTrial({ requirements: ['any'], expiresMs: PATIENCE_MS, signal: stop.signal });
        stop.abort();
        assert.equal(await waiting, null);
        await bus.publishTrial(trialMessage(0));
        await (await pullOne()).ack();
      });

      it('delivers each of many trials to one of several that pull', async () => {
        for (let index = 0; index < 20; index += 1) await bus.publishTrial(trialMessage(index));
        const seen: number[] = [];
        const work = async (): Promise<void> => {
          while (seen.length < 20) {
            const delivery = await pull(SILENCE_MS * 4);
            if (delivery === null) return;
            seen.push(delivery.message.index);
            await delivery.ack();
          }
        };
        await Promise.all([work(), work(), work()]);
        assert.deepEqual(
          seen.sort((left, right) => left - right),
          Array.from({ length: 20 }, (_, index) => index),
        );
      });

      it('never delivers an acknowledged trial again', async () => {
        await bus.publishTrial(trialMessage(0));
        await (await pullOne()).ack();
        assert.equal(await pull(underTest.ackWaitMs * 1.5 + SILENCE_MS), null);
        assert.equal((await bus.listPending(STUDY)).size, 0);
      });

      it('never delivers a terminated trial again', async () => {
        await bus.publishTrial(trialMessage(0));
        await (await pullOne()).term();
        assert.equal(await pull(underTest.ackWaitMs * 1.5 + SILENCE_MS), null);
        await pending(STUDY, 0);
      });

      it('delivers a trial again when its holder falls silent, and says so', async () => {
        await bus.publishTrial(trialMessage(0));
        await pullOne();
        const again = await pullOne();
        assert.equal(again.message.index, 0);
        assert.equal(again.redelivered, true);
        await again.ack();
        await pending(STUDY, 0);
      });

      it('takes the acknowledgement of a holder that was thought dead: its result is in the log', async () => {
        await bus.publishTrial(trialMessage(0));
        const late = await pullOne();
        await pullOne();
        await late.ack();
        assert.equal(await pull(underTest.ackWaitMs * 1.5 + SILENCE_MS), null);
        await pending(STUDY, 0);
      });

      it('leaves a trial with a holder that extends', async () => {
        await bus.publishTrial(trialMessage(0));
        const delivery = await pullOne();
        const beats = setInterval(() => delivery.extend(), underTest.ackWaitMs / 4);
        try {
          assert.equal(await pull(underTest.ackWaitMs * 3), null);
        } finally {
          clearInterval(beats);
        }
        await delivery.ack();
      });

      it('delivers a trial that was given back at once', async () => {
        await bus.publishTrial(trialMessage(0));
        const before = performance.now();
        await (await pullOne()).nak(0);
        const again = await pullOne();
        assert.equal(again.redelivered, true);
        assert.ok(performance.now() - before < underTest.ackWaitMs, 'it waited for the deadline');
        await again.ack();
      });

      it('delivers a trial that was given back with a delay, and not before', async () => {
        const delayMs = 400;
        await bus.publishTrial(trialMessage(0));
        const delivery = await pullOne();
        const before = performance.now();
        await delivery.nak(delayMs);
        assert.equal(await pull(SILENCE_MS), null);
        const again = await pullOne();
        // Timers of two processes may round apart by a few milliseconds.
        assert.ok(performance.now() - before >= delayMs - 20, 'it came too early');
        await again.ack();
      });

      it('takes the same attempt once, however often it is published', async () => {
        await bus.publishTrial(trialMessage(0));
        await bus.publishTrial(trialMessage(0));
        assert.equal((await bus.listPending(STUDY)).size, 1);
        await (await pullOne()).ack();
        await bus.publishTrial(trialMessage(0));
        assert.equal(await pull(SILENCE_MS), null);
      });

      it('takes another attempt of the same trial', async () => {
        await bus.publishTrial(trialMessage(0));
        await (await pullOne()).ack();
        await bus.publishTrial(trialMessage(0, { attempt: 2 }));
        const second = await pullOne();
        assert.equal(second.message.attempt, 2);
        await second.ack();
      });

      it('has an unfinished trial once after reopening and publishing it again, as a resume does', async () => {
        await bus.createStudy(studyRecord(STUDY));
        await bus.publishTrial(trialMessage(0));
        await reopen();
        await bus.publishTrial(trialMessage(0));
        await (await pullOne()).ack();
        assert.equal(await pull(SILENCE_MS), null);
        await pending(STUDY, 0);
      });

      it('gives trials only to those who meet their requirement, in the order of preference', async () => {
        await bus.publishTrial(trialMessage(0, { requires: 'any' }));
        await bus.publishTrial(trialMessage(1, { requires: 'gpu' }));
        assert.equal(await pull(SILENCE_MS, ['cpu']), null);
        const gpuFirst = await pullOne(['gpu', 'any']);
        assert.equal(gpuFirst.message.index, 1);
        const anyNext = await pullOne(['gpu', 'any']);
        assert.equal(anyNext.message.index, 0);
        await gpuFirst.ack();
        await anyNext.ack();
      });

      it('counts queued and held trials of each study until they are acknowledged', async () => {
        for (let index = 0; index < 3; index += 1) await bus.publishTrial(trialMessage(index));
        await bus.publishTrial(trialMessage(0, { study: OTHER_STUDY }));
        await pending(STUDY, 3);
        await pending(OTHER_STUDY, 1);
        const delivery = await pullOne();
        assert.equal((await bus.listPending(STUDY)).size, 3);
        await delivery.ack();
        await pending(STUDY, 2);
      });

      it('lists the trials that will be delivered', async () => {
        const [first, second] = [trialMessage(0), trialMessage(1)];
        await bus.publishTrial(first);
        await bus.publishTrial(second);
        await bus.publishTrial(trialMessage(2, { study: OTHER_STUDY }));
        await pending(STUDY, 2);
        assert.deepEqual(await bus.listPending(STUDY), new Set([first.trial, second.trial]));
        assert.deepEqual(await bus.listPending(STUDY, second.trial), new Set([second.trial]));
        assert.deepEqual(await bus.listPending(STUDY, trialAt(2)), new Set(), 'that of another study');
        const delivery = await pullOne();
        await delivery.ack();
        await pending(STUDY, 1);
        assert.deepEqual(await bus.listPending(STUDY), new Set([second.trial]));
      });

      it('takes all trials of a study off the queue, and what is given back stays off', async () => {
        for (let index = 0; index < 3; index += 1) await bus.publishTrial(trialMessage(index));
        await bus.publishTrial(trialMessage(7, { study: OTHER_STUDY }));
        const held = await pullOne();
        await bus.clearTrials(STUDY);
        assert.deepEqual(await bus.listPending(STUDY), new Set());
        await held.nak(0);
        // A server of 2.9 that meets a trial that is gone answers the next pull only.
        const next = (await pull(1_000)) ?? (await pullOne());
        assert.equal(next.message.study, OTHER_STUDY);
        await next.ack();
        await bus.publishTrial(trialMessage(0, { attempt: 2 }));
        const again = await pullOne();
        assert.equal(again.message.attempt, 2);
        await again.ack();
      });
    });

    describe('blobs', () => {
      it('names a blob by its SHA-256 and gives back its bytes, also after reopening', async () => {
        const bytes = randomBytes(300_000);
        const digest = await bus.putBlob(bytes);
        assert.equal(digest, createHash('sha256').update(bytes).digest('hex'));
        await reopen();
        assert.ok(Buffer.from(await bus.getBlob(digest)).equals(bytes));
      });

      it('keeps the empty blob and one of several megabytes', async () => {
        for (const bytes of [new Uint8Array(0), randomBytes(3_000_000)]) {
          assert.ok(Buffer.from(await bus.getBlob(await bus.putBlob(bytes))).equals(bytes));
        }
      });

      it('stores the same bytes once', async () => {
        const bytes = randomBytes(1_000);
        const digests = await Promise.all([bus.putBlob(bytes), bus.putBlob(bytes), bus.putBlob(bytes)]);
        assert.equal(new Set(digests).size, 1);
        await bus.deleteBlob(digests[0]!);
        assert.equal(await bus.hasBlob(digests[0]!), false);
      });

      it('says BLOB_NOT_FOUND for a blob it does not have, without waiting', async () => {
        assert.equal(await bus.hasBlob('f'.repeat(64)), false);
        await rejects(bus.getBlob('f'.repeat(64)), 'BLOB_NOT_FOUND');
      });

      it('forgets a deleted blob, takes it again, and deletes what is not there in silence', async () => {
        const bytes = randomBytes(1_000);
        const digest = await bus.putBlob(bytes);
        await bus.deleteBlob(digest);
        await bus.deleteBlob(digest);
        await rejects(bus.getBlob(digest), 'BLOB_NOT_FOUND');
        assert.equal(await bus.putBlob(bytes), digest);
        assert.ok(Buffer.from(await bus.getBlob(digest)).equals(bytes));
      });
    });

    describe('blobs that a trial owns', () => {
      const owner = { study: STUDY, trial: trialAt(1) };
      const sibling = { study: STUDY, trial: trialAt(2) };
      const bytes = randomBytes(300_000);

      // Who stores for a trial has a study; a bus may refuse what belongs to none.
      beforeEach(async () => {
        await bus.createStudy(studyRecord(STUDY));
        await bus.createStudy(studyRecord(OTHER_STUDY));
      });

      it('keeps them apart by owner, and from the blobs of all', async () => {
        const digest = await bus.putBlob(bytes, owner);
        await rejects(bus.getBlob(digest), 'BLOB_NOT_FOUND');
        await rejects(bus.getBlob(digest, sibling), 'BLOB_NOT_FOUND');
        assert.equal(await bus.hasBlob(digest), false);
        await reopen();
        assert.ok(Buffer.from(await bus.getBlob(digest, owner)).equals(bytes));
        await bus.putBlob(bytes);
        await bus.putBlob(bytes, sibling);
        await bus.deleteBlob(digest, owner);
        await rejects(bus.getBlob(digest, owner), 'BLOB_NOT_FOUND');
        assert.equal((await bus.getBlob(digest, sibling)).byteLength, bytes.byteLength);
        assert.equal((await bus.getBlob(digest)).byteLength, bytes.byteLength);
      });

      it('tells which trials of a study own any', async () => {
        assert.deepEqual(await bus.listBlobOwners(STUDY), new Set());
        const digest = await bus.putBlob(bytes, owner);
        await bus.putBlob(randomBytes(10), sibling);
        await bus.putBlob(bytes, { study: OTHER_STUDY, trial: trialAt(3) });
        await bus.putBlob(bytes);
        assert.deepEqual([...(await bus.listBlobOwners(STUDY))].sort(), [owner.trial, sibling.trial].sort());
        await bus.deleteBlobsOf(sibling);
        assert.deepEqual([...(await bus.listBlobOwners(STUDY))], [owner.trial]);
        assert.equal((await bus.getBlob(digest, owner)).byteLength, bytes.byteLength);
      });

      it('deletes all of one trial, and nothing in silence', async () => {
        const digests = [await bus.putBlob(bytes, owner), await bus.putBlob(randomBytes(5), owner)];
        await bus.deleteBlobsOf(owner);
        for (const digest of digests) await rejects(bus.getBlob(digest, owner), 'BLOB_NOT_FOUND');
        await bus.deleteBlobsOf(owner);
        assert.equal(await bus.putBlob(bytes, owner), digests[0]);
      });

      it('deletes them with their study', async () => {
        const digest = await bus.putBlob(bytes, owner);
        const other = { study: OTHER_STUDY, trial: owner.trial };
        await bus.putBlob(bytes, other);
        await bus.removeStudy(STUDY);
        assert.deepEqual(await bus.listBlobOwners(STUDY), new Set());
        await rejects(bus.getBlob(digest, owner), 'BLOB_NOT_FOUND');
        assert.equal((await bus.getBlob(digest, other)).byteLength, bytes.byteLength);
      });
    });

    describe('result cache', () => {
      const key = `${trialAt(1)}-0a1b2c3d`;

      it('gives back a complete result, also after reopening', async () => {
        const cached = { result: result(0.27), worker: 'w1' };
        await bus.writeCachedResult(key, cached);
        assert.deepEqual(await bus.readCachedResult(key), cached);
        await reopen();
        assert.deepEqual(await bus.readCachedResult(key), cached);
      });

      it('keeps the last write of a key', async () => {
        await bus.writeCachedResult(key, { result: result(0.27), worker: 'w1' });
        await bus.writeCachedResult(key, { result: result(0.26), worker: 'w2' });
        assert.equal((await bus.readCachedResult(key))?.worker, 'w2');
      });

      it('has nothing for a key that was not written', async () => {
        assert.equal(await bus.readCachedResult(key), null);
      });

      it('refuses a pruned result: it depends on its study', async () => {
        const pruned = { result: result(0.27, { state: 'PRUNED' }), worker: 'w1' };
        await rejects(bus.writeCachedResult(key, pruned), 'MESSAGE_MALFORMED');
      });
    });

    describe('lease', () => {
      beforeEach(() => bus.createStudy(studyRecord(STUDY)));

      it('refuses a second holder while the first one lives, naming it', async () => {
        const lease = await bus.acquireLease(STUDY, 'coordinator-a');
        await assert.rejects(bus.acquireLease(STUDY, 'coordinator-b'), (thrown: unknown) => {
          assert.ok(thrown instanceof SweepError);
          assert.equal(thrown.code, 'STUDY_LOCKED');
          assert.match(thrown.message, /coordinator-a/);
          return true;
        });
        await lease.renew();
        await lease.release();
      });

      it('shows who holds it, and nobody before and after', async () => {
        assert.equal(await bus.readLeaseHolder(STUDY), null);
        const lease = await bus.acquireLease(STUDY, 'coordinator-a');
        assert.equal(await bus.readLeaseHolder(STUDY), 'coordinator-a');
        await lease.release();
        assert.equal(await bus.readLeaseHolder(STUDY), null);
        assert.equal(await bus.readLeaseHolder(OTHER_STUDY), null);
      });

      it('goes to one of several that ask at once', async () => {
        const attempts = await Promise.allSettled(
          ['a', 'b', 'c', 'd'].map((holder) => bus.acquireLease(STUDY, holder)),
        );
        assert.equal(attempts.filter((attempt) => attempt.status === 'fulfilled').length, 1);
      });

      it('is free after release, and its number grows with each holder', async () => {
        const first = await bus.acquireLease(STUDY, 'coordinator-a');
        await first.release();
        const second = await bus.acquireLease(STUDY, 'coordinator-b');
        assert.ok(second.epoch > first.epoch);
        await second.release();
        await reopen();
        const third = await bus.acquireLease(STUDY, 'coordinator-c');
        assert.ok(third.epoch > second.epoch);
        await third.release();
      });

      it('fences: a lease that was given up neither renews nor appends', async () => {
        const first = await bus.acquireLease(STUDY, 'coordinator-a');
        await first.append(created());
        await first.release();
        const second = await bus.acquireLease(STUDY, 'coordinator-b');
        await rejects(first.renew(), 'LEASE_LOST');
        await rejects(first.append(queued(0)), 'LEASE_LOST');
        await second.append(queued(0));
        assert.deepEqual(
          (await allEvents(bus, STUDY)).map(({ seq, event }) => [seq, event.type]),
          [
            [1, 'study.created'],
            [2, 'trial.queued'],
          ],
        );
        await second.release();
      });

      it('does not let go of the new holder when an old one releases late', async () => {
        const first = await bus.acquireLease(STUDY, 'coordinator-a');
        await first.release();
        const second = await bus.acquireLease(STUDY, 'coordinator-b');
        await first.release();
        await second.renew();
        await rejects(bus.acquireLease(STUDY, 'coordinator-c'), 'STUDY_LOCKED');
        await second.release();
      });

      it('is one per study', async () => {
        await bus.createStudy(studyRecord(OTHER_STUDY));
        const leases = [await bus.acquireLease(STUDY, 'a'), await bus.acquireLease(OTHER_STUDY, 'a')];
        for (const [at, lease] of leases.entries()) await lease.append(queued(at));
        for (const [at, study] of [STUDY, OTHER_STUDY].entries()) {
          assert.equal(leases[at]?.study, study);
          assert.deepEqual(
            (await allEvents(bus, study)).map(({ event }) => event),
            [queued(at)],
          );
        }
        for (const lease of leases) await lease.release();
      });

      it('writes into the same log as those who hold none, in order, and refuses what no reader takes', async () => {
        const lease = await bus.acquireLease(STUDY, 'coordinator-a');
        const numbers = [
          await lease.append(queued(0)),
          await bus.append(STUDY, reported(0, 1, 0.3)),
          await lease.append(finished(0, 0.27)),
        ];
        assertGrowing(numbers);
        await rejects(lease.append(reported(0, 2, Number.NaN)), 'MESSAGE_MALFORMED');
        assert.deepEqual(
          (await allEvents(bus, STUDY)).map(({ seq, event }) => [seq, event.type]),
          [
            [1, 'trial.queued'],
            [2, 'trial.report'],
            [3, 'trial.finished'],
          ],
        );
        await lease.release();
      });

      it('writes many at once, and none of them is lost', async () => {
        const lease = await bus.acquireLease(STUDY, 'coordinator-a');
        await Promise.all(Array.from({ length: 50 }, (_, index) => lease.append(queued(index))));
        assert.equal((await allEvents(bus, STUDY)).length, 50);
        await lease.release();
      });
    });

    describe('control and heartbeats', () => {
      it('tells every listener until it stops listening', async () => {
        const heard: ControlMessage[][] = [[], []];
        const stopListening = heard.map((own) => bus.onControl((message) => own.push(message)));
        const messages: ControlMessage[] = [
          { type: 'stop', study: STUDY, trial: trialAt(0), reason: 'rung 3' },
          { type: 'cancel', study: STUDY },
          { type: 'quarantine', worker: 'w1', reason: 'its last five trials failed' },
        ];
        for (const message of messages) await repeatUntilHeard(bus, message, heard);
        for (const own of heard) assert.deepEqual(withoutRepeats(own), messages);
        stopListening[0]?.();
        const before = heard[0]!.length;
        await repeatUntilHeard(bus, { type: 'cancel', study: OTHER_STUDY }, [heard[1]!]);
        assert.equal(heard[0]!.length, before);
        stopListening[1]?.();
      });

      it('lists workers with their last heartbeat', async () => {
        assert.deepEqual(await bus.workers(), []);
        await bus.heartbeat(workerInfo('w1'));
        await bus.heartbeat(workerInfo('w2', { slots: 4 }));
        await bus.heartbeat(workerInfo('w1', { trialsDone: 4, state: 'draining' }));
        const workers = [...(await bus.workers())].sort((left, right) =>
          left.worker < right.worker ? -1 : 1,
        );
        assert.deepEqual(
          workers.map(({ lastSeenMs: _, ...info }) => info),
          [workerInfo('w1', { trialsDone: 4, state: 'draining' }), workerInfo('w2', { slots: 4 })],
        );
        for (const { lastSeenMs } of workers) assert.ok(lastSeenMs >= 0 && lastSeenMs < PATIENCE_MS);
      });

      it('lists a worker that left no more, however often it says so', async () => {
        await bus.heartbeat(workerInfo('w1'));
        await bus.heartbeat(workerInfo('w2'));
        await bus.removeWorker('w1');
        await bus.removeWorker('w1');
        assert.deepEqual(
          (await bus.workers()).map(({ worker }) => worker),
          ['w2'],
        );
      });
    });

    describe('clock', () => {
      it('is the one that stamps events', async () => {
        await bus.createStudy(studyRecord(STUDY));
        const before = await bus.readClock();
        await bus.append(STUDY, created());
        const after = await bus.readClock();
        const [logged] = await allEvents(bus, STUDY);
        const atMs = Date.parse(logged!.at);
        // The way to a server takes a while, and a stamp has whole milliseconds.
        const near = PATIENCE_MS;
        assert.ok(before - near <= atMs && atMs <= after + near, `${before} ≤ ${atMs} ≤ ${after}`);
      });
    });

    describe('names', () => {
      it('refuses hostile names before anything is sent', async () => {
        await bus.createStudy(studyRecord(STUDY));
        for (const name of HOSTILE_NAMES) {
          await refused(() => bus.createStudy(studyRecord(name)), name);
          await refused(() => bus.readStudy(name), name);
          await refused(() => bus.removeStudy(name), name);
          await refused(() => bus.append(name, created()), name);
          await refused(() => bus.append(STUDY, { ...queued(0), trial: name }), name);
          await refused(() => allEvents(bus, name), name);
          await refused(() => bus.trialEvents(STUDY, name), name);
          await refused(() => bus.studyEvents(name), name);
          await refused(() => bus.publishTrial(trialMessage(0, { study: name })), name);
          await refused(() => bus.publishTrial(trialMessage(0, { trial: name })), name);
          await refused(() => bus.listPending(name), name);
          await refused(() => bus.clearTrials(name), name);
          await refused(() => bus.acquireLease(name, 'a'), name);
          await refused(() => bus.readLeaseHolder(name), name);
          await refused(() => bus.getBlob(name), name);
          await refused(() => bus.hasBlob(name), name);
          await refused(() => bus.deleteBlob(name), name);
          await refused(() => bus.putBlob(Buffer.from('x'), { study: name, trial: 't' }), name);
          await refused(() => bus.putBlob(Buffer.from('x'), { study: STUDY, trial: name }), name);
          await refused(() => bus.listBlobOwners(name), name);
          await refused(() => bus.deleteBlobsOf({ study: STUDY, trial: name }), name);
          await refused(() => bus.readCachedResult(name), name);
          await refused(() => bus.writeCachedResult(name, { result: result(0.2), worker: 'w1' }), name);
          await refused(() => bus.heartbeat(workerInfo(name)), name);
          await refused(() => bus.removeWorker(name), name);
          await refused(() => bus.sendControl({ type: 'cancel', study: name }), name);
        }
        assert.deepEqual(
          (await bus.listStudies()).map((record) => record.study),
          [STUDY],
        );
        assert.deepEqual(await allEvents(bus, STUDY), []);
        assert.equal(await pull(SILENCE_MS), null);
      });
    });
  });
}

async function allEvents(bus: Bus, study: string, from = 1): Promise<LoggedEvent[]> {
  const events: LoggedEvent[] = [];
  for await (const logged of bus.events(study, { from })) events.push(logged);
  return events;
}

async function allFollowed(bus: Bus, study: string, signal: AbortSignal): Promise<LoggedEvent[]> {
  const events: LoggedEvent[] = [];
  for await (const logged of bus.events(study, { follow: true, signal })) events.push(logged);
  return events;
}

function assertGrowing(numbers: readonly number[]): void {
  for (const [at, number] of numbers.entries()) {
    assert.ok(at === 0 || number > numbers[at - 1]!, `not growing: ${numbers.join(', ')}`);
  }
}

async function rejects(operation: Promise<unknown>, code: string): Promise<void> {
  await assert.rejects(operation, (thrown: unknown) => {
    assert.ok(thrown instanceof SweepError, `not a SweepError: ${String(thrown)}`);
    assert.equal(thrown.code, code, thrown.message);
    return true;
  });
}

async function refused(operation: () => Promise<unknown>, name: string): Promise<void> {
  await assert.rejects(
    async () => operation(),
    (thrown: unknown) => thrown instanceof SweepError && ['USAGE', 'MESSAGE_MALFORMED'].includes(thrown.code),
    `${JSON.stringify(name.slice(0, 40))} was not refused by ${operation}`,
  );
}

/** Control is best effort: its sender repeats, here until all have heard. */
async function repeatUntilHeard(bus: Bus, message: ControlMessage, heard: ControlMessage[][]): Promise<void> {
  const isHeard = (own: ControlMessage[]) =>
    own.some((other) => JSON.stringify(other) === JSON.stringify(message));
  for (let attempt = 0; attempt < 20; attempt += 1) {
    await bus.sendControl(message);
    try {
      await waitUntil('a control message', () => heard.every(isHeard), 500);
      return;
    } catch (thrown) {
      if (attempt === 19) throw thrown;
    }
  }
}

function withoutRepeats(messages: ControlMessage[]): ControlMessage[] {
  return messages.filter((message, at) => JSON.stringify(message) !== JSON.stringify(messages[at - 1]));
}
