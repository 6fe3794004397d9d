// The winner on the test split: an interval and a p-value where the windows bear them, null and why where they do not.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { Bus } from '../../../src/bus/bus.js';
import { evaluateOnTest } from '../../../src/coordinator/ending/finalize.js';
import { trainTrial } from '../../../src/engine/training/trial-training.js';
import { createWasmEngine, type WasmEngine } from '../../../src/engine/wasm/wasm-engine.js';
import type { SeedResult } from '../../../src/study/finished-row.js';
import type { ForecastTest } from '../../../src/study/test-evaluation.js';
import type { RowRange, TrainConfig } from '../../../src/study/trial/trial.js';
import { smallConfig, smallDataset, smallTask } from '../../support/fixtures/small-dataset.js';

const TARGET_STD = 10;

let engine: WasmEngine;
before(async () => {
  engine = await createWasmEngine();
});

/** A short training on the column of noise, tested on these rows. */
async function testOn(test: RowRange, delay = 3): Promise<ForecastTest> {
  const config: TrainConfig = {
    ...smallConfig,
    task: {
      ...smallTask,
      targetColumn: 2,
      window: { ...smallTask.window, delay },
      split: { train: { start: 0, end: 150 }, validation: { start: 150, end: 200 }, test },
    },
    training: { ...smallConfig.training, epochs: 1 },
  };
  const outcome = trainTrial({
    engine,
    config,
    objective: { metric: 'validationMae', direction: 'minimize', epoch: 'best' },
    dataset: smallDataset(),
    checkpoint: null,
    now: () => 0,
    hooks: { onReport() {}, onCheckpoint() {}, onProgress() {}, stopRequest: () => 'none' },
  });
  assert.ok(outcome.type === 'finished');
  const winner = { trial: 'a'.repeat(16), result: { ...outcome.result, modelDigest: 'b'.repeat(64) } };
  const tested = await evaluateOnTest(config, winner as unknown as SeedResult, {
    bus: { getBlob: async () => outcome.model } as unknown as Bus,
    engine,
    dataset: smallDataset(),
    targetStd: TARGET_STD,
    signal: new AbortController().signal,
  });
  assert.ok('testMae' in tested);
  return tested;
}

describe('the winner on the test windows', () => {
  it('has an interval in the unit around its error, and a p-value', async () => {
    const { interval, testMae, testMaeUnits, pValueVersusBaseline, ...rest } = await testOn({
      start: 200,
      end: 600,
    });
    assert.equal(testMaeUnits, testMae * TARGET_STD);
    assert.ok(interval !== null && interval[0] > 0);
    assert.ok(interval[0] < testMaeUnits && testMaeUnits < interval[1], `${interval}`);
    // A constant is better than the last value of a noise.
    assert.ok(pValueVersusBaseline !== null && pValueVersusBaseline > 0 && pValueVersusBaseline < 0.01);
    assert.ok(!('intervalReason' in rest) && !('pValueReason' in rest));
  });

  it('has neither on one window, and says why', async () => {
    const { windows, interval, intervalReason, pValueVersusBaseline, pValueReason } = await testOn({
      start: 200,
      end: 216,
    });
    assert.equal(windows, 1);
    assert.deepEqual([interval, intervalReason], [null, 'too-few']);
    assert.deepEqual([pValueVersusBaseline, pValueReason], [null, 'too-few']);
  });

  it('has neither on windows that overlap by most of their horizon', async () => {
    const { interval, intervalReason, pValueVersusBaseline, pValueReason } = await testOn(
      { start: 200, end: 400 },
      30,
    );
    assert.deepEqual([interval, intervalReason], [null, 'overlap']);
    assert.deepEqual([pValueVersusBaseline, pValueReason], [null, 'overlap']);
  });
});
