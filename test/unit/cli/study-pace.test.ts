// What `sweep status` says of time and pace, from the first trial on.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Pace, PaceMeter, servingWorkers } from '../../../src/coordinator/archive/study-pace.js';
import type { StudyEvent } from '../../../src/study/events.js';
import { StudyFold } from '../../../src/study/fold.js';
import type { StudyView } from '../../../src/study/study-view.js';
import {
  created,
  finished,
  queued,
  reported,
  result,
  started,
  workerInfo,
} from '../../support/fixtures/study-events.js';

const START_MS = Date.parse('2026-01-01T00:00:00Z');
const SECOND = 1_000;

/** The study after these events, each at its second. */
function observe(events: readonly (readonly [number, StudyEvent])[]): { meter: PaceMeter; view: StudyView } {
  const meter = new PaceMeter();
  const fold = new StudyFold();
  events.forEach(([second, event], at) => {
    const logged = { seq: at + 1, at: new Date(START_MS + second * SECOND).toISOString(), event };
    fold.apply(logged);
    meter.observe(logged);
  });
  return { meter, view: fold.view };
}

const second = (value: number): number => START_MS + value * SECOND;
const opening = (total: number): (readonly [number, StudyEvent])[] => [
  [0, created({ total, spec: { training: { epochs: 10 } } })],
  [0, { type: 'study.opened', coordinator: 'c1' }],
  [0, { type: 'study.state', state: 'running', durationMs: 0 }],
];
const trained = (seconds: number) => ({ result: result(0.3, { durationMs: seconds * SECOND }) });

/** An epoch that took so long. */
function epochOf(index: number, epoch: number, seconds: number): StudyEvent {
  const event = reported(index, epoch, 0.3);
  return { ...event, report: { ...event.report, durationMs: seconds * SECOND } };
}

function near(actual: number | null, expected: number, share = 0.01): void {
  assert.ok(
    actual !== null && Math.abs(actual - expected) <= expected * share,
    `${actual} is not ${expected}`,
  );
}

test('time goes on between the events, and stands still when nobody works on the study', () => {
  const { meter, view } = observe([...opening(4), [3, queued(0)], [4, started(0)]]);
  assert.equal(meter.durationMs(view, second(60)), 60 * SECOND);
  assert.equal(meter.durationMs(view, null), 4 * SECOND);
});

test('the time of earlier coordinators is kept, that between them is not counted', () => {
  const { meter, view } = observe([
    ...opening(4),
    [10, { type: 'study.state', state: 'interrupted', durationMs: 10 * SECOND }],
    [1000, { type: 'study.opened', coordinator: 'c2' }],
    [1000, { type: 'study.state', state: 'running', durationMs: 10 * SECOND }],
  ]);
  assert.equal(meter.durationMs(view, second(1005)), 15 * SECOND);
});

test('one finished trial gives throughput and an ETA', () => {
  const { meter, view } = observe([
    ...opening(9),
    [0, started(0)],
    [0, started(1)],
    [20, finished(0, 0.3, trained(20))],
    [20, started(2)],
  ]);
  // Two slots, 20 s a trial: trial 1 is about to end, trial 2 begins, six wait.
  const pace = meter.measure(view, [workerInfo('w1', { slots: 2 })], second(20));
  near(pace.trialsPerMinute, 6);
  near(pace.etaMs, 70 * SECOND, 0.02);
  near(pace.idleShare === null ? null : 1 - pace.idleShare, 1);
});

test('before the first end, reports give an ETA when the number of epochs is fixed', () => {
  const live = [workerInfo('w1', { slots: 1 })];
  const before = observe([...opening(3), [0, started(0)]]);
  assert.equal(before.meter.measure(before.view, live, second(5)).etaMs, null);
  const { meter, view } = observe([...opening(3), [0, started(0)], [4, reported(0, 2, 0.3)]]);
  // Two of ten epochs in 4 s: 20 s a trial, of which 4 s are over.
  near(meter.measure(view, live, second(4)).etaMs, 56 * SECOND);
});

test('what a thread needs to start is not taken for a part of each epoch', () => {
  const live = [workerInfo('w1', { slots: 1 })];
  const first = epochOf(0, 1, 1);
  const start: (readonly [number, StudyEvent])[] = [...opening(3), [0, started(0)], [5, first]];
  const { meter, view } = observe(start);
  // Four seconds passed before its first epoch of one: nine are left of it, and two trials of ten.
  near(meter.measure(view, live, second(5)).etaMs, 29 * SECOND);
  const ended = observe([...start, [14, finished(0, 0.3, trained(10))]]);
  near(ended.meter.measure(ended.view, live, second(14)).etaMs, 20 * SECOND);
});

test('a program: the start that its first epoch has in it is not taken for a part of the others', () => {
  const live = [workerInfo('w1', { slots: 1 })];
  const start: (readonly [number, StudyEvent])[] = [
    [0, created({ total: 2, dataset: null, spec: { objective: { epochs: 21 } } })],
    [0, { type: 'study.state', state: 'running', durationMs: 0 }],
    [0, started(0)],
    [10, epochOf(0, 1, 10)],
  ];
  const one = observe(start);
  assert.equal(one.meter.measure(one.view, live, second(10)).etaMs, null);
  const { meter, view } = observe([...start, [12, epochOf(0, 3, 1)]]);
  // Ten seconds and twenty of one: 30 s a trial, of this one 18 of 21 epochs, and another.
  near(meter.measure(view, live, second(12)).etaMs, (30 + (30 * 18) / 21) * SECOND);
});

