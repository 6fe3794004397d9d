import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cachedResultCodec, studyEventCodec } from '../../../src/bus/messages.js';
import { curvesOf, MOST_CURVE_EPOCHS, reportsOf } from '../../../src/study/trial/curves.js';
import { finished, reported, result, trialAt } from '../../support/fixtures/study-events.js';

const reports = [0.5, 0.4, 0.45].map((loss, place) => reported(0, place + 1, loss).report);

test('curves are what was reported, and give the reports back', () => {
  const curves = curvesOf(reports, 3);
  assert.deepEqual(curves, { trainLoss: [0.25, 0.2, 0.225], validationMae: [0.5, 0.4, 0.45] });
  assert.deepEqual(
    reportsOf(curves ?? {}),
    reports.map(({ epoch, metrics }) => ({ epoch, metrics })),
  );
  assert.deepEqual(reportsOf({}), []);
});

test('a metric that one epoch lacks is a hole in its curve alone', () => {
  const [first, second] = reports;
  assert.ok(first && second);
  const curves = curvesOf([first, { ...second, metrics: { trainLoss: 1 } }], 2);
  assert.deepEqual(curves, { trainLoss: [0.25, 1], validationMae: [0.5, null] });
  assert.deepEqual(reportsOf(curves ?? {})[1], { epoch: 2, metrics: { trainLoss: 1 } });
});

test('there are no curves of a trial whose reports are not whole, nor of one too long for a message', () => {
  assert.equal(curvesOf(reports, 4), undefined);
  assert.equal(curvesOf(reports.slice(1), 2), undefined);
  assert.equal(curvesOf([], 0), undefined);
  const long = Array.from({ length: MOST_CURVE_EPOCHS + 1 }, (_, place) => reported(0, place + 1, 1).report);
  assert.equal(curvesOf(long, long.length), undefined);
  assert.equal(curvesOf(long, MOST_CURVE_EPOCHS)?.validationMae?.length, MOST_CURVE_EPOCHS);
});

test('a cached result keeps its curves on the way, and one of an older version reads without them', () => {
  const entry = { result: result(0.4), worker: 'w1', curves: curvesOf(reports, 3) ?? {} };
  const json = JSON.parse(JSON.stringify(cachedResultCodec.toJson(entry))) as Record<string, unknown>;
  assert.deepEqual(cachedResultCodec.fromJson(json), entry);
  const { curves: _, ...older } = json;
  assert.deepEqual(cachedResultCodec.fromJson(older), { result: entry.result, worker: 'w1' });
  const end = finished(0, 0.4, { cached: true, curves: entry.curves });
  const stop = {
    type: 'trial.stop',
    trial: trialAt(0),
    index: 0,
    reason: 'rung 1',
    epoch: 2,
    counted: { epoch: 2, metrics: { validationMae: 0.4 } },
  } as const;
  for (const event of [end, stop])
    assert.deepEqual(
      studyEventCodec.fromJson(JSON.parse(JSON.stringify(studyEventCodec.toJson(event)))),
      event,
    );
});
