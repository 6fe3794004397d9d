// When a study will end, as its coordinator sees it from the events of workers on other machines.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StudyPlan } from '../../../src/coordinator/plan/study-plan.js';
import { StudyProgress } from '../../../src/coordinator/plan/study-progress.js';
import type { StudyEvent } from '../../../src/study/events.js';
import { StudyFold } from '../../../src/study/fold.js';
import { listPlan } from '../../support/fakes/list-plan.js';
import { created, finished, reported, started, trainConfig } from '../../support/fixtures/study-events.js';

const EPOCHS = trainConfig.kind === 'train' ? trainConfig.training.epochs : 0;
const TRIALS = 4;

/** All trials alike, so that only time tells. */
function planAlike(): StudyPlan {
  const plan = listPlan(Array.from({ length: TRIALS }, (_, x) => ({ x })));
  return { ...plan, resolve: (params, repeat) => ({ ...plan.resolve(params, repeat), config: trainConfig }) };
}

function watchStudy() {
  let nowMs = 0;
  const fold = new StudyFold();
  const progress = new StudyProgress({
    plan: planAlike(),
    slots: 1,
    progressOf: () => null,
    now: () => nowMs,
  });
  let seq = 0;
  return (second: number, event: StudyEvent): number | null => {
    nowMs = second * 1_000;
    seq += 1;
    const logged = { seq, at: new Date(nowMs).toISOString(), event };
    fold.apply(logged);
    progress.observe(logged, { x: 0 });
    return progress.snapshot(fold.view).etaMs;
  };
}

test('an epoch on another machine is enough for an ETA', () => {
  const happen = watchStudy();
  happen(0, created({ total: TRIALS }));
  assert.equal(happen(0, started(0)), null);
  const etaMs = happen(10, reported(0, 1, 0.3)) ?? 0;
  const trialMs = 10_000 * EPOCHS;
  assert.ok(Math.abs(etaMs - (TRIALS * trialMs - 10_000)) < trialMs * 0.01, `${etaMs}`);
});

test('what a trial on another machine has done is not counted as still to do', () => {
  const happen = watchStudy();
  happen(0, created({ total: TRIALS }));
  happen(0, started(0));
  const trialMs = 10_000 * EPOCHS;
  happen(trialMs / 1_000, finished(0, 0.3));
  happen(trialMs / 1_000, started(1));
  const etaMs = happen(trialMs / 1_000 + 10 * (EPOCHS - 1), reported(1, EPOCHS - 1, 0.3)) ?? 0;
  assert.ok(Math.abs(etaMs - (2 * trialMs + 10_000)) < trialMs * 0.01, `${etaMs}`);
});

test('a thousand ends cost no more looks at thousands of running trials than time allows', () => {
  const running = 2_000;
  let nowMs = 0;
  let looks = 0;
  const fold = new StudyFold();
  const progress = new StudyProgress({
    plan: planAlike(),
    slots: running,
    progressOf: () => {
      looks += 1;
      return null;
    },
    now: () => nowMs,
  });
  let seq = 0;
  const happen = (event: StudyEvent): void => {
    seq += 1;
    const logged = { seq, at: new Date(nowMs).toISOString(), event };
    fold.apply(logged);
    progress.observe(logged, {});
  };
  happen(created({ total: running }));
  for (let index = 0; index < running; index++) happen(started(index));
  nowMs = 1_000;
  for (let index = 0; index < 1_000; index++) {
    nowMs += 1;
    happen(finished(index, 0.2));
    assert.equal(progress.snapshot(fold.view).ended, index + 1, 'what has ended is always exact');
  }
  // A second in all: a look every 200 ms.
  assert.ok(looks <= 6 * running, `${looks} looks`);
});
