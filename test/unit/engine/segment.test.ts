// A segment of a population's member: it goes on from the state of another trial, with parameters of its own.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { type TrainingOutcome, trainTrial } from '../../../src/engine/training/trial-training.js';
import { createWasmEngine, type WasmEngine } from '../../../src/engine/wasm/wasm-engine.js';
import { SweepError } from '../../../src/errors.js';
import { parentOf, segmentOf, tellParent, withoutParent } from '../../../src/study/trial/segment.js';
import type { EpochReport, Objective, TrainConfig } from '../../../src/study/trial/trial.js';
import { smallConfig, smallDataset } from '../../support/fixtures/small-dataset.js';

const dataset = smallDataset();
let engine: WasmEngine;
before(async () => {
  engine = await createWasmEngine();
});

const OBJECTIVE: Objective = { metric: 'validationMae', direction: 'minimize', epoch: 'best' };
const PARENT = { trial: '0123456789abcdef', epoch: 2 };

function train(
  config: TrainConfig,
  checkpoint: Uint8Array | null,
  stopAfter = Number.POSITIVE_INFINITY,
): { end: TrainingOutcome; reports: EpochReport[]; newest: Uint8Array | null } {
  const reports: EpochReport[] = [];
  let newest: Uint8Array | null = null;
  let steps = 0;
  const end = trainTrial({
    engine,
    config,
    objective: OBJECTIVE,
    dataset,
    checkpoint,
    now: () => 0,
    hooks: {
      onReport: (report) => reports.push(report),
      onCheckpoint: (_, bytes) => {
        newest = bytes;
      },
      onProgress: () => {
        steps += 1;
      },
      stopRequest: () => (steps >= stopAfter ? 'interrupt' : 'none'),
    },
  });
  return { end, reports, newest };
}

function finished(outcome: TrainingOutcome): Extract<TrainingOutcome, { type: 'finished' }> {
  assert.ok(outcome.type === 'finished');
  return outcome;
}

const whole = { ...smallConfig, training: { ...smallConfig.training, epochs: 4 } };
const faster = { ...whole, training: { ...whole.training, learningRate: whole.training.learningRate / 3 } };

test('a point says which trial it goes on from, and the training of it is a stretch of the whole', () => {
  const params = { rate: 0.1, 'from-trial': tellParent(PARENT) };
  assert.deepEqual(parentOf(params), PARENT);
  assert.deepEqual(withoutParent(params), { rate: 0.1 });
  assert.equal(segmentOf(whole, { rate: 0.1 }, 2).training.epochs, 2);
  assert.equal(segmentOf(whole, { rate: 0.1 }, 2).from, undefined);
  const second = segmentOf(whole, params, 3);
  assert.deepEqual([second.training.epochs, second.from], [4, PARENT]);
  for (const text of ['', 'x', 'x@0', '@3', 'a b@3', 7, null])
    assert.equal(parentOf({ 'from-trial': text }), null, String(text));
});

test('with the same parameters two segments are the bits of one training, and the best epoch is their own', () => {
  const first = finished(train(segmentOf(whole, {}, 2), null).end);
  const params = { 'from-trial': tellParent(PARENT) };
  const { end, reports } = train(segmentOf(whole, params, 2), first.state ?? null);
  const second = finished(end);
  const alone = finished(train(whole, null).end);
  assert.equal(second.result.weightsDigest, alone.result.weightsDigest);
  assert.deepEqual(
    reports.map(({ epoch }) => epoch),
    [3, 4],
  );
  assert.ok(second.result.bestEpoch > 2);
  const own = reports.map(({ metrics }) => metrics.validationMae ?? Number.NaN);
  assert.equal(second.result.objective, Math.min(...own));
});

test('with other parameters it is another training, the same one however often it is interrupted', () => {
  const first = finished(train(segmentOf(whole, {}, 2), null).end);
  const config = segmentOf(faster, { 'from-trial': tellParent(PARENT) }, 2);
  const undisturbed = finished(train(config, first.state ?? null).end);
  assert.notEqual(undisturbed.result.weightsDigest, finished(train(whole, null).end).result.weightsDigest);
  for (let stopAfter = 1; ; stopAfter++) {
    const { end, newest } = train(config, first.state ?? null, stopAfter);
    if (end.type === 'finished') break;
    const resumed = finished(train(config, newest ?? first.state ?? null).end);
    assert.deepEqual(resumed.result, undisturbed.result, `after ${stopAfter} steps`);
    assert.deepEqual(resumed.model, undisturbed.model);
  }
});

test('without the state of its parent, or with another one, it is not trained', () => {
  const config = segmentOf(whole, { 'from-trial': tellParent(PARENT) }, 2);
  assert.throws(
    () => train(config, null),
    (error: SweepError) =>
      error.code === 'BLOB_NOT_FOUND' &&
      /goes on from trial 0123456789abcdef after epoch 2/.test(error.message),
  );
  const longer = finished(train(segmentOf(whole, {}, 3), null).end);
  const running = train(segmentOf(whole, {}, 3), null).newest;
  for (const state of [longer.state ?? null, running])
    assert.throws(
      () => train(config, state),
      (error: unknown) => error instanceof SweepError && error.code === 'CHECKPOINT_CORRUPT',
    );
});
