import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StudyEvent } from '../../../src/study/events.js';
import type { StudyView } from '../../../src/study/study-view.js';
import { describeTrial } from '../../../src/study/trial/trial-story.js';
import { foldEvents } from '../../support/fixtures/fold-events.js';
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

const fold = (...events: StudyEvent[]): StudyView => foldEvents(logged(events));
const reason = 'rung 1 of 2 (epoch 2): rank 3 of 3';
const stop = (epoch?: number): StudyEvent => ({
  type: 'trial.stop',
  trial: trialAt(0),
  index: 0,
  reason,
  ...(epoch === undefined ? {} : { epoch }),
});
/** Trains 0.5, 0.4, then ever better; told to stop after epoch 2. */
const upTo = (epochs: number): StudyEvent[] => {
  const losses = [0.5, 0.4, 0.3, 0.2].slice(0, epochs);
  const best = losses.at(-1) ?? 0;
  const ended = result(best, { bestEpoch: epochs, epochs, state: epochs === 4 ? 'COMPLETE' : 'PRUNED' });
  return [
    queued(0),
    started(0),
    ...losses.map((loss, place) => reported(0, place + 1, loss)),
    stop(2),
    finished(0, best, { result: ended }),
  ];
};

test('however far a trial had trained when its stop reached it, its place is that of the epoch of the order', () => {
  const rows = [2, 3, 4].map((epochs) => fold(created(), ...upTo(epochs)).rows[0]);
  for (const row of rows) {
    assert.equal(row?.state, 'PRUNED');
    assert.equal(row?.objective, 0.4);
    assert.equal(row?.metrics.validationMae, 0.4);
    assert.equal(row?.seeds[0]?.result.epochs, 2);
    assert.equal(row?.seeds[0]?.result.bestEpoch, 2);
  }
  // The model that was stored is of an epoch that does not count.
  assert.equal(rows[2]?.seeds[0]?.result.modelDigest, null);
});

test('a stopped trial never stands above a complete one, be its later epochs better', () => {
  const view = fold(created(), queued(1), started(1), finished(1, 0.35), ...upTo(4));
  assert.deepEqual(
    view.rows.map((row) => [row.trial, row.state]),
    [
      [trialAt(1), 'COMPLETE'],
      [trialAt(0), 'PRUNED'],
    ],
  );
  assert.deepEqual([view.complete, view.pruned], [1, 1]);
});

test('where the last epoch stands for a trial, the last one that counts does; maximizing turns the best', () => {
  const events = [
    queued(0),
    started(0),
    reported(0, 1, 0.3),
    reported(0, 2, 0.4),
    reported(0, 3, 0.5),
    stop(2),
    finished(0, 0.5, { result: result(0.5, { bestEpoch: 3, epochs: 3 }) }),
  ];
  const objective = { metric: 'validationMae', direction: 'minimize', epoch: 'last' };
  assert.equal(fold(created({ spec: { objective } }), ...events).rows[0]?.objective, 0.4);
  const most = { metric: 'validationMae', direction: 'maximize', epoch: 'best' };
  assert.equal(fold(created({ spec: { objective: most } }), ...events).rows[0]?.objective, 0.4);
});

test('a best epoch before the stop keeps its model; the interval of a whole training is dropped', () => {
  const whole = result(0.3, { bestEpoch: 1, epochs: 4 });
  const events = [queued(0), started(0), reported(0, 1, 0.3), stop(2), finished(0, 0.3, { result: whole })];
  const counted = fold(created(), ...events).rows[0]?.seeds[0]?.result;
  assert.deepEqual(counted, { ...whole, state: 'PRUNED', epochs: 2, objectiveInterval: null });
});

test('a stop that comes after the end counts like one before it, once, in rows and in half-done points', () => {
  const late = { ...(stop(2) as Extract<StudyEvent, { type: 'trial.stop' }>) };
  const counted = { epoch: 2, metrics: { trainLoss: 0.2, validationMae: 0.4 } };
  const before = upTo(4).filter(({ type }) => type !== 'trial.stop');
  const inTime = fold(created(), queued(1), started(1), finished(1, 0.35), ...upTo(4));
  const inHindsight = fold(
    created(),
    ...before,
    queued(1),
    started(1),
    finished(1, 0.35),
    { ...late, counted },
    { ...late, counted },
  );
  assert.deepEqual(inHindsight.rows, inTime.rows);
  assert.deepEqual([inHindsight.complete, inHindsight.pruned], [1, 1]);
  const spec = { objective: { metric: 'validationMae', direction: 'minimize' }, repeats: 2 };
  const half = fold(created({ spec }), ...before, { ...late, counted });
  assert.equal([...half.partialRows.values()][0]?.seeds[0]?.result.objective, 0.4);
  const whole = fold(
    created({ spec }),
    ...before,
    { ...late, counted },
    queued(1),
    started(1),
    finished(1, 0.35),
  );
  assert.deepEqual(
    [whole.rows[0]?.state, whole.rows[0]?.seeds.map(({ result: { objective } }) => objective)],
    ['PRUNED', [0.4, 0.35]],
  );
});

test('an order of an older log, without an epoch, changes no result', () => {
  const events = [queued(0), started(0), reported(0, 1, 0.5), stop(), finished(0, 0.3)];
  assert.equal(fold(created(), ...events).rows[0]?.state, 'COMPLETE');
});

test('its story says why it was stopped, even if it had trained to its end', () => {
  const story = describeTrial(logged([created(), ...upTo(4)]), trialAt(0));
  assert.equal(story?.state, 'PRUNED');
  assert.equal(story?.conclusion, `It was stopped early: ${reason}.`);
  assert.ok(story?.lines.some(({ text }) => text.includes('after epoch 2 does not count')));
});

test('a trial that was stopped again on its way back to the epoch of the order had got there before', () => {
  const counted = { epoch: 2, metrics: { trainLoss: 0.2, validationMae: 0.4 } };
  const order = { ...(stop(2) as Extract<StudyEvent, { type: 'trial.stop' }>), counted };
  const early = result(0.5, { bestEpoch: 1, epochs: 1, state: 'PRUNED' });
  const view = fold(
    created(),
    queued(0),
    started(0),
    reported(0, 1, 0.5),
    reported(0, 2, 0.4),
    order,
    finished(0, 0.5, { result: early }),
  );
  const [row] = view.rows;
  assert.deepEqual([row?.state, row?.objective, row?.seeds[0]?.result.epochs], ['PRUNED', 0.4, 2]);
  assert.equal(row?.seeds[0]?.result.modelDigest, null);
});
