// The tfjs engine on TensorFlow.js' wasm backend: a process of its own, as a process has one backend at a time.
import type { Engine } from '../../src/engine/engine.js';
import { createTfjsEngine, type TfjsEngine } from '../../src/engine/tfjs/tfjs-engine.js';
import { describeEngineContract } from './engine-contract.js';

describeEngineContract(
  'tfjs, wasm backend',
  () => createTfjsEngine({ packages: ['@tensorflow/tfjs'], plainBackends: ['wasm'] }),
  { countHeld: (engine: Engine) => (engine as TfjsEngine).loaded.tf.memory().numTensors },
);
