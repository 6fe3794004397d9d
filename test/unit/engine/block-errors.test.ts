// The errors that are kept with a model: what they are means over, and their way through its bytes.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { packErrors, unpackErrors } from '../../../src/engine/training/block-errors.js';
import { decodeCheckpoint, encodeCheckpoint } from '../../../src/engine/training/checkpoint.js';
import type { MetricName } from '../../../src/model/metric.js';
import { type Evaluation, NO_ANSWER } from '../../../src/task/evaluation.js';
import { smallConfig, smallTask } from '../../support/fixtures/small-dataset.js';

function evaluationOf(errors: readonly number[]): Evaluation {
  return {
    mae: 0,
    mse: 0,
    loss: 0,
    penalty: 0.5,
    losses: Float64Array.from(errors, (error) => 2 * error),
    absoluteErrors: Float32Array.from(errors),
    predictions: new Float32Array(0),
    hits: Float32Array.from(errors, (error) => (error < 2 ? 1 : 0)),
    places: Uint16Array.from(errors, (error) => (error > 2 ? NO_ANSWER : 2 * error)),
  };
}

function keptOf(errors: readonly number[], metric: MetricName = 'validationMae', delay = 0) {
  const task = { ...smallTask, window: { ...smallTask.window, delay } };
  const training = { ...smallConfig.training, validationStride: 1 };
  const packed = packErrors(evaluationOf(errors), metric, { task, training });
  return packed === null ? null : unpackErrors(packed);
}

describe('errors kept with a model', () => {
  it('are those of the single samples where they are few, by metric', () => {
    const errors = [1, 2, 3];
    assert.deepEqual([...(keptOf(errors)?.errors ?? [])], errors);
    assert.deepEqual([...(keptOf(errors, 'validationRmse')?.errors ?? [])], [1, 4, 9]);
    assert.deepEqual([...(keptOf(errors, 'validationLoss')?.errors ?? [])], [2.5, 4.5, 6.5]);
    assert.deepEqual([...(keptOf(errors, 'validationAccuracy')?.errors ?? [])], [0, 1, 1]);
    assert.deepEqual([...(keptOf(errors, 'validationTop3')?.errors ?? [])], [0, 1, 1]);
    assert.deepEqual([...(keptOf(errors, 'validationTop5')?.errors ?? [])], [0, 0, 1]);
    for (const metric of ['trainLoss', 'validationMacroF1'] as const)
      assert.equal(keptOf(errors, metric), null);
  });

  it('are means over stretches of nearly the same length where they are many', () => {
    const kept = keptOf(
      Array.from({ length: 1300 }, (_, at) => at),
      'validationMae',
      24,
    );
    assert.ok(kept !== null);
    assert.equal(kept.errors.length, 512);
    assert.deepEqual([...kept.errors.slice(0, 3)], [0.5, 3, 5.5]);
    // 24 of 1,300 samples are 9.5 of 512 stretches.
    assert.deepEqual([kept.samples, kept.overlap], [1300, 10]);
  });

  it('are read back from a model of forecasts without a delay, which share no horizon', () => {
    const errors = packErrors(evaluationOf([1, 2, 3]), 'validationMae', {
      task: { ...smallTask, window: { ...smallTask.window, delay: 0 } },
      training: smallConfig.training,
    });
    assert.ok(errors !== null);
    const best = { epoch: 1, objective: 2, interval: null, metrics: {}, errors };
    const tensors = { weights: [], optimizer: [], bestWeights: [] };
    const model = encodeCheckpoint({ config: 'c', epoch: 1, durationMs: 0, best, ...tensors });
    assert.deepEqual(decodeCheckpoint(model).best, best);
  });

  it('are none where the bytes are not whole finite numbers', () => {
    const packed = { samples: 2, overlap: 1 };
    for (const bytes of [[], [1, 2, 3], [0, 0, 0, 0, 0, 0, 0xf0, 0x7f]])
      assert.equal(unpackErrors({ ...packed, blocks: Buffer.from(bytes).toString('base64') }), null);
    assert.equal(unpackErrors({ samples: 1, overlap: 1, blocks: Buffer.alloc(16).toString('base64') }), null);
  });
});
