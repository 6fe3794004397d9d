import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SearchHistory } from '../../../src/coordinator/search/search-history.js';
import { type Stop, StopLedger } from '../../../src/coordinator/stops/stop-ledger.js';
import { createScheduler, type SchedulerSection } from '../../../src/search/registry.js';
import { seededRandom } from '../../../src/statistics/seeded-random.js';
import type { StudyEvent } from '../../../src/study/events.js';
import { StudyFold } from '../../../src/study/fold.js';
import type { StudyView } from '../../../src/study/study-view.js';
import { curvesOf } from '../../../src/study/trial/curves.js';
import { describeTrial } from '../../../src/study/trial/trial-story.js';
import {
  created,
  finished,
  logged,
  queued,
  reported,
  result,
  started,
  trialAt,
} from '../../support/fixtures/study-events.js';

const EPOCHS = 9;
const TRIALS = 24;
const OBJECTIVE = { metric: 'validationMae', direction: 'minimize', epoch: 'best' } as const;
type EventOf<Type extends StudyEvent['type']> = Extract<StudyEvent, { type: Type }>;

/** Falls to a level of its own with some noise, so that the best epoch is not always the last. */
function lossAt(index: number, epoch: number): number {
  const random = seededRandom(1_000 * index + epoch);
  return seededRandom(index + 1).uniform() + (1 + random.uniform()) / epoch;
}

/** What the workers say of a trial that nobody stops. */
function wholeTrial(index: number, epochs = EPOCHS): StudyEvent[] {
  const losses = Array.from({ length: epochs }, (_, place) => lossAt(index, place + 1));
  const best = Math.min(...losses);
  const ended = result(best, { bestEpoch: losses.indexOf(best) + 1, epochs });
  const metrics = { trainLoss: best / 2, validationMae: best };
  return [
    queued(index),
    started(index),
    ...losses.map((loss, place) => reported(index, place + 1, loss)),
    finished(index, best, { result: { ...ended, metrics } }),
  ];
}

const SCHEDULERS: readonly SchedulerSection[] = [
  { type: 'asha', grace: 1, reduction: 3, brackets: 1 },
  { type: 'hyperband', reduction: 3 },
  { type: 'median', warmup: 1, minTrials: 3 },
  { type: 'one-shot', epochs: 2, share: 0.25 },
  { type: 'projected-halving', grace: 1, share: 0.5, trust: 0.5 },
  { type: 'plateau', patience: 2, minDelta: 0.02 },
];

interface Played {
  readonly view: StudyView;
  readonly stops: readonly Stop[];
  readonly log: readonly StudyEvent[];
  /** What a sampler learns. */
  readonly told: unknown;
}

/**
 * Plays trials in any order of arrival, `slots` at a time; an order gets into the log after up to `lag` further events and
 * is heeded (or not) `lag` events after that.
 */
function play(
  section: SchedulerSection,
  histories: readonly (readonly StudyEvent[])[],
  slots: number,
  lag: number,
  seed: number,
): Played {
  const random = seededRandom(seed);
  const context = { epochs: EPOCHS, repeats: 1, total: TRIALS, seed: 1 };
  const ledger = new StopLedger(createScheduler(section, context), OBJECTIVE);
  const history = new SearchHistory({
    objective: OBJECTIVE,
    also: null,
    repeats: 1,
    total: histories.length,
    resultsNeeded: (point) => Math.max(0, point - histories.length + 1),
  });
  const fold = new StudyFold();
  const log: StudyEvent[] = [];
  const stops: Stop[] = [];
  const due: { at: number; stop: Stop }[] = [];
  const append = (event: StudyEvent): void => {
    log.push(event);
    fold.apply(...(logged([event], log.length) as [ReturnType<typeof logged>[0]]));
    if (event.type === 'trial.report' || event.type === 'trial.finished') {
      const found = ledger.observe(event, fold.view.ended.below);
      stops.push(...found);
      for (const stop of found) {
        history.stop(stop);
        due.push({ at: log.length + random.below(lag + 1), stop });
      }
    }
    history.observe(event);
    for (const order of due.splice(0))
      if (order.at > log.length) due.push(order);
      else append(orderOf(order.stop));
  };
  append(created({ total: TRIALS }));
  const waiting = histories.map((events) => [...events]);
  const running: StudyEvent[][] = [];
  while (waiting.length > 0 || running.length > 0) {
    while (running.length < slots && waiting.length > 0) running.push(waiting.shift() ?? []);
    const place = random.below(running.length);
    const [event] = running[place]?.splice(0, 1) ?? [];
    if (event === undefined) running.splice(place, 1);
    else append(event);
  }
  for (const { stop } of due.splice(0)) append(orderOf(stop));
  return { view: fold.view, stops, log, told: history.before(2 * histories.length - 1).told };
}

