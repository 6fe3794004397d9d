// The tfjs engine in plain JavaScript.
import type { Engine } from '../../src/engine/engine.js';
import { createTfjsEngine, type TfjsEngine } from '../../src/engine/tfjs/tfjs-engine.js';
import { describeEngineContract } from './engine-contract.js';

describeEngineContract(
  'tfjs, cpu backend',
  () => createTfjsEngine({ packages: ['@tensorflow/tfjs'], plainBackends: ['cpu'] }),
  { countHeld: (engine: Engine) => (engine as TfjsEngine).loaded.tf.memory().numTensors },
);
