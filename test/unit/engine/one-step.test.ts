// Windows of a single time step, and layers that reach further than their window: the wasm engine, TensorFlow.js and every
// width of the native kernels learn the same.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Engine, ModelDefinition } from '../../../src/engine/engine.js';
import { createTfjsEngine } from '../../../src/engine/tfjs/tfjs-engine.js';
import { digestWeights } from '../../../src/engine/training/checkpoint.js';
import { createWasmEngine } from '../../../src/engine/wasm/wasm-engine.js';
import { availableInstructionSets, openNativeLibrary } from '../../../src/kernels/native/native-library.js';
import type { LayerSpec } from '../../../src/model/layer-spec.js';
import { samplesFor } from '../../support/fakes/array-samples.js';
import {
  attention,
  averagePool,
  bidirectional,
  conv1d,
  dense,
  dropout,
  flatten,
  gru,
  lastStep,
  layerNormalization,
  lstm,
  modelOf,
  residual,
} from '../../support/fixtures/layer-specs.js';

const FEATURES = 3;
/** Of the first loss, in some steps of rounding apart. */
const TOLERANCE = 1e-5;
const sequences = { returnSequences: true } as const;
const causal = { padding: 'causal' } as const;
const trend = averagePool(25, { strides: 1, padding: 'same' });

const MODELS: Readonly<Record<string, readonly LayerSpec[]>> = {
  'gru, lstm': [gru(4, sequences), lstm(3), dense(1)],
  'gru, reset after, both dropouts': [
    gru(4, { resetAfter: true, dropout: 0.2, recurrentDropout: 0.2 }),
    dense(1),
  ],
  'bidirectional stack': [
    bidirectional(gru(3, sequences)),
    bidirectional(lstm(1, sequences), 'mul'),
    bidirectional(lstm(2), 'ave'),
    dense(1),
  ],
  'attention over recurrent states': [
    residual([gru(4, sequences), layerNormalization]),
    attention(5),
    dense(1),
  ],
  'kernel and dilation beyond the window': [
    conv1d(1, 9, causal),
    conv1d(3, 3, { ...causal, dilationRate: 32, activation: 'tanh' }),
    conv1d(5, 3, { padding: 'same', dilationRate: 11 }),
    lastStep,
    dense(1),
  ],
  'dropout of 0 and 0.99 in residuals': [
    residual([dropout(0), dense(1)]),
    residual([dropout(0.99), dense(2)], { merge: 'concat', activation: 'tanh' }),
    attention(1),
    dense(1),
  ],
  'a trend before any weights': [residual([trend], { merge: 'concat' }), flatten, dense(1)],
};

/** A tile with a ragged one, a single sample, a whole tile. */
function train(engine: Engine, definition: ModelDefinition): { losses: number[]; digest: string } {
  const samples = samplesFor(definition, 23, 3);
  const model = engine.build(definition);
  const losses = [17, 1, 16, 17].map((size, step) => {
    const indices = Uint32Array.from({ length: size }, (_, at) => (5 * at + step) % samples.count);
    return model.trainBatch(samples, indices, { epoch: 1, step, learningRate: 0.01 });
  });
  const digest = digestWeights(model.weights());
  model.dispose();
  return { losses, digest };
}

const wasm = await createWasmEngine();
const tfjs = await createTfjsEngine({ packages: ['@tensorflow/tfjs'], plainBackends: ['cpu'] });
const natives = await Promise.all(
  availableInstructionSets().map((set) => createWasmEngine(openNativeLibrary(set))),
);

for (const [title, layers] of Object.entries(MODELS))
  test(`${title}: all engines learn the same from one step and from two`, () => {
    for (const timesteps of [1, 2]) {
      const optimizer = { type: 'sgd', momentum: 0.5 } as const;
      const definition = modelOf(layers, timesteps, FEATURES, { batchSize: 17, loss: 'mse', optimizer });
      const ours = train(wasm, definition);
      for (const native of natives) assert.deepEqual(train(native, definition), ours);
      const theirs = train(tfjs, definition).losses;
      for (const [step, loss] of ours.losses.entries())
        assert.ok(
          Math.abs(loss - theirs[step]!) < TOLERANCE * Math.max(1, ours.losses[0]!),
          `${timesteps} steps, batch ${step}: ${loss} and ${theirs[step]}`,
        );
    }
  });
