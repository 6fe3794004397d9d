// The tfjs engine on native TensorFlow, where a built package of it is found.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Engine } from '../../src/engine/engine.js';
import { createTfjsEngine, type TfjsEngine } from '../../src/engine/tfjs/tfjs-engine.js';
import { nativeTensorflow } from '../support/models/native-tensorflow.js';
import { describeEngineContract } from './engine-contract.js';

const { skip, options } = nativeTensorflow();
test('TensorFlow’s fused operations compute the plain layers on this machine', { skip }, async () => {
  const { fused } = await createTfjsEngine({
    ...options,
    onWarning: (message) => assert.fail(message),
  });
  assert.deepEqual([...fused].sort(), ['blockGru', 'blockLstm']);
});

describeEngineContract('tfjs, native TensorFlow', () => createTfjsEngine(options), {
  skip,
  countHeld: (engine: Engine) => (engine as TfjsEngine).loaded.tf.memory().numTensors,
});