test('many ends: the distance between the latest ones counts', () => {
  const ends = Array.from({ length: 40 }, (_, index): [number, StudyEvent] => [
    index + 1,
    finished(index, 0.3, trained(0.1)),
  ]);
  const { meter, view } = observe([...opening(100), ...ends]);
  const pace = meter.measure(view, [workerInfo('w1', { slots: 4 })], second(41));
  near(pace.trialsPerMinute, 60);
  near(pace.etaMs, 60 * SECOND);
});

test('ends that were written together: what ended at the first time was done before it', () => {
  const live = [workerInfo('w1', { slots: 4 })];
  // 60 trials at a time, a second each: start and end in one message every 15 s.
  const message = (at: number) =>
    Array.from({ length: 60 }, (_, place): [number, StudyEvent][] => [
      [at, started(at * 4 + place)],
      [at, finished(at * 4 + place, 0.3, trained(1))],
    ]).flat();
  const times = [15, 30, 45, 60, 75];
  for (const count of [1, 2, 3, 5]) {
    const { meter, view } = observe([...opening(1_000), ...times.slice(0, count).flatMap(message)]);
    const pace = meter.measure(view, live, second(15 * count));
    near(pace.trialsPerMinute, 240);
    near(pace.etaMs, (15 * (1_000 - 60 * count) * SECOND) / 60);
  }
});

test('what was before a stop says nothing of the pace now', () => {
  const { meter, view } = observe([
    ...opening(4),
    [0, started(0)],
    [1000, finished(0, 0.3, trained(1000))],
    [2000, { type: 'study.opened', coordinator: 'c2' }],
    [2000, { type: 'study.state', state: 'running', durationMs: 1000 * SECOND }],
    [2000, started(1)],
    [2010, finished(1, 0.3, trained(10))],
  ]);
  const pace = meter.measure(view, [workerInfo('w1', { slots: 1 })], second(2010));
  near(pace.trialsPerMinute, 6);
  near(pace.etaMs, 20 * SECOND);
});

test('there is no ETA for a study that nobody works on', () => {
  const { meter, view } = observe([...opening(4), [0, started(0)], [9, finished(0, 0.3, trained(9))]]);
  const etaOf = (pace: Pace): number | null => pace.etaMs;
  const live = [workerInfo('w1', { slots: 2 })];
  assert.equal(etaOf(meter.measure(view, live, null)), null, 'no coordinator');
  assert.equal(etaOf(meter.measure(view, [], second(9))), null, 'no worker');
  assert.equal(etaOf(meter.measure(view, [workerInfo('w1', { state: 'quarantined' })], second(9))), null);
  assert.ok(etaOf(meter.measure(view, live, second(9))) !== null);
});

test('trials count by their size: large ones that wait are not taken for small ones that ended', () => {
  const size = (work: number) => ({ size: { work, epochs: 10 } });
  const live = [workerInfo('w1', { slots: 1 })];
  const { meter, view } = observe([
    ...opening(3),
    [0, queued(0, size(0.25))],
    [0, started(0)],
    [5, finished(0, 0.3, trained(5))],
    [5, queued(1, size(0.75))],
    [5, queued(2, size(2))],
    [5, started(1)],
  ]);
  // 20 s for the mean trial: 15 s for the one that began, 40 s for the one that waits.
  near(meter.measure(view, live, second(5)).etaMs, 55 * SECOND);
});

test('epochs that are searched are those of the trial', () => {
  const live = [workerInfo('w1', { slots: 1 })];
  const { meter, view } = observe([
    [0, created({ total: 1, spec: {} })],
    [0, { type: 'study.state', state: 'running', durationMs: 0 }],
    [0, queued(0, { size: { work: 1, epochs: 4 } })],
    [0, started(0)],
    [10, epochOf(0, 1, 10)],
  ]);
  near(meter.measure(view, live, second(10)).etaMs, 30 * SECOND);
});

test('on one machine only the threads of the study itself count, not those of another study', () => {
  const live = [workerInfo('c1', { slots: 2 }), workerInfo('c2', { slots: 2 })];
  assert.deepEqual(
    servingWorkers(live, 'c1', false).map(({ worker }) => worker),
    ['c1'],
  );
  assert.equal(servingWorkers(live, 'c1', true).length, 2);
});

test('a first report that comes together with its start tells no pace, and those of one message tell that of all', () => {
  const events = [...opening(10), [0, started(0)], [1, epochOf(0, 1, 1)], [2, started(1)]] as const;
  const live = [workerInfo('w1', { slots: 2 })];
  const etaOf = (more: readonly (readonly [number, StudyEvent])[]) => {
    const { meter, view } = observe([...events, ...more]);
    return meter.measure(view, live, second(4)).etaMs;
  };
  const alone = etaOf([]);
  assert.ok(alone !== null && alone > 0);
  // Of the second trial's ten epochs one is done.
  near(etaOf([[2, epochOf(1, 1, 0)]]), alone, 0.02);
  const both = [
    [4, epochOf(1, 1, 2)],
    [4, epochOf(1, 2, 1)],
  ] as const;
  near(etaOf(both), etaOf([[3, epochOf(1, 1, 1)], both[1]])!);
});
