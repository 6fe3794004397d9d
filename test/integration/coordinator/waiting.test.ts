// Trials that wait at rungs, with a coordinator and a node in one process: twins, a pause of the study, another coordinator.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createScheduler, SCHEDULERS } from '../../../src/search/registry.js';
import type { StudyView } from '../../../src/study/study-view.js';
import { RUNG_EPOCHS } from '../../support/fakes/fault-task.js';
import { listPlan } from '../../support/fakes/list-plan.js';
import { type LocalStudyRun, runLocalStudy } from '../../support/fixtures/local-study.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';

const LIMIT_MS = 60_000;

/** Points whose trials are worse the greater `x` is. */
function waitingPlan(xs: readonly number[]) {
  const section = SCHEDULERS.asha.schema.parse({ type: 'asha', variant: 'promote' });
  const context = { epochs: RUNG_EPOCHS, repeats: 1, total: xs.length, seed: 1 };
  const points = xs.map((x) => ({ fault: 'rungs', x }));
  return listPlan(points, {}, () => createScheduler(section, context));
}

function endsOf(view: StudyView): unknown {
  const seeds = view.rows.flatMap((row) => row.seeds);
  return seeds
    .map(({ index, result: { state, epochs, objective } }) => ({ index, state, epochs, objective }))
    .sort((one, other) => one.index - other.index);
}

const countOf = ({ events }: LocalStudyRun, type: string): number =>
  events.filter(({ event }) => event.type === type).length;

test('all trials of a rung wait, the best go on, the rest end where they are', {
  timeout: LIMIT_MS,
}, async (t) => {
  const xs = [5, 3, 8, 1, 7, 2, 9, 4, 6];
  const run = await runLocalStudy({ home: temporaryDirectory(t), plan: waitingPlan(xs) });
  assert.equal(run.end.state, 'complete');
  assert.equal(run.view.open.size, 0);
  assert.equal(run.view.failures.size, 0);
  const best = run.view.rows.find(({ params }) => params.x === 1);
  assert.equal(best?.seeds[0]?.result.epochs, RUNG_EPOCHS);
  assert.equal(run.view.complete + run.view.pruned, xs.length);
  // No epoch twice, whoever went on.
  const trained = run.view.rows.reduce((sum, { seeds }) => sum + (seeds[0]?.result.epochs ?? 0), 0);
  assert.equal(countOf(run, 'trial.report'), trained);
});

test('trials that are the same one are judged once, and nobody waits for the others', {
  timeout: LIMIT_MS,
}, async (t) => {
  const xs = [5, 5, 3, 8, 3, 1, 7, 1, 2, 9, 4, 6, 6];
  const run = await runLocalStudy({ home: temporaryDirectory(t), plan: waitingPlan(xs) });
  assert.equal(run.end.state, 'complete');
  assert.equal(run.view.complete + run.view.pruned, xs.length);
  const different = [...new Set(xs)];
  const alone = await runLocalStudy({ home: temporaryDirectory(t), plan: waitingPlan(different) });
  const reached = ({ view }: LocalStudyRun): unknown =>
    view.rows.map(({ params, seeds }) => [params.x, seeds[0]?.result.epochs]).sort();
  assert.deepEqual(
    [...new Map(reached(run) as [number, number][])],
    [...new Map(reached(alone) as [number, number][])],
  );
});

test('a coordinator that is interrupted at any event is succeeded by one that decides the same', {
  timeout: LIMIT_MS,
}, async (t) => {
  const plan = waitingPlan([5, 3, 8, 1, 7, 2, 9, 4, 6]);
  const undisturbed = await runLocalStudy({ home: temporaryDirectory(t), plan });
  for (const [type, nth] of [
    ['trial.paused', 1],
    ['trial.paused', 9],
    ['trial.stop', 1],
    ['trial.queued', 10],
    ['trial.finished', 2],
  ] as const) {
    const home = temporaryDirectory(t);
    let seen = 0;
    await runLocalStudy({
      home,
      plan,
      onEvent: ({ event }, coordinator) => {
        if (event.type !== type) return;
        seen += 1;
        if (seen === nth) coordinator.interrupt('the test says so');
      },
    });
    const resumed = await runLocalStudy({ home, plan });
    assert.equal(resumed.end.state, 'complete', `${type} ${nth}`);
    assert.deepEqual(endsOf(resumed.view), endsOf(undisturbed.view), `${type} ${nth}`);
  }
});

test('while the study is paused nobody goes on, and afterwards they do', { timeout: LIMIT_MS }, async (t) => {
  const plan = waitingPlan([5, 3, 8, 1, 7, 2]);
  const undisturbed = await runLocalStudy({ home: temporaryDirectory(t), plan });
  let isPaused = false;
  const run = await runLocalStudy({
    home: temporaryDirectory(t),
    plan,
    onEvent: ({ event }, coordinator) => {
      if (event.type !== 'trial.paused' || isPaused) return;
      isPaused = true;
      const state = (what: 'paused' | 'running') =>
        coordinator.append({ type: 'study.state', state: what, durationMs: 1 });
      void state('paused').then(() => setTimeout(() => void state('running'), 300));
    },
  });
  assert.equal(run.end.state, 'complete');
  assert.deepEqual(endsOf(run.view), endsOf(undisturbed.view));
});