function orderOf({ trial, index, reason, epoch, counted }: Stop): EventOf<'trial.stop'> {
  return { type: 'trial.stop', trial, index, reason, epoch, ...(counted === null ? {} : { counted }) };
}

/** All that a leaderboard shows of a trial. */
function board(view: StudyView): unknown {
  return view.rows.map(({ trial, state, objective, objectiveInterval, metrics, seeds }) => {
    const { bestEpoch, epochs } = seeds[0]?.result ?? {};
    return { trial, state, objective, objectiveInterval, metrics, bestEpoch, epochs };
  });
}

const byIndex = (stops: readonly Stop[]): unknown => [...stops].sort((one, other) => one.index - other.index);

for (const section of SCHEDULERS) {
  test(`${section.type}: whatever order the reports arrive in, the same trials stop, and the leaderboard is the same`, () => {
    const histories = Array.from({ length: TRIALS }, (_, index) => wholeTrial(index));
    const serial = play(section, histories, 1, 0, 1);
    assert.ok(serial.stops.length > 3);
    assert.equal(serial.view.pruned, serial.stops.length);
    assert.equal(serial.view.complete, TRIALS - serial.stops.length);
    for (let seed = 0; seed < 20; seed++) {
      const other = play(section, histories, [2, 8, TRIALS][seed % 3] ?? 2, [0, 5, 200][seed % 3] ?? 0, seed);
      assert.deepEqual(byIndex(other.stops), byIndex(serial.stops));
      assert.deepEqual(board(other.view), board(serial.view));
      assert.deepEqual([other.view.complete, other.view.pruned], [serial.view.complete, serial.view.pruned]);
      assert.deepEqual(other.told, serial.told, 'a sampler learns the same');
    }
  });

  test(`${section.type}: results from the cache bring their reports along and stop as if they were trained`, () => {
    const trained = Array.from({ length: TRIALS }, (_, index) => wholeTrial(index));
    const cached = trained.map((events) => {
      const reports = events.flatMap((event) => (event.type === 'trial.report' ? [event.report] : []));
      const end = events.at(-1) as EventOf<'trial.finished'>;
      return [{ ...end, cached: true, curves: curvesOf(reports, EPOCHS) ?? {} }];
    });
    const serial = play(section, trained, 1, 0, 1);
    // Some of them trained, some not, and all at once.
    const mixed = trained.map((events, index) => (index % 3 === 0 ? events : (cached[index] ?? [])));
    for (const histories of [cached, mixed]) {
      const other = play(section, histories, 8, 3, 5);
      assert.deepEqual(byIndex(other.stops), byIndex(serial.stops));
      assert.deepEqual(board(other.view), board(serial.view));
    }
  });
}

const asha: SchedulerSection = { type: 'asha', grace: 1, reduction: 3, brackets: 1 };

