import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LoggedEvent, StudyEvent } from '../../../src/study/events.js';
import { StudyFold } from '../../../src/study/fold.js';
import { HolderCheck } from '../../../src/study/holder-check.js';
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
} from '../../support/fixtures/study-events.js';

const HOLDER = 'node-1-aaaaaaaaaaaaaaaa';
const INSIDER = 'node-2-bbbbbbbbbbbbbbbb';
const markOf = (worker: string) => worker.slice(-16);

type Said = readonly [event: StudyEvent, by?: string];

function log(said: readonly Said[]): LoggedEvent[] {
  return said.map(([event, by], place) => ({
    seq: place + 1,
    at: new Date(Date.UTC(2026, 0, 1, 0, 0, place)).toISOString(),
    event,
    ...(by === undefined ? {} : { signedBy: markOf(by) }),
  }));
}

const BEGUN: readonly Said[] = [
  [created()],
  [queued(0)],
  [queued(1)],
  [started(0, { worker: HOLDER }), HOLDER],
  [reported(0, 1, 0.3), HOLDER],
];

/** What nobody but the holder, or a coordinator, may say once BEGUN is in the log. */
const IMPOSTURES: Readonly<Record<string, Said>> = {
  'the end of a trial that another holds': [finished(0, 0.001, { worker: INSIDER }), INSIDER],
  'the end in the name of the holder': [finished(0, 0.001, { worker: HOLDER }), INSIDER],
  'the end of a trial that was never begun': [finished(1, 0.001, { worker: INSIDER }), INSIDER],
  'the end of a trial that was never queued': [finished(2, 0.001, { worker: INSIDER }), INSIDER],
  'the end of a place outside the grid': [finished(123, 0.001, { worker: INSIDER }), INSIDER],
  'the end of another trial at a place that is open': [
    { ...finished(0, 0.001, { worker: HOLDER }), trial: 'feedfacefeedface' },
    HOLDER,
  ],
  'an end from the cache': [finished(0, 0.001, { worker: HOLDER, cached: true }), HOLDER],
  'an end of an attempt to come': [finished(0, 0.001, { worker: HOLDER, attempt: 2 }), HOLDER],
  'a failure of a trial that another holds': [failed(0, { worker: INSIDER, final: true }), INSIDER],
  'a failure in the name of the holder': [failed(0, { worker: HOLDER, final: true }), INSIDER],
  'a failure in nobody’s name': [failed(0, { worker: null, final: true }), INSIDER],
  'a failure of a trial that was never begun': [failed(1, { worker: INSIDER, final: true }), INSIDER],
  'a report': [reported(0, 2, 0.001), INSIDER],
  'a checkpoint': [checkpointed(0, 5), INSIDER],
  'a return in the name of the holder': [returned(0, { worker: HOLDER }), INSIDER],
  'a start of a trial that another holds': [started(0, { worker: INSIDER }), INSIDER],
  'a start in another name': [started(1, { worker: HOLDER }), INSIDER],
  'a start of an attempt that was not queued': [started(1, { worker: INSIDER, attempt: 2 }), INSIDER],
  'a new attempt': [queued(1, { attempt: 2 }), INSIDER],
  'an order to stop': [{ ...queued(0), type: 'trial.stop', reason: 'forged' } as StudyEvent, INSIDER],
  'the end of the study': [{ type: 'study.state', state: 'cancelled', durationMs: 1 }, INSIDER],
};

describe('who may say what of a trial', () => {
  for (const [what, said] of Object.entries(IMPOSTURES)) {
    it(`sets aside ${what}, by name, and nothing else changes`, () => {
      const fold = new StudyFold();
      for (const logged of log(BEGUN)) assert.equal(fold.apply(logged), true);
      const { lastSeq: _, setAside: before, ...view } = structuredClone(fold.view);
      assert.equal(before.count, 0);
      assert.equal(fold.apply(log([...BEGUN, said]).at(-1)!), false);
      const { lastSeq: __, setAside, ...after } = structuredClone(fold.view);
      assert.deepEqual(after, view);
      assert.equal(setAside.count, 1);
      assert.equal(setAside.records[0]?.seq, BEGUN.length + 1);
      const holders = new HolderCheck();
      const verdicts = log([...BEGUN, said]).map((logged) => holders.admits(logged));
      assert.deepEqual(verdicts, [...BEGUN.map(() => true), false]);
    });
  }

  it('lets the holder tell its trial to the end, give it back, and another go on', () => {
    const fold = new StudyFold();
    const holders = new HolderCheck();
    const story: Said[] = [
      ...BEGUN,
      [checkpointed(0, 1), HOLDER],
      [returned(0, { worker: HOLDER }), HOLDER],
      [started(0, { worker: INSIDER }), INSIDER],
      [finished(0, 0.2, { worker: INSIDER }), INSIDER],
      [started(1, { worker: HOLDER }), HOLDER],
      [failed(1, { worker: HOLDER }), HOLDER],
      [queued(1, { attempt: 2 })],
      [started(1, { worker: HOLDER, attempt: 2 }), HOLDER],
      [finished(1, 0.1, { worker: HOLDER, attempt: 2, result: result(0.1) }), HOLDER],
      // A late duplicate of its own.
      [finished(1, 0.1, { worker: HOLDER, attempt: 2 }), HOLDER],
    ];
    for (const logged of log(story)) {
      assert.equal(fold.apply(logged), true, JSON.stringify(logged));
      assert.equal(holders.admits(logged), true, JSON.stringify(logged));
    }
    assert.equal(fold.view.complete, 2);
    assert.equal(fold.view.ignored, 1);
    assert.equal(fold.view.setAside.count, 0);
  });

  it('takes a late end of a holder that was declared lost only until the next attempt is queued', () => {
    const lost = failed(0, { worker: HOLDER, error: { code: 'TRIAL_LOST', message: 'silent' } });
    const late: Said = [finished(0, 0.2, { worker: HOLDER }), HOLDER];
    const before = new StudyFold();
    for (const logged of log([...BEGUN, [lost], late])) before.apply(logged);
    assert.equal(before.view.complete, 1);
    const after = new StudyFold();
    for (const logged of log([...BEGUN, [lost], [queued(0, { attempt: 2 })], late])) after.apply(logged);
    assert.equal(after.view.complete, 0);
    assert.match(after.view.setAside.records[0]?.reason ?? '', /attempt 1 .* attempt 2 stands/);
  });

  it('judges nothing where nobody signs', () => {
    const fold = new StudyFold();
    for (const logged of log([[created()], [finished(3, 0.2)]])) assert.equal(fold.apply(logged), true);
    assert.equal(fold.view.complete, 1);
  });
});
