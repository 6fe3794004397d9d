// One thread of the two-thread benchmark: trains for a given time when told to, and answers how many steps it did.
import { parentPort, workerData } from 'node:worker_threads';
import type { LayerSpec } from '../../src/model/layer-spec.js';
import { openBenchEngine } from './bench-engine.js';
import { batchIndices, jenaModel, jenaShapedSamples } from './jena-shaped.js';

const { layers } = workerData as { layers: readonly LayerSpec[] };
const port = parentPort;
if (port === null) throw new Error('train-thread is a worker thread: main.ts starts it');

const model = (await openBenchEngine()).engine.build(jenaModel(layers));
const samples = jenaShapedSamples();
let step = 0;

function trainOnce(): void {
  model.trainBatch(samples, batchIndices(samples, step), { epoch: 1, step, learningRate: 0.001 });
  step++;
}

for (let warmUp = 0; warmUp < 8; warmUp++) trainOnce();
port.on('message', (durationMs: number) => {
  const startedMs = performance.now();
  const first = step;
  while (performance.now() - startedMs < durationMs) trainOnce();
  port.postMessage({ steps: step - first, tookMs: performance.now() - startedMs });
});
port.postMessage('ready');