test('a twin ends as its trial does, before or after the stop was decided, and is not judged itself', () => {
  // Places 20 to 23 are the trials 2 to 5 once more.
  const twin = (index: number, of: number): StudyEvent[] => {
    const end = wholeTrial(of).at(-1) as EventOf<'trial.finished'>;
    return [{ ...end, index, cached: true }];
  };
  const first = Array.from({ length: 20 }, (_, index) => wholeTrial(index));
  // A twin waits for its trial.
  const histories = first.map((events, index) =>
    index >= 2 && index <= 5 ? [...events, ...twin(18 + index, index)] : events,
  );
  const alone = play(asha, first, 1, 0, 1);
  const stopped = new Set(alone.stops.map(({ trial }) => trial));
  assert.ok([2, 3, 4, 5].some((index) => stopped.has(trialAt(index))));
  for (const [slots, lag] of [
    [1, 0],
    [24, 9],
  ] as const) {
    const { stops, view } = play(asha, histories, slots, lag, 7);
    assert.deepEqual(byIndex(stops.filter(({ index }) => index < 20)), byIndex(alone.stops));
    for (const [place, of] of [2, 3, 4, 5].entries()) {
      const own = stops.find(({ index }) => index === 20 + place);
      const its = alone.stops.find(({ index }) => index === of);
      assert.deepEqual(own, its === undefined ? undefined : { ...its, index: 20 + place });
    }
    assert.equal(view.pruned, stops.length);
  }
});

test('a trial that failed is not stopped in hindsight', () => {
  const ledger = new StopLedger(
    createScheduler(asha, { epochs: EPOCHS, repeats: 1, total: 6, seed: 1 }),
    OBJECTIVE,
  );
  for (const index of [1, 2, 3, 4, 5]) {
    for (let epoch = 1; epoch <= EPOCHS; epoch++) ledger.observe(reported(index, epoch, 1 + index), 0);
    ledger.observe(
      {
        type: 'trial.failed',
        trial: trialAt(index),
        index,
        params: {},
        seed: 1,
        attempt: 1,
        worker: 'w1',
        error: { code: 'TRIAL_DIVERGED', message: 'NaN' },
        final: true,
      },
      0,
    );
  }
  assert.deepEqual(ledger.observe(reported(0, 1, 0.1), 0), []);
  const late = [7, 8].flatMap((index) => ledger.observe(reported(index, 1, 99), 0));
  assert.deepEqual(late, [], 'place 6 has said nothing yet');
  assert.equal(ledger.observe(reported(6, 1, 99), 0).length, 3);
});

test('the story of a trial that was stopped after its end says so, with rung, rank and cut-off', () => {
  const histories = Array.from({ length: TRIALS }, (_, index) => wholeTrial(index));
  const { log, stops } = play(asha, histories, TRIALS, 500, 3);
  const end = (index: number): number =>
    log.findIndex((event) => event.type === 'trial.finished' && event.index === index);
  const late = stops.find(
    ({ index }) =>
      end(index) < log.findIndex((event) => event.type === 'trial.stop' && event.index === index),
  );
  assert.ok(late, 'one of them had ended');
  const story = describeTrial(logged(log), late.trial);
  assert.equal(story?.state, 'PRUNED');
  assert.match(
    story?.conclusion ?? '',
    /^It was stopped early: rung \d of 2 \(epoch \d\): rank \d+ of \d+.* cut-off/,
  );
  assert.ok(story?.lines.some(({ text }) => text.startsWith('stopped in hindsight')));
});

test('a twin in the middle holds up none of the trials after it', () => {
  const create = () =>
    new StopLedger(createScheduler(asha, { epochs: EPOCHS, repeats: 1, total: 8, seed: 1 }), OBJECTIVE);
  const judge = (ledger: StopLedger, index: number): Stop[] =>
    [1, 2].flatMap((epoch) => ledger.observe(reported(index, epoch, index + 1), 0));
  const before = create();
  judge(before, 0);
  const end = wholeTrial(0).at(-1) as EventOf<'trial.finished'>;
  before.observe(end, 1);
  before.observe({ ...end, index: 1, cached: true }, 2);
  assert.deepEqual(
    [2, 3].flatMap((index) => judge(before, index)).map(({ index }) => index),
    [2, 3],
  );
  // Known as a twin before its trial has ended.
  const open = create();
  judge(open, 0);
  assert.deepEqual(open.skip(1), []);
  assert.deepEqual(
    judge(open, 2).map(({ index }) => index),
    [2],
  );
});
