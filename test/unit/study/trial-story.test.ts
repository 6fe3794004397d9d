import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { StudyEvent } from '../../../src/study/events.js';
import { describeTrial } from '../../../src/study/trial-story.js';
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
        'epoch 1: trainLoss 0.14, validationMae 0.28 in 100 ms',
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
});
