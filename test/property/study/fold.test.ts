// Promise 1: views are folds that neither repetition nor disorder can change.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { LoggedEvent, StudyEvent } from '../../../src/study/events.js';
import { indexCount } from '../../../src/study/index-set.js';
import { countTrials, emptyView, type StudyView } from '../../../src/study/study-view.js';
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
} from '../../support/fixtures/study-events.js';

/** How one attempt goes: its epochs, its end. */
interface Attempt {
  readonly epochs: number;
  readonly end: 'failed' | 'returned' | 'finished' | 'pruned' | 'gave-up' | 'open';
  readonly worker: string;
}

const attempt: fc.Arbitrary<Attempt> = fc.record({
  epochs: fc.nat({ max: 4 }),
  end: fc.constantFrom('failed', 'returned', 'finished', 'finished', 'pruned', 'gave-up', 'open'),
  worker: fc.constantFrom('w1', 'w2', 'w3'),
});

/** A trial's own events in their order, as workers and a coordinator write them. */
function historyOf(
  index: number,
  attempts: readonly Attempt[],
  objective: number,
  params: { units: number },
): StudyEvent[] {
  const events: StudyEvent[] = [];
  let epochsDone = 0;
  for (const [place, { epochs, end, worker }] of attempts.entries()) {
    const number = place + 1;
    const point = { params, attempt: number, worker };
    events.push(
      queued(index, { params, attempt: number }),
      started(index, { attempt: number, worker, fromEpoch: epochsDone }),
    );
    for (let epoch = epochsDone + 1; epoch <= epochsDone + epochs; epoch += 1) {
      events.push(
        reported(index, epoch, objective + 1 / epoch + number / 1000, number),
        checkpointed(index, epoch, number),
      );
    }
    epochsDone += epochs;
    switch (end) {
      case 'failed':
        events.push(failed(index, point));
        break;
      case 'returned':
        events.push(returned(index, { attempt: number, worker }));
        break;
      case 'gave-up':
        events.push(failed(index, point), failed(index, { ...point, final: true }));
        return events;
      case 'finished':
        events.push(finished(index, objective, point));
        return events;
      case 'pruned':
        events.push(finished(index, objective, { ...point, result: result(objective, { state: 'PRUNED' }) }));
        return events;
      case 'open':
        return events;
    }
  }
  return events;
}

const trials = fc
  .array(fc.tuple(fc.array(attempt, { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 30 })), {
    minLength: 1,
    maxLength: 8,
  })
  .map((drawn) =>
    // Pairs of indices are seeds of one point.
    drawn.map(([attempts, objective], index) =>
      historyOf(index, attempts, objective / 100, { units: Math.floor(index / 2) }),
    ),
  );

/** Any interleaving that keeps each trial's own order. */
function interleave(
  histories: readonly (readonly StudyEvent[])[],
  choices: readonly number[],
  repeats: number,
): StudyEvent[] {
  const rest = histories.map((history) => [...history]);
  const spec = { objective: { metric: 'validationMae', direction: 'minimize', epoch: 'best' }, repeats };
  const events: StudyEvent[] = [created({ total: histories.length, spec })];
  for (let step = 0; rest.some((history) => history.length > 0); step += 1) {
    const waiting = rest.filter((history) => history.length > 0);
    const next = waiting[(choices[step % choices.length] ?? 0) % waiting.length];
    events.push(next!.shift()!);
  }
  return events;
}

const choices = fc.array(fc.nat({ max: 1000 }), { minLength: 1, maxLength: 50 });
const repeats = fc.constantFrom(1, 2);
const log = fc.tuple(trials, choices, repeats).map((drawn) => logged(interleave(...drawn)));

/** What a reader sees; `lastSeq` and `ignored` speak of the log, not of the study. */
function meaning({ lastSeq: _, ignored: __, ...view }: StudyView): unknown {
  return view;
}

