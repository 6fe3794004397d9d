import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { StudyEvent } from '../../../src/study/events.js';
import { overheadMsPerTrial } from '../../../src/study/study-timing.js';
import {
  countTrials,
  emptyView,
  headerOf,
  runningTrials,
  type StudyView,
} from '../../../src/study/study-view.js';
import { foldEvents } from '../../support/fixtures/fold-events.js';
import {
  checkpointed,
  created,
  failed,
  finished,
  logged,
  queued,
  reported,
  result,
  returned,
  started,
  trialAt,
} from '../../support/fixtures/study-events.js';

const fold = (...events: StudyEvent[]): StudyView => foldEvents(logged(events));
const objectives = (view: StudyView): number[] => view.rows.map((row) => row.objective);

describe('StudyFold: counts and states', () => {
  it('counts a study from its first event to its last', () => {
    const view = fold(
      created({ total: 5 }),
      queued(0),
      queued(1),
      queued(2),
      queued(3),
      started(0),
      started(1),
      started(2),
      finished(0, 0.27),
      finished(3, 0.26, { cached: true }),
      finished(1, 0.3, { result: result(0.3, { state: 'PRUNED' }) }),
      failed(2, { final: true }),
    );
    assert.deepEqual(countTrials(view), {
      total: 5,
      pending: 1,
      running: 0,
      complete: 2,
      pruned: 1,
      failed: 1,
      cached: 1,
    });
    assert.equal(view.open.size, 0);
  });

  it('takes the trials heard of as the total of a sampler without end', () => {
    assert.equal(countTrials(fold(created({ total: null }), queued(0), queued(6))).total, 7);
  });

  it('reads direction, metric and repeats from the spec', () => {
    const spec = { objective: { metric: 'value', direction: 'maximize', epoch: 'best' }, repeats: 3 };
    const header = headerOf(fold(created({ spec })));
    assert.deepEqual([header.direction, header.metric, header.repeats], ['maximize', 'value', 3]);
  });

  it('throws for a log that does not begin with the creation of its study', () => {
    assert.throws(() => headerOf(fold(queued(0))), { code: 'EVENT_LOG_CORRUPT' });
  });

  it('keeps the state, its reason, and the longest duration', () => {
    const view = fold(
      created(),
      { type: 'study.opened', coordinator: 'host-1' },
      { type: 'study.state', state: 'running', durationMs: 0 },
      { type: 'study.state', state: 'interrupted', reason: 'Ctrl-C', durationMs: 700 },
      { type: 'study.state', state: 'running', durationMs: 0 },
    );
    assert.deepEqual(
      [view.state, view.stateReason, view.coordinator, view.timing.durationMs],
      ['running', null, 'host-1', 700],
    );
  });

  it('leaves the view it was given as it is', () => {
    const before = fold(created(), queued(0));
    const copy = structuredClone(before);
    const [next] = logged([started(0)], 3);
    assert.ok(next !== undefined);
    const after = foldEvents([next], before);
    assert.equal(runningTrials(after).length, 1);
    assert.deepEqual(before, copy);
  });

  it('changes nothing for an event it has folded already', () => {
    const events = logged([created(), queued(0), started(0)]);
    const view = foldEvents(events);
    for (const event of events) assert.deepEqual(foldEvents([event], view), view);
  });
});

