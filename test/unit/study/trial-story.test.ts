import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { StudyEvent } from '../../../src/study/events.js';
import { describeTrial } from '../../../src/study/trial/trial-story.js';
import {
  checkpointed,
  created,
  failed,
  finished,
  logged,
  queued,
  reported,
  returned,
  started,
  trialAt,
} from '../../support/fixtures/study-events.js';

const tell = (...events: StudyEvent[]) => describeTrial(logged(events), trialAt(0));

describe('describeTrial', () => {
  it('tells the whole story of one trial and of no other', () => {
    const story = tell(
      created(),
      queued(0),
      queued(1),
      started(0),
      reported(0, 1, 0.28),
      checkpointed(0, 1),
      failed(0),
      queued(0, { attempt: 2 }),
      started(0, { attempt: 2, worker: 'w2', fromEpoch: 1 }),
      finished(0, 0.2701, { attempt: 2, worker: 'w2' }),
      finished(1, 0.1),
    );
    assert.deepEqual(
      story?.lines.map(({ text }) => text),
      [
        'queued for any worker',
        'attempt 1: w1 began from the start (wasm)',
        'epoch 1: trainLoss 0.14, validationMae 0.28 in 0.1 s',
        'checkpoint of epoch 1 stored',
        'attempt 1 failed on w1: TRIAL_CRASHED, the thread ended',
        'queued again, as attempt 2, for any worker',
        'attempt 2: w2 began from the checkpoint of epoch 1 (wasm)',
        'complete on w2: objective 0.2701 at epoch 2 of 3',
      ],
    );
    assert.equal(story?.state, 'COMPLETE');
    assert.equal(story?.conclusion, 'It is complete, 2 attempts.');
  });

  it('tells of a trial that was interrupted within an epoch and went on from there', () => {
    const story = tell(
      created(),
      queued(0),
      started(0),
      { ...checkpointed(0, 0), step: 40 },
      returned(0),
      started(0, { fromEpoch: 0, fromStep: 40 }),
    );
    assert.deepEqual(story?.lines.map(({ text }) => text).slice(2), [
      'checkpoint of epoch 1, step 40, stored',
      'attempt 1: w1 gave it back: the worker drains',
      'attempt 1: w1 began from the checkpoint of epoch 1, step 40, (wasm)',
    ]);
  });

  it('is null for a trial that the log does not know', () => {
    assert.equal(describeTrial(logged([created(), queued(1)]), trialAt(0)), null);
  });

  const endings: [string, StudyEvent[], RegExp][] = [
    ['waits for a worker', [queued(0, { requires: 'gpu' })], /waits for a free slot of a gpu worker/],
    ['runs', [queued(0), started(0), reported(0, 3, 0.2)], /runs on w1, attempt 1: epoch 3 is done/],
    ['waits after a failure', [queued(0), started(0), failed(0)], /waits for another attempt.*TRIAL_CRASHED/],
    ['was given back', [queued(0), started(0), returned(0)], /waits for a free slot of any worker/],
    [
      'waits in a paused study',
      [queued(0), { type: 'study.state', state: 'paused', durationMs: 1 }],
      /the study is paused/,
    ],
    [
      'failed for good',
      [queued(0), started(0), failed(0), failed(0, { final: true })],
      /failed with TRIAL_CRASHED after 1 attempt: the thread ended/,
    ],
    ['came from the cache', [finished(0, 0.2, { cached: true })], /the result cache had its result/],
  ];
  for (const [name, events, conclusion] of endings) {
    it(`concludes why a trial that ${name} is where it is`, () => {
      assert.match(tell(created(), ...events)?.conclusion ?? '', conclusion);
    });
  }

  it('marks what came after the end as ignored', () => {
    const story = tell(created(), finished(0, 0.27), finished(0, 0.2, { attempt: 2 }));
    assert.match(story?.lines[1]?.text ?? '', /^ignored, as it had ended/);
    assert.equal(story?.conclusion, 'It is complete, 1 attempt.');
  });

  it('tells errors apart that lie close: small ones, and ones far from zero', () => {
    const near = (epochs: readonly number[]) =>
      tell(created(), queued(0), started(0), ...epochs.map((value, at) => reported(0, at + 1, value)))
        ?.lines.slice(2)
        .map(({ text }) => /validationMae (\S+)/.exec(text)?.[1]?.replace(',', ''));
    for (const epochs of [
      [1.0000001e-6, 1.0000002e-6, 1.0000003e-6],
      [1_700_000_001, 1_700_000_000, 1_699_999_999],
      [0.25, 0.2500001, 0.2500002],
    ]) {
      const shown = near(epochs) ?? [];
      assert.equal(new Set(shown).size, epochs.length, shown.join(' '));
      for (const [at, value] of epochs.entries())
        assert.ok(Math.abs(Number(shown[at]) - value) < 1e-9 * value, shown[at]);
    }
    assert.deepEqual(near([0.281234567, 0.25]), ['0.28123', '0.25'], 'no more digits than it takes');
  });

  it('tells an objective apart from those of the other trials', () => {
    const events = logged([created(), queued(0), started(0), finished(0, 1_700_000_001)]);
    const text = (others: readonly number[]) =>
      describeTrial(events, trialAt(0), others)?.lines.at(-1)?.text ?? '';
    assert.match(text([1_700_000_000.5, 1_700_000_001]), /objective 1700000001 /);
    assert.match(text([]), /objective 1700000001 /);
  });
});
