// The memory that `sweep validate` tells of, beside what the engine allocates: above it, but not by much.
import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { TILE_ROWS } from '../../../src/engine/wasm/layer.js';
import { createWasmEngine, type WasmEngine } from '../../../src/engine/wasm/wasm-engine.js';
import type { LayerSpec } from '../../../src/model/layer-spec.js';
import { summarizeModel, trainingBytes } from '../../../src/sweep-file/model/model-shape.js';
import {
  averagePool,
  bidirectional,
  conv1d,
  dense,
  dropout,
  embedding,
  flatten,
  globalAverage,
  globalMax,
  gru,
  layerNormalization,
  lstm,
  maxPool,
  modelOf,
} from '../../support/fixtures/layer-specs.js';

const sequences = { returnSequences: true } as const;
const masks = { dropout: 0.1, recurrentDropout: 0.2 } as const;
const adam = { type: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-7 } as const;

/** On windows of 240 steps of 14 features; on single tokens, 500 of them, where an embedding comes first. */
const MODELS: Record<string, readonly LayerSpec[]> = {
  gru: [gru(32, masks), dense(1)],
  'gru, reset after': [gru(64, { resetAfter: true }), dense(1)],
  'reversed gru over sequences': [
    gru(32, sequences),
    gru(32, { ...sequences, goBackwards: true }),
    globalMax,
    dense(1),
  ],
  lstm: [lstm(32, sequences), lstm(33, masks), dense(1)],
  'lstm of few units': [lstm(5), dense(1)],
  bidirectional: [bidirectional(gru(32, masks)), dense(1)],
  'bidirectional over sequences': [
    bidirectional(lstm(32, sequences)),
    bidirectional(gru(16, sequences), 'ave'),
    gru(8),
    dense(1),
  ],
  'conv1d and pools': [conv1d(32, 5), maxPool(3), conv1d(32, 5), averagePool(2), globalMax, dense(1)],
  'conv1d of few filters': [conv1d(3, 5), globalMax, dense(1)],
  'flatten and dropout': [conv1d(32, 5), flatten, dense(8), dropout(0.5), dense(1)],
  'flatten first': [flatten, dense(32), dense(1)],
  layerNormalization: [gru(32, sequences), layerNormalization, gru(32), layerNormalization, dense(1)],
  'embedding and lstm': [embedding(10_000, 32), lstm(32), dense(1)],
  'embedding of few columns': [embedding(10_000, 3), globalAverage, dense(1)],
  'embedding and conv1d': [
    embedding(10_000, 128),
    conv1d(32, 7),
    maxPool(5),
    conv1d(32, 7),
    globalMax,
    dense(1),
  ],
};
/** How far above may be: a bidirectional layer, whose answers are merged in different ways, is the loosest. */
const MOST = 1.6;

let engine: WasmEngine;
before(async () => {
  engine = await createWasmEngine();
});

for (const [name, layers] of Object.entries(MODELS))
  it(`${name}: the estimate is above what is allocated, by at most ${MOST}`, () => {
    const isText = layers[0]?.type === 'embedding';
    const sample = isText ? { timesteps: 500, features: 1 } : { timesteps: 240, features: 14 };
    const { memoryBytes } = engine.build(
      modelOf(layers, sample.timesteps, sample.features, { optimizer: adam }),
    );
    const estimate = trainingBytes(summarizeModel(layers, sample), sample, TILE_ROWS);
    const ratio = estimate / memoryBytes;
    assert.ok(ratio >= 1 && ratio <= MOST, `estimated ${estimate} bytes, allocated ${memoryBytes}: ${ratio}`);
  });