describe('StudyFold: attempts', () => {
  it('shows a running trial with its worker, reports and two newest checkpoints', () => {
    const view = fold(
      created(),
      queued(0),
      started(0, { worker: 'w2' }),
      reported(0, 2, 0.28),
      reported(0, 1, 0.29),
      checkpointed(0, 1),
      checkpointed(0, 3),
      checkpointed(0, 2),
    );
    const [trial] = runningTrials(view);
    assert.equal(trial?.worker, 'w2');
    assert.deepEqual(
      trial?.reports.map(({ epoch }) => epoch),
      [1, 2],
    );
    assert.deepEqual(
      trial?.checkpoints.map(({ epoch }) => epoch),
      [3, 2],
    );
  });

  it('goes on from within an epoch, behind which stands the end of the epoch before', () => {
    const within = { ...checkpointed(0, 2), step: 5, blob: 'd'.repeat(64) };
    const view = fold(created(), queued(0), started(0), checkpointed(0, 1), checkpointed(0, 2), within);
    const places = (one: typeof view) =>
      one.open.get(0)?.checkpoints.map(({ epoch, step = 0 }) => [epoch, step]);
    assert.deepEqual(places(view), [
      [2, 5],
      [2, 0],
    ]);
    const later = { ...within, step: 6 };
    const resumed = fold(
      ...[created(), queued(0), started(0), checkpointed(0, 2), within, returned(0)],
      ...[started(0, { fromEpoch: 2, fromStep: 5 }), within, later],
    );
    assert.equal(resumed.open.get(0)?.fromStep, 5);
    assert.deepEqual(places(resumed), [
      [2, 6],
      [2, 5],
    ]);
  });

  it('goes on from the newest attempt first, even if an earlier one got further', () => {
    const first = [created(), queued(0), started(0), checkpointed(0, 4), checkpointed(0, 5), failed(0)];
    const second = [queued(0, { attempt: 2 }), started(0, { attempt: 2 })];
    const kept = (...events: StudyEvent[]) =>
      fold(...first, ...second, ...events)
        .open.get(0)
        ?.checkpoints.map(({ attempt, epoch }) => [attempt, epoch]);
    assert.deepEqual(kept(checkpointed(0, 1, 2)), [
      [2, 1],
      [1, 5],
    ]);
    assert.deepEqual(kept(checkpointed(0, 2, 2), checkpointed(0, 1, 2)), [
      [2, 2],
      [2, 1],
    ]);
  });

  it('goes back to pending when an attempt fails, and remembers why', () => {
    const view = fold(created(), queued(0), started(0), failed(0));
    const trial = view.open.get(0);
    assert.deepEqual(
      [trial?.state, trial?.failedAttempts, trial?.lastError?.code],
      ['PENDING', 1, 'TRIAL_CRASHED'],
    );
    assert.equal(view.failures.get('TRIAL_CRASHED')?.attempts, 1);
    assert.equal(countTrials(view).pending, 4);
  });

  it('ignores what an attempt says after it failed or a newer one began', () => {
    const before = [
      created(),
      queued(0),
      started(0),
      failed(0),
      queued(0, { attempt: 2 }),
      started(0, { attempt: 2, worker: 'w2' }),
    ];
    const stale = [reported(0, 1, 0.1), checkpointed(0, 1), started(0), returned(0), failed(0)];
    const trial = fold(...before).open.get(0);
    assert.equal(trial?.state, 'RUNNING');
    assert.deepEqual(fold(...before, ...stale).open.get(0), trial);
    assert.deepEqual(fold(...before, ...stale).failures, fold(...before).failures);
  });

  it('keeps epochs up to the checkpoint when another attempt goes on from it, and voids later ones', () => {
    const view = fold(
      created(),
      queued(0),
      started(0),
      reported(0, 1, 0.3),
      reported(0, 2, 0.29),
      reported(0, 3, 0.28),
      failed(0),
      queued(0, { attempt: 2 }),
      started(0, { attempt: 2, fromEpoch: 2 }),
      reported(0, 3, 0.281, 2),
    );
    const reports = view.open.get(0)?.reports ?? [];
    assert.deepEqual(
      reports.map(({ epoch, attempt }) => [epoch, attempt]),
      [
        [1, 1],
        [2, 1],
        [3, 2],
      ],
    );
    assert.equal(reports[2]?.metrics.validationMae, 0.281);
  });

  it('blames nobody for a trial that is given back, and lets the same worker take it again', () => {
    const given = fold(created(), queued(0), started(0), returned(0));
    assert.deepEqual([given.open.get(0)?.state, given.open.get(0)?.failedAttempts], ['PENDING', 0]);
    const taken = fold(created(), queued(0), started(0), returned(0), started(0, { fromEpoch: 1 }));
    assert.equal(taken.open.get(0)?.state, 'RUNNING');
  });

  it('knows a repeated start of a worker whose trial another one took over', () => {
    const takenOver = [created(), queued(0), started(0), started(0, { worker: 'w2' })];
    assert.equal(fold(...takenOver, started(0)).open.get(0)?.worker, 'w2');
  });

  it('lets the first terminal event win and counts the others', () => {
    const view = fold(
      created(),
      finished(0, 0.27),
      finished(0, 0.2, { attempt: 2 }),
      failed(0, { final: true }),
      failed(0, { final: false }),
      reported(0, 4, 0.1),
    );
    assert.deepEqual(objectives(view), [0.27]);
    assert.equal(view.ignored, 2);
    assert.deepEqual([view.complete, view.failed], [1, 0]);
    assert.equal(view.open.size, 0);
  });

  it('counts failures by code, attempts and trials apart', () => {
    const error = { code: 'TRIAL_TIME_LIMIT', message: 'over its time' } as const;
    const view = fold(
      created(),
      failed(0),
      failed(0, { attempt: 2 }),
      failed(0, { attempt: 2, final: true }),
      failed(1, { error, final: true }),
    );
    assert.deepEqual(view.failures.get('TRIAL_CRASHED'), { attempts: 2, trials: 1 });
    assert.deepEqual(view.failures.get('TRIAL_TIME_LIMIT'), { attempts: 1, trials: 1 });
    assert.deepEqual(
      view.failedTrials.map(({ index }) => index),
      [0, 1],
    );
  });

  it('keeps some of many failed trials, and every one where all rows are asked for', () => {
    const events = logged([
      created({ total: 150 }),
      ...Array.from({ length: 150 }, (_, i) => failed(i, { final: true })),
    ]);
    assert.equal(foldEvents(events).failedTrials.length, 100);
    assert.equal(foldEvents(events, emptyView(Number.POSITIVE_INFINITY)).failedTrials.length, 150);
  });
});

