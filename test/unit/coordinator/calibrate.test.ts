// What a calibration measures: a step of the trial as it would be trained.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { calibrate } from '../../../src/coordinator/plan/calibrate.js';
import type { StudyPlan } from '../../../src/coordinator/plan/study-plan.js';
import type { Engine, Model, ModelDefinition } from '../../../src/engine/engine.js';
import { createWasmEngine } from '../../../src/engine/wasm/wasm-engine.js';
import type { TrainConfig } from '../../../src/study/trial/trial.js';
import { listPlan } from '../../support/fakes/list-plan.js';
import { countingCsv, prepareText } from '../../support/fixtures/dataset-fixtures.js';
import { dense } from '../../support/fixtures/layer-specs.js';
import { smallConfig } from '../../support/fixtures/small-dataset.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';

const STEP_MS = 7;

const pinball: TrainConfig = {
  ...smallConfig,
  task: { ...smallConfig.task, quantiles: [0.1, 0.9] } as TrainConfig['task'],
  layers: [{ type: 'flatten' }, dense(2)],
  training: { ...smallConfig.training, loss: 'pinball' },
};

test('a step of a forecast by quantiles can be measured', async (t) => {
  const directory = temporaryDirectory(t);
  const { digest } = (await prepareText(directory, countingCsv(600, 3))).metadata;
  const config = { ...pinball, datasetDigest: digest };
  const list = listPlan([{ units: 5 }]);
  const plan: StudyPlan = {
    ...list,
    resolve: (params, repeat) => ({ ...list.resolve(params, repeat), config }),
  };
  const engine = await createWasmEngine();
  assert.ok(calibrate(plan, engine, join(directory, 'cache'), 1, () => performance.now()) !== null);
});

test('a step is that of the trial, its clipping included, and the study as many of them as its trials take', async (t) => {
  const directory = temporaryDirectory(t);
  const { digest } = (await prepareText(directory, countingCsv(600, 3))).metadata;
  const { training } = smallConfig;
  const config: TrainConfig = {
    ...smallConfig,
    datasetDigest: digest,
    training: { ...training, clipNorm: 0.5, loss: 'huber' },
  };
  const list = listPlan([{ units: 5 }, { units: 5 }]);
  const plan: StudyPlan = {
    ...list,
    resolve: (params, repeat) => ({ ...list.resolve(params, repeat), config }),
  };
  let built: ModelDefinition | null = null;
  let disposed = 0;
  let nowMs = 0;
  const model: Partial<Model> = {
    parameterCount: 1,
    outputUnits: 1,
    trainBatch(_, indices) {
      assert.equal(indices.length, training.batchSize);
      nowMs += STEP_MS;
      return 0;
    },
    dispose: () => disposed++,
  };
  const engine: Partial<Engine> = {
    build(definition) {
      built = definition;
      return model as Model;
    },
  };
  const calibration = calibrate(plan, engine as Engine, join(directory, 'cache'), 2, () => nowMs);
  const { loss, optimizer, clipNorm, batchSize } = config.training;
  const { layers, seed } = config;
  assert.deepEqual(built, {
    ...{ layers, seed, timesteps: 6, features: 3 },
    ...{ loss, optimizer, clipNorm, batchSize },
  });
  assert.equal(calibration?.stepMs, STEP_MS);
  // Two trials on two slots: the time of one, of 3 epochs of 8 steps and of evaluations that cost a third of a step.
  const steps = 3 * (8 + Math.ceil((100 - 12 - 3) / 20) / 3);
  assert.ok(Math.abs(calibration.studyMs - STEP_MS * steps) < 1e-6, `${calibration.studyMs} ms`);
  assert.equal(disposed, 1);
});
