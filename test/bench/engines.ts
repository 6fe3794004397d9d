// One training step on every engine and backend that loads, plain and fused, for the layers that models are made of; each
// beside the wasm engine, timed in turns with it. Native TensorFlow where SWEEP_TFJS_NODE names a built package.

import type { SampleSet } from '../../src/dataset/sample-set.js';
import type { Engine, Model } from '../../src/engine/engine.js';
import {
  createTfjsEngine,
  type TfjsEngine,
  type TfjsEngineOptions,
} from '../../src/engine/tfjs/tfjs-engine.js';
import { createWasmEngine } from '../../src/engine/wasm/wasm-engine.js';
import type { LayerSpec } from '../../src/model/layer-spec.js';
import { conv1d, dense, flatten, globalMax, gru, lstm } from '../support/fixtures/layer-specs.js';
import { nativeTensorflow } from '../support/models/native-tensorflow.js';
import type { BenchResult } from './bench-result.js';
import { batchIndices, jenaModel, jenaShapedSamples } from './jena-shaped.js';
import { median } from './measure.js';

const sigmoid = { recurrentActivation: 'sigmoid' } as const;
const MODELS: Readonly<Record<string, readonly LayerSpec[]>> = {
  'gru 32': [gru(32, sigmoid), dense(1)],
  'lstm 32': [lstm(32, sigmoid), dense(1)],
  'conv1d 32 of 5, global max': [conv1d(32, 5, { activation: 'relu' }), globalMax, dense(1)],
  'flatten, dense 32': [flatten, dense(32, { activation: 'relu' }), dense(1)],
};
/** A backend in plain JavaScript takes seconds a step. */
const STEPS = { plain: 2, native: 8 } as const;
const WASM_STEPS = 3;
/** The first steps of ours are interpreted; of theirs one loads kernels. */
const WARM_UP = { wasm: 6, tfjs: 1 } as const;

interface Contestant {
  readonly title: string;
  readonly options: TfjsEngineOptions;
  readonly steps: number;
}

/** In this order: a process has one backend of TensorFlow.js at a time. */
function contestants(): Contestant[] {
  const packages = ['@tensorflow/tfjs'] as const;
  const plain = (['wasm', 'cpu'] as const).map((backend) => ({
    title: `tfjs, ${backend} backend`,
    options: { packages, plainBackends: [backend] },
    steps: STEPS.plain,
  }));
  const { skip, options } = nativeTensorflow();
  if (skip !== false) {
    process.stderr.write(`native TensorFlow is left out: ${skip}\n`);
    return plain;
  }
  const native = [false, true].map((fused) => ({
    title: `tfjs, native, ${fused ? 'fused' : 'plain'}`,
    options: { ...options, fused },
    steps: STEPS.native,
  }));
  return [...plain, ...native];
}

export async function benchEngines(): Promise<BenchResult[]> {
  const samples = jenaShapedSamples();
  const wasm = await createWasmEngine();
  const results: BenchResult[] = [];
  for (const { title, options, steps } of contestants()) {
    const warn = (message: string) => process.stderr.write(`${title}: ${message}\n`);
    const engine = await createTfjsEngine({ ...options, onWarning: warn });
    for (const [name, layers] of Object.entries(MODELS))
      results.push(
        compare(`${name}: ${title}${describeFused(engine)}`, engine, wasm, layers, samples, steps),
      );
  }
  return results;
}

function describeFused({ loaded, fused }: TfjsEngine): string {
  const { tensorflow, device } = loaded;
  return tensorflow === null
    ? ''
    : ` (TensorFlow ${tensorflow}, ${device}${fused.length > 0 ? `: ${fused}` : ''})`;
}

function compare(
  name: string,
  engine: Engine,
  wasm: Engine,
  layers: readonly LayerSpec[],
  samples: SampleSet,
  steps: number,
): BenchResult {
  const definition = jenaModel(layers);
  const [theirs, ours] = [engine.build(definition), wasm.build(definition)];
  try {
    // The same numbers first: a step that is quick and wrong is no step.
    const losses = [theirs, ours].map((model) => trainStep(model, samples, 0).loss);
    const [loss, expected] = losses as [number, number];
    if (!(Math.abs(loss - expected) <= 1e-4 * expected))
      throw new Error(`${name} loses ${loss}, the wasm engine ${expected}`);
    for (let step = 1; step < WARM_UP.wasm; step++) trainStep(ours, samples, step);
    for (let step = 1; step < WARM_UP.tfjs; step++) trainStep(theirs, samples, step);
    const times: { readonly theirs: number[]; readonly ours: number[] } = { theirs: [], ours: [] };
    for (let step = 0; step < steps; step++) {
      times.theirs.push(trainStep(theirs, samples, step).tookMs);
      for (let again = 0; again < WASM_STEPS; again++) times.ours.push(trainStep(ours, samples, step).tookMs);
    }
    const [msPerStep, baselineMsPerStep] = [median(times.theirs), median(times.ours)];
    return {
      name,
      msPerStep,
      baseline: 'the wasm engine',
      baselineMsPerStep,
      ratio: baselineMsPerStep / msPerStep,
      fractionOfLimit: null,
    };
  } finally {
    theirs.dispose();
    ours.dispose();
  }
}

function trainStep(model: Model, samples: SampleSet, step: number): { loss: number; tookMs: number } {
  const indices = batchIndices(samples, step);
  const startedMs = performance.now();
  const loss = model.trainBatch(samples, indices, { epoch: 1, step, learningRate: 0.001 });
  return { loss, tookMs: performance.now() - startedMs };
}
