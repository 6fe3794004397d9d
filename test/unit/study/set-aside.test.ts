// Records that count for nothing: named, counted, and without a trace in what a study means.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { studyEventCodec } from '../../../src/bus/messages.js';
import { rankView } from '../../../src/leaderboard/ranking.js';
import { leaderboardRow } from '../../../src/leaderboard/row-fields.js';
import type { StudyEvent } from '../../../src/study/events.js';
import { creationUnreadable, headerOf, type StudyView } from '../../../src/study/study-view.js';
import type { TrialResult } from '../../../src/study/trial/trial.js';
import { foldEvents } from '../../support/fixtures/fold-events.js';
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

const SOUND = [created(), queued(0), started(0), finished(0, 0.27)];
const fold = (...events: StudyEvent[]): StudyView => foldEvents(logged(events));
const meaning = ({ setAside: _, lastSeq: __, timing: ___, ...view }: StudyView): unknown => view;

describe('a log whose first record cannot be read', () => {
  const damaged: StudyEvent = { type: 'log.unreadable', place: 'events.jsonl:1', reason: 'torn', records: 1 };

  it('says which record that is, why, and what to do', () => {
    assert.throws(() => headerOf(fold(damaged, queued(0), finished(0, 0.2))), {
      code: 'EVENT_LOG_CORRUPT',
      message: /cannot be read: events\.jsonl:1: torn/,
      hint: /backup.*version of sweep that wrote it.*sweep rm/,
    });
    assert.match(creationUnreadable('grid-7f3a', []).message, /event log of study grid-7f3a does not say/);
    assert.match(creationUnreadable('grid-7f3a', []).hint ?? '', /cut short.*sweep rm grid-7f3a/);
  });
});

/** A result as of an objective that trains nothing. */
function untrained(objective: number): TrialResult {
  const { weightsDigest: _, engine: __, ...rest } = result(objective, { modelDigest: null });
  return rest;
}

describe('records that are set aside', () => {
  const foreign: readonly (readonly [string, StudyEvent, RegExp])[] = [
    ['unreadable', { type: 'log.unreadable', place: 'log:5', reason: 'damaged', records: 1 }, /damaged/],
    ['of an index outside the grid', finished(4, 0.0001), /trial 4 .* has 4, from 0/],
    ['of an absurd index', reported(1e7, 1, 0.1), /trial 10000000/],
    ['of the largest index', failed(Number.MAX_SAFE_INTEGER, { final: true }), /trial 9007199254740991/],
    [
      'a finish without a model',
      finished(1, 0.0001, { result: result(0.0001, { modelDigest: null }) }),
      /without a model/,
    ],
    ['a finish without weights', finished(1, 0.0001, { result: untrained(0.0001) }), /without a model/],
  ];
  for (const [name, event, reason] of foreign) {
    it(`${name}: counted, named, and it changes nothing`, () => {
      const view = fold(...SOUND, event);
      assert.deepEqual(meaning(view), meaning(fold(...SOUND)));
      assert.equal(view.setAside.count, 1);
      assert.match(view.setAside.records[0]?.reason ?? '', reason);
      assert.equal(view.setAside.records[0]?.seq, 5);
    });
  }

  it('what speaks of another trial at a place that was given out', () => {
    const view = fold(created(), queued(1), { ...finished(1, 0.0001), trial: 'feedfacefeedface' });
    assert.equal(view.complete, 0);
    assert.equal(view.setAside.count, 1);
    assert.equal(view.open.get(1)?.state, 'PENDING');
  });

  it('what speaks of another trial before the place is given out gives way to the trial of the place', () => {
    const early = { ...started(1), trial: 'feedfacefeedface' };
    const view = fold(created(), early, queued(1), started(1), finished(1, 0.3));
    assert.equal(view.rows[0]?.seeds[0]?.trial, finished(1, 0.3).trial);
    assert.equal(view.open.size, 0);
  });

  it('a function study has no models, and none are asked for', () => {
    const end = finished(0, 0.1, { result: result(0.1, { modelDigest: null }) });
    assert.equal(fold(created({ dataset: null }), end).complete, 1);
  });

  it('a function study has no weights and no engine, on the bus and on the leaderboard', () => {
    const end = finished(0, 0.1, { result: untrained(0.1) });
    assert.deepEqual(studyEventCodec.decode(studyEventCodec.encode(end)), end);
    const view = fold(created({ dataset: null }), end);
    const [ranked] = rankView(view);
    assert.ok(ranked !== undefined);
    const row = leaderboardRow(ranked, view);
    assert.deepEqual([row.weightsDigest, row.engine], [null, null]);
  });

  it('a flood is counted whole and kept in part; lost records count each', () => {
    const lost: StudyEvent = {
      type: 'log.unreadable',
      place: 'log:9',
      reason: 'x'.repeat(5_000),
      records: 3,
    };
    const { setAside } = fold(created(), ...Array.from({ length: 500 }, () => lost));
    assert.equal(setAside.count, 1_500);
    assert.equal(setAside.records.length, 20);
    assert.ok(JSON.stringify(setAside).length < 10_000);
  });

  it('a trial that was passed over at the end does not win', () => {
    const tested: StudyEvent = {
      type: 'study.tested',
      tests: [],
      passedOver: [{ trial: finished(0, 0.1).trial, reason: 'its model is gone' }],
    };
    const view = fold(created(), finished(0, 0.1), finished(1, 0.2), tested);
    assert.deepEqual(
      rankView(view).map(({ row }) => [row.trial, row.state]),
      [
        [finished(1, 0.2).trial, 'COMPLETE'],
        [finished(0, 0.1).trial, 'FAILED'],
      ],
    );
  });
});