describe('StudyFold: rows', () => {
  it('keeps the best rows only and counts the rest', () => {
    const events = [
      created({ total: 50 }),
      ...Array.from({ length: 50 }, (_, index) => finished(index, (100 - index) / 100)),
    ];
    const view = foldEvents(logged(events), emptyView(10));
    assert.deepEqual(objectives(view), [0.51, 0.52, 0.53, 0.54, 0.55, 0.56, 0.57, 0.58, 0.59, 0.6]);
    assert.equal(view.rowsDropped, 40);
    assert.equal(view.complete, 50);
  });

  it('keeps the highest when the study maximises', () => {
    const spec = { objective: { metric: 'value', direction: 'maximize', epoch: 'best' } };
    const view = foldEvents(
      logged([created({ spec }), finished(0, 1), finished(1, 3), finished(2, 2)]),
      emptyView(2),
    );
    assert.deepEqual(objectives(view), [3, 2]);
  });

  it('ranks pruned rows behind all complete ones', () => {
    const view = fold(
      created(),
      finished(0, 0.1, { result: result(0.1, { state: 'PRUNED' }) }),
      finished(1, 0.3),
    );
    assert.deepEqual(objectives(view), [0.3, 0.1]);
  });

  it('makes one row of the seeds of a point: mean, and Student interval over the seeds', () => {
    const spec = { objective: { direction: 'minimize' }, repeats: 3 };
    const params = { units: 32 };
    const values = [0.26, 0.27, 0.31];
    const events = values.map((value, seed) => finished(seed, value, { params, seed }));
    const partial = fold(created({ spec }), ...events.slice(0, 2));
    assert.equal(partial.rows.length, 0);
    assert.equal([...partial.partialRows.values()].length, 1);
    const [row] = fold(created({ spec }), ...events).rows;
    assert.ok(row !== undefined);
    assert.equal(row.state, 'COMPLETE');
    assert.ok(Math.abs(row.objective - 0.28) < 1e-12);
    // t(0.975, 2) = 4.302653; s = 0.0264575.
    const half = (4.302653 * 0.0264575) / Math.sqrt(3);
    assert.ok(Math.abs((row.objectiveInterval?.[0] ?? 0) - (0.28 - half)) < 1e-6);
    assert.ok(Math.abs((row.objectiveInterval?.[1] ?? 0) - (0.28 + half)) < 1e-6);
  });

  it('takes the bootstrap interval of a single seed', () => {
    assert.deepEqual(
      fold(created(), finished(0, 0.27)).rows[0]?.objectiveInterval,
      result(0.27).objectiveInterval,
    );
  });

  it('does not let a point win by the failure of its bad seeds', () => {
    const spec = { objective: { direction: 'minimize' }, repeats: 2 };
    const lucky = { units: 1 };
    const honest = { units: 2 };
    const view = fold(
      created({ spec }),
      finished(0, 0.1, { params: lucky }),
      failed(1, { params: lucky, final: true }),
      finished(2, 0.3, { params: honest }),
      finished(3, 0.3, { params: honest }),
    );
    assert.deepEqual(
      view.rows.map((row) => [row.params.units, row.state]),
      [
        [2, 'COMPLETE'],
        [1, 'FAILED'],
      ],
    );
  });

  it('has one row for points whose seeds are the same trials, and settles it', () => {
    const spec = { objective: { direction: 'minimize' }, repeats: 2 };
    const twin = { trial: trialAt(0), cached: true } as Parameters<typeof finished>[2];
    const other = { trial: trialAt(1), cached: true } as Parameters<typeof finished>[2];
    const ignored = { units: 32, learningRate: 0.1 };
    const view = fold(
      created({ spec }),
      finished(0, 0.27, { params: { units: 32 } }),
      finished(1, 0.29, { params: { units: 32 } }),
      finished(3, 0.29, { params: ignored, ...other }),
      finished(2, 0.27, { params: ignored, ...twin }),
    );
    assert.deepEqual(
      view.rows.map(({ params, state, seeds }) => [params, state, seeds.length]),
      [[{ units: 32 }, 'COMPLETE', 2]],
    );
    assert.equal(view.partialRows.size, 0);
  });

  it('settles the row of a study whose trials end within its only point, and of no other point that is cut', () => {
    const spec = { objective: { direction: 'minimize' }, repeats: 3 };
    const cut = fold(created({ spec, total: 2 }), finished(0, 0.27), finished(1, 0.29));
    assert.deepEqual(
      cut.rows.map(({ state, seeds }) => [state, seeds.length]),
      [['COMPLETE', 2]],
    );
    assert.equal(cut.partialRows.size, 0);
    const ends = [0, 1, 2, 3].map((index) => finished(index, 0.27 + index / 100));
    const second = fold(created({ spec, total: 4 }), ...ends);
    assert.deepEqual([second.rows.length, second.partialRows.size], [1, 1]);
  });

  it('settles the row of a point whose seeds are one trial, with the interval of that trial', () => {
    const spec = { objective: { direction: 'minimize' }, repeats: 3 };
    const twin = { trial: trialAt(0), cached: true } as Parameters<typeof finished>[2];
    const first = finished(0, 0.27);
    const partial = fold(created({ spec }), first, finished(2, 0.27, twin));
    assert.equal(partial.partialRows.size, 1);
    const view = fold(created({ spec }), first, finished(2, 0.27, twin), finished(1, 0.27, twin));
    assert.equal(view.partialRows.size, 0);
    assert.deepEqual(
      view.rows.map((row) => [row.state, row.seeds.length, row.objectiveInterval]),
      [['COMPLETE', 1, result(0.27).objectiveInterval]],
    );
  });

  it('has one row for a trial that stands at several places', () => {
    const params = { units: 32 };
    const view = fold(
      created(),
      finished(0, 0.27, { params }),
      finished(1, 0.27, { params, trial: trialAt(0), cached: true } as Parameters<typeof finished>[2]),
    );
    assert.equal(view.rows.length, 1);
    assert.equal(view.rows[0]?.seeds[0]?.cached, false);
    assert.deepEqual([view.complete, view.cached], [2, 1]);
  });

  it('grows neither with the number of trials that ended nor with their reports', () => {
    const trials = 5_000;
    const fullSize = (count: number): number => {
      const events: StudyEvent[] = [created({ total: count })];
      for (let index = 0; index < count; index += 1) {
        events.push(
          queued(index),
          started(index),
          reported(index, 1, 0.3),
          checkpointed(index, 1),
          finished(index, 0.3 + index * 1e-6),
        );
      }
      const view = foldEvents(logged(events), emptyView(100));
      assert.equal(view.ended.above.size, 0);
      assert.equal(view.ended.below, count);
      return JSON.stringify([
        ...view.open,
        view.rows,
        [...view.partialRows],
        [...view.workers],
        [...view.timing.freeSince],
      ]).length;
    };
    assert.ok(fullSize(trials) < fullSize(trials / 10) * 1.1);
  });
});

