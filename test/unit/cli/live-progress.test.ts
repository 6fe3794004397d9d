// How far a study is, as the terminal that runs it says: the same as `sweep status` beside it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LiveProgress } from '../../../src/cli/start/live-progress.js';
import { PaceMeter } from '../../../src/coordinator/archive/study-pace.js';
import type { StudyEvent } from '../../../src/study/events.js';
import { StudyFold } from '../../../src/study/fold.js';
import type { StudyView } from '../../../src/study/study-view.js';
import {
  created,
  finished,
  queued,
  reported,
  started,
  workerInfo,
} from '../../support/fixtures/study-events.js';

const EPOCHS = 10;
const LIVE = [workerInfo('w1', { slots: 2 })];
/** What the log's clock, a server's, is ahead of ours. */
const AHEAD_MS = 90_000;

function watchStudy() {
  let nowMs = 0;
  let seq = 0;
  const fold = new StudyFold();
  const progress = new LiveProgress(() => nowMs);
  progress.setWorkers(LIVE);
  const meter = new PaceMeter();
  return {
    happen(second: number, event: StudyEvent): void {
      nowMs = second * 1_000;
      seq += 1;
      const logged = { seq, at: new Date(nowMs + AHEAD_MS).toISOString(), event };
      fold.apply(logged);
      progress.observe(logged);
      meter.observe(logged);
    },
    /** What the terminal says at a second, and what a look from elsewhere gives. */
    etas(second: number): [here: number | null, status: number | null] {
      nowMs = second * 1_000;
      return [progress.snapshot(fold.view).etaMs, meter.measure(fold.view, LIVE, nowMs + AHEAD_MS).etaMs];
    },
    pause(second: number): void {
      this.happen(second, { type: 'study.state', state: 'paused', durationMs: second * 1_000 });
    },
    snapshot: () => progress.snapshot(fold.view),
  };
}

test('the running terminal and sweep status name the same ETA at the same moment', () => {
  const study = watchStudy();
  study.happen(0, created({ total: 8, spec: { training: { epochs: EPOCHS } } }));
  study.happen(0, { type: 'study.opened', coordinator: 'w1' });
  study.happen(0, { type: 'study.state', state: 'running', durationMs: 0 });
  study.happen(1, queued(0, { size: { work: 0.5, epochs: 5 } }));
  study.happen(1, started(0));
  assert.deepEqual(study.etas(2), [null, null], 'nothing was measured yet');
  study.happen(4, queued(1, { size: { work: 2, epochs: 20 } }));
  study.happen(4, started(1));
  study.happen(6, reported(0, 1, 0.3));
  for (const second of [6, 8, 20]) {
    const [here, status] = study.etas(second);
    assert.ok(here !== null && here > 0, `${second}`);
    assert.equal(here, status, `${second}`);
  }
  study.happen(30, finished(0, 0.3));
  const [here, status] = study.etas(33);
  assert.ok(here !== null && here > 0);
  assert.equal(here, status);
  study.pause(40);
  assert.deepEqual(study.etas(41), [null, null]);
});

test('what earlier runs left in the log says nothing of the clock', () => {
  const study = watchStudy();
  study.happen(-50_000, created({ total: 8, spec: { training: { epochs: EPOCHS } } }));
  study.happen(0, { type: 'study.opened', coordinator: 'w1' });
  study.happen(0, { type: 'study.state', state: 'running', durationMs: 0 });
  study.happen(0, started(0));
  study.happen(10, reported(0, 5, 0.3));
  const [here, status] = study.etas(10);
  assert.equal(here, status);
  assert.ok(here !== null && here > 0 && here < 200_000, `${here}`);
});

test('a thousand ends cost no more looks at thousands of running trials than time allows', () => {
  const running = 2_000;
  let nowMs = 0;
  let looks = 0;
  const fold = new StudyFold();
  const progress = new LiveProgress(() => nowMs);
  progress.setWorkers([workerInfo('w1', { slots: running })]);
  let seq = 0;
  const happen = (event: StudyEvent): void => {
    seq += 1;
    const logged = { seq, at: new Date(nowMs).toISOString(), event };
    fold.apply(logged);
    progress.observe(logged);
  };
  /** The view, counting the trials that are looked at. */
  const watched = (): StudyView => {
    const { open } = fold.view;
    const counting = Object.create(open, {
      size: { value: open.size },
      values: {
        value: () => {
          looks += open.size;
          return open.values();
        },
      },
    });
    return { ...fold.view, open: counting };
  };
  happen(created({ total: running }));
  happen({ type: 'study.state', state: 'running', durationMs: 0 });
  for (let index = 0; index < running; index++) happen(started(index));
  nowMs = 1_000;
  for (let index = 0; index < 1_000; index++) {
    nowMs += 1;
    happen(finished(index, 0.2));
    assert.equal(progress.snapshot(watched()).ended, index + 1, 'what has ended is always exact');
  }
  // A second in all: a look every 200 ms, which goes over them a few times.
  assert.ok(looks > 0 && looks <= 6 * 4 * running, `${looks} looks`);
});
