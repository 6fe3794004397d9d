import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import type { FunctionConfig, TrainConfig, TrialConfig } from '../../src/study/trial/trial.js';
import { shareMachine } from '../../worker/runners/program-settings.js';
import type { RunnerSettings } from '../../worker/runners/runner.js';
import { countingCsv, prepareText } from '../support/fixtures/dataset-fixtures.js';
import { dense, gru } from '../support/fixtures/layer-specs.js';
import { commandConfig, moduleConfig, SOUND_MODULE, SOUND_PROGRAM } from '../support/fixtures/programs.js';
import { smallConfig } from '../support/fixtures/small-dataset.js';
import { describeRunnerContract, type RunnerSubject } from './runner-contract.js';

const directory = mkdtempSync(join(tmpdir(), 'sweep-runner-'));
after(() => rmSync(directory, { recursive: true, force: true }));
const settings: RunnerSettings = {
  engine: 'wasm',
  cacheDirectory: join(directory, 'cache'),
  programs: shareMachine(process.env, 2),
};
const ROWS = 4_000;

/** What is tried with each runner of the registry: a row without its case does not compile. */
const CASES: { readonly [Kind in TrialConfig['kind']]: () => Promise<RunnerSubject> } = {
  train: async () => {
    const { metadata } = await prepareText(directory, countingCsv(ROWS, 3));
    const { training } = smallConfig;
    const sound: TrainConfig = {
      ...smallConfig,
      datasetDigest: metadata.digest,
      task: {
        kind: 'forecast',
        targetColumn: 0,
        split: {
          train: { start: 0, end: 2_000 },
          validation: { start: 2_000, end: 3_000 },
          test: { start: 3_000, end: ROWS },
        },
        window: { lookback: 12, step: 2, delay: 3 },
      },
      layers: [gru(5, { dropout: 0.1, recurrentDropout: 0.2 }), dense(1)],
      training: { ...training, epochs: 4 },
    };
    return {
      name: 'train',
      objective: { metric: 'validationMae', direction: 'minimize', epoch: 'best' },
      settings,
      sound,
      epochs: 4,
      impossible: { ...sound, layers: [dense(0)] },
      diverging: {
        ...sound,
        layers: [gru(5), dense(1)],
        training: {
          ...sound.training,
          loss: 'mse',
          optimizer: { type: 'sgd', momentum: 0.9 },
          learningRate: 1e30,
        },
      },
    };
  },

  function: async () => {
    const sound: FunctionConfig = { kind: 'function', name: 'rosenbrock', params: { x: 1, y: 3 }, seed: 1 };
    return {
      name: 'function',
      objective: { metric: 'value', direction: 'minimize', epoch: 'last' },
      settings,
      sound,
      epochs: 0,
      impossible: { ...sound, params: { x: 'one', y: 3 } },
      diverging: { ...sound, params: { x: 1e200, y: 3 } },
    };
  },

  command: async () => {
    const sound = commandConfig(SOUND_PROGRAM, { goal: 3 }, { epochs: 4 });
    return {
      name: 'command',
      objective: { metric: 'loss', direction: 'minimize', epoch: 'best' },
      settings,
      sound,
      epochs: 4,
      timeLimitMs: 60_000,
      impossible: commandConfig('process.exit(0)'),
      diverging: commandConfig(
        `require('node:fs').writeSync(3, '{"loss": NaN}\\n'); setInterval(() => {}, 1e6)`,
      ),
    };
  },

  module: async () => {
    const sound = moduleConfig(settings.cacheDirectory, SOUND_MODULE, { goal: 3 }, { epochs: 4 });
    return {
      name: 'module',
      objective: { metric: 'loss', direction: 'minimize', epoch: 'best' },
      settings,
      sound,
      epochs: 4,
      impossible: { ...sound, export: 'other' },
      diverging: moduleConfig(settings.cacheDirectory, 'export default () => Number.NaN;'),
    };
  },
};

for (const [kind, open] of Object.entries(CASES)) describeRunnerContract(kind, open);