describe('StudyFold: time', () => {
  it('sums training time, and what the orchestration added from the second trial of a slot on', () => {
    // `at` is one second per event: the first is held 4 s of which 1 s is training, as its thread had to start. Then 1 s
    // between two trials, and 2 s held of which 1 s is training.
    const view = fold(
      created(),
      queued(0),
      started(0),
      queued(1),
      queued(2),
      reported(0, 1, 0.3),
      finished(0, 0.27),
      started(1),
      reported(1, 1, 0.3),
      finished(1, 0.28),
    );
    assert.equal(view.timing.busyMs, 2_000);
    assert.equal(view.timing.timedTrials, 1);
    assert.equal(overheadMsPerTrial(view.timing), 2_000);
  });

  it('does not time the first trial of each of two slots', () => {
    const view = fold(
      created(),
      started(0),
      started(1),
      finished(0, 0.27),
      finished(1, 0.28),
      started(2),
      finished(2, 0.29),
    );
    assert.equal(view.timing.timedTrials, 1);
    // The slot that was free the longest waited 2 s.
    assert.equal(overheadMsPerTrial(view.timing), 2_000);
  });

  it('times trials of two slots that begin in the same millisecond apart', () => {
    const events = [
      created(),
      started(0),
      started(1),
      finished(0, 0.27),
      finished(1, 0.28),
      started(2),
      started(3),
      finished(2, 0.29),
      finished(3, 0.3),
    ];
    const at = (place: number): string => new Date(Date.UTC(2026, 0, 1) + place * 1000).toISOString();
    const places = [0, 1, 1, 3, 4, 6, 6, 8, 8];
    const view = foldEvents(logged(events).map((each, i) => ({ ...each, at: at(places[i] ?? 0) })));
    assert.equal(view.timing.timedTrials, 2);
    // Waits of 3 s and 2 s, and each is held 2 s of which 1 s is training.
    assert.equal(view.timing.overheadMs, 7_000);
  });

  it('takes no training for overhead where start and end were written together', () => {
    const trials = [0, 1, 2, 3, 4, 5, 6].flatMap((index) => [started(index), finished(index, 0.3)]);
    const places = [0, 0, 0, 4, 4, 4, 8];
    const at = (event: number) => {
      const second = event === 0 ? 0 : (places[Math.floor((event - 1) / 2)] ?? 0);
      return new Date(Date.UTC(2026, 0, 1) + second * 1000).toISOString();
    };
    const view = foldEvents(
      logged([created({ total: 7 }), ...trials]).map((each, i) => ({ ...each, at: at(i) })),
    );
    assert.equal(view.timing.timedTrials, 6);
    // After the first message 8 s in one slot, of which the 4 trials are 4 s of training.
    assert.equal(view.timing.overheadMs, 4_000);
  });

  it('does not count a pause, nor trials from the cache', () => {
    const view = fold(
      created(),
      started(0),
      finished(0, 0.27),
      { type: 'study.state', state: 'paused', durationMs: 10 },
      { type: 'study.state', state: 'running', durationMs: 20 },
      started(1),
      finished(1, 0.28),
      finished(2, 0.28, { cached: true }),
    );
    assert.equal(view.timing.overheadMs, 0);
    assert.equal(view.timing.busyMs, 2_000);
  });
});