describe('property: the fold of a study', () => {
  it('is the same in one go, in two, and event by event', () => {
    fc.assert(
      fc.property(log, fc.nat(), (events, at) => {
        const whole = foldEvents(events);
        const cut = at % (events.length + 1);
        assert.deepEqual(foldEvents(events.slice(cut), foldEvents(events.slice(0, cut))), whole);
        assert.deepEqual(
          events.reduce((view, event) => foldEvents([event], view), emptyView()),
          whole,
        );
      }),
    );
  });

  it('does not change when a part of the log is folded a second time', () => {
    fc.assert(
      fc.property(log, fc.nat(), (events, from) => {
        const whole = foldEvents(events);
        assert.deepEqual(foldEvents(events.slice(from % events.length), whole), whole);
      }),
    );
  });

  it('does not change when events come again later, under other numbers', () => {
    const repeated = fc.tuple(log, fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 10 }));
    fc.assert(
      fc.property(repeated, ([events, repeats]) => {
        const withRepeats = [...events];
        for (const [which, where] of repeats) {
          const original = events[which % events.length]!;
          if (!mayRepeat(original, events)) continue;
          const first = withRepeats.indexOf(original);
          withRepeats.splice(first + 1 + (where % (withRepeats.length - first)), 0, original);
        }
        const renumbered = withRepeats.map((entry, place): LoggedEvent => ({ ...entry, seq: place + 1 }));
        assert.deepEqual(meaning(foldEvents(renumbered)), meaning(foldEvents(events)));
      }),
      { numRuns: 300 },
    );
  });

  it('does not change when the reports and checkpoints of an attempt come in another order', () => {
    fc.assert(
      fc.property(log, fc.infiniteStream(fc.nat()), (events, random) => {
        const shuffled = [...events];
        const groups = new Map<string | null, number[]>();
        for (const [place, { event }] of events.entries()) {
          const group = groupOf(event);
          groups.set(group, [...(groups.get(group) ?? []), place]);
        }
        for (const [group, places] of groups) {
          if (group === null) continue;
          const order = places.map((place) => ({
            entry: events[place]!,
            key: random.next().value as number,
          }));
          order.sort((left, right) => left.key - right.key);
          for (const [at, place] of places.entries())
            shuffled[place] = { ...order[at]!.entry, seq: events[place]!.seq };
        }
        assert.deepEqual(foldEvents(shuffled), foldEvents(events));
      }),
    );
  });

  it('has the same rows, counts and failures however the trials were interleaved', () => {
    fc.assert(
      fc.property(trials, choices, choices, repeats, (histories, left, right, seeds) => {
        const [first, second] = [left, right].map((own) =>
          foldEvents(logged(interleave(histories, own, seeds)), emptyView(3)),
        );
        assert.deepEqual(first!.rows, second!.rows);
        assert.deepEqual(first!.rowsDropped, second!.rowsDropped);
        assert.deepEqual(first!.ended, second!.ended);
        assert.deepEqual(withoutTimes(first!), withoutTimes(second!));
        assert.deepEqual(countTrials(first!), countTrials(second!));
        assert.deepEqual(first!.failures, second!.failures);
        assert.deepEqual(first!.failedTrials, second!.failedTrials);
        assert.deepEqual(first!.partialRows, second!.partialRows);
      }),
    );
  });

  it('counts a stop the same wherever it stands among the events of its trial and of others', () => {
    const place = fc.array(fc.nat(), { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(
        trials,
        fc.tuple(choices, place),
        fc.tuple(choices, place),
        repeats,
        (histories, ...drawn) => {
          const [left, right, seeds] = drawn;
          const [first, second] = [left, right].map(([own, places]) =>
            foldEvents(
              logged(
                interleave(
                  histories.map((history, index) => stopAt(history, places[index] ?? 0)),
                  own,
                  seeds,
                ),
              ),
              emptyView(Number.POSITIVE_INFINITY),
            ),
          );
          assert.deepEqual(first!.rows, second!.rows);
          assert.deepEqual([first!.complete, first!.pruned], [second!.complete, second!.pruned]);
          assert.deepEqual(first!.stopped, second!.stopped);
          assert.deepEqual(first!.partialRows, second!.partialRows);
        },
      ),
    );
  });

  it('gives every trial exactly one place', () => {
    fc.assert(
      fc.property(log, (events) => {
        const view = foldEvents(events);
        const { total, pending, running, complete, pruned, failed: lost } = countTrials(view);
        assert.equal(pending + running + complete + pruned + lost, total);
        assert.equal(complete + pruned + lost, indexCount(view.ended));
        for (const index of view.open.keys()) assert.ok(index >= view.ended.below);
      }),
    );
  });
});

/** An order to stop after epoch 1, anywhere behind the report of that epoch; trials without one are left alone. */
function stopAt(history: readonly StudyEvent[], place: number): StudyEvent[] {
  const at = history.findIndex((event) => event.type === 'trial.report' && event.report.epoch === 1);
  const report = history[at];
  if (report?.type !== 'trial.report' || history.some(({ type }) => type === 'trial.failed'))
    return [...history];
  const { trial, index } = report;
  const { metrics } = report.report;
  const stop: StudyEvent = {
    type: 'trial.stop',
    trial,
    index,
    reason: 'r',
    epoch: 1,
    counted: { epoch: 1, metrics },
  };
  return history.toSpliced(at + 1 + (place % (history.length - at)), 0, stop);
}

/** Open trials by index; when they started depends on the interleaving. */
function withoutTimes(view: StudyView): unknown {
  const open = [...view.open.values()].sort((left, right) => left.index - right.index);
  return open.map(({ startedAt, waitedMs: _, ...trial }) => ({ ...trial, hasStarted: startedAt !== null }));
}

/** The start of an attempt that was given back cannot be told from the same worker taking the trial once more. */
function mayRepeat({ event }: LoggedEvent, events: readonly LoggedEvent[]): boolean {
  return (
    event.type !== 'trial.started' ||
    !events.some(
      ({ event: other }) =>
        other.type === 'trial.returned' && other.trial === event.trial && other.attempt === event.attempt,
    )
  );
}

function groupOf(event: StudyEvent): string | null {
  return event.type === 'trial.report' || event.type === 'trial.checkpoint'
    ? `${event.trial}:${event.attempt}`
    : null;
}
