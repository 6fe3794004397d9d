// Digests of small trials, made by this file itself on the trial of test/support/small-dataset.ts (series seed 2024, trial
// seed 42) under numerics version 1, Node 20. They hold on every machine. If one changes, results computed before and
// after must not be compared: raise NUMERICS_VERSION in src/engine/wasm/wasm-engine.ts together with the digest here.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { trainTrial } from '../../src/engine/trial-training.js';
import { createWasmEngine } from '../../src/engine/wasm/wasm-engine.js';
import type { LayerSpec, OptimizerSpec } from '../../src/study/layer-spec.js';
import { dense, dropout, flatten, gru, lstm } from '../support/layer-specs.js';
import { smallConfig, smallDataset } from '../support/small-dataset.js';

const both = { dropout: 0.1, recurrentDropout: 0.2 };
const sigmoid = { recurrentActivation: 'sigmoid' } as const;
const TRIALS: Record<string, { layers: readonly LayerSpec[]; optimizer: OptimizerSpec; digest: string }> = {
  'gru with both dropouts, rmsprop': {
    layers: smallConfig.layers,
    optimizer: smallConfig.training.optimizer,
    digest: 'sha256:027a33600c76564ed2a9c915794193ee9965d6620c07f38c479b00e66685b3e5',
  },
  'stacked gru and lstm, adam': {
    layers: [
      gru(9, { ...both, ...sigmoid, returnSequences: true, resetAfter: true }),
      lstm(5, { ...sigmoid, goBackwards: true }),
      dense(1),
    ],
    optimizer: { type: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
    digest: 'sha256:591c1c99a47459baa5e5db0498f0ba6e543538307d977a670493754703da7c55',
  },
  'flatten and dense, sgd with momentum': {
    layers: [
      flatten,
      dense(13, { activation: 'tanh', kernelL2: 0.001 }),
      dropout(0.3),
      dense(5, { activation: 'sigmoid' }),
      dense(1),
    ],
    optimizer: { type: 'sgd', momentum: 0.9 },
    digest: 'sha256:8080430adc801a18d35dcec47122d64793719a1451a4b4b348922ef26cf1aa4d',
  },
};
const NUMERICS_VERSION = '1';

for (const [name, { layers, optimizer, digest }] of Object.entries(TRIALS))
  it(`${name}: the weights of numerics version ${NUMERICS_VERSION}`, async () => {
    const engine = await createWasmEngine();
    assert.equal(engine.numericsVersion, NUMERICS_VERSION);
    const outcome = trainTrial({
      engine,
      config: { ...smallConfig, layers, training: { ...smallConfig.training, optimizer } },
      objective: { metric: 'validationMae', direction: 'minimize', epoch: 'best' },
      dataset: smallDataset(),
      checkpoint: null,
      now: () => 0,
      hooks: { onReport() {}, onCheckpoint() {}, onProgress() {}, stopRequest: () => 'none' },
    });
    assert.equal(outcome.type, 'finished');
    assert.equal(outcome.type === 'finished' && outcome.result.weightsDigest, digest);
  });
