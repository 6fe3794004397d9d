// The native kernels beside the WebAssembly ones, alternating: the same weights first, then training steps and forward
// passes, and what share of the machine's own rate of unfused products at its best width each reaches in that run.
import assert from 'node:assert/strict';
import type { SampleSet } from '../../src/dataset/sample-set.js';
import { digestWeights } from '../../src/engine/training/checkpoint.js';
import { chooseKernels } from '../../src/engine/wasm/choose-kernels.js';
import { createWasmEngine, type WasmEngine } from '../../src/engine/wasm/wasm-engine.js';
import type { LayerSpec } from '../../src/model/layer-spec.js';
import { conv1d, dense, flatten, globalMax, gru, lstm, maxPool } from '../support/fixtures/layer-specs.js';
import { against, type BenchResult } from './bench-result.js';
import { BATCH, batchIndices, jenaModel, jenaShapedSamples } from './jena-shaped.js';
import { interleave } from './measure.js';
import { productFlops } from './model-flops.js';
import { type ProductRate, productRate } from './product-rate.js';
import { trainingStep } from './training-step.js';

const relu = { activation: 'relu' } as const;
const CASES: readonly { name: string; layers: readonly LayerSpec[] }[] = [
  ...[16, 32, 64, 128].flatMap((units) => [
    { name: `gru ${units}`, layers: [gru(units), dense(1)] },
    { name: `lstm ${units}`, layers: [lstm(units), dense(1)] },
  ]),
  { name: 'flatten, dense 32', layers: [flatten, dense(32, relu), dense(1)] },
  {
    name: 'conv1d 32 × 5 thrice, max pools',
    layers: [
      conv1d(32, 5, relu),
      maxPool(3),
      conv1d(32, 5, relu),
      maxPool(3),
      conv1d(32, 5, relu),
      globalMax,
      dense(1),
    ],
  },
];
/** Milliseconds that all rounds of a case may take, and what a case needs at least. */
const BUDGET_MS = 6_000;
const LEAST_ROUNDS = 3;

export async function benchKernels(): Promise<BenchResult[]> {
  const native = await chooseKernels({
    choice: process.env.SWEEP_KERNELS || 'native',
    cacheDirectory: null,
    onWarning: (message) => process.stderr.write(`${message}\n`),
  });
  assert.ok(
    native !== null,
    'this benchmark compares native kernels with WebAssembly: let SWEEP_KERNELS name them',
  );
  const engines = { wasm: await createWasmEngine(), native: await createWasmEngine(native) };
  const samples = jenaShapedSamples();
  const rate = await productRate(native);
  return CASES.flatMap((entry) => benchCase(engines, entry, samples, rate, native.instructionSet.name));
}

function benchCase(
  engines: { readonly wasm: WasmEngine; readonly native: WasmEngine },
  { name, layers }: (typeof CASES)[number],
  samples: SampleSet,
  rate: ProductRate,
  set: string,
): BenchResult[] {
  const definition = jenaModel(layers);
  const models = { wasm: engines.wasm.build(definition), native: engines.native.build(definition) };
  const steps = { wasm: trainingStep(models.wasm, samples), native: trainingStep(models.native, samples) };
  const startedMs = performance.now();
  steps.wasm();
  const tookMs = performance.now() - startedMs;
  steps.native();
  assert.equal(digestWeights(models.native.weights()), digestWeights(models.wasm.weights()), name);
  const indices = batchIndices(samples, 0);
  const out = new Float32Array(BATCH);
  const { medianMs, minMs } = interleave(
    {
      wasm: steps.wasm,
      native: steps.native,
      wasmForward: () => models.wasm.predict(samples, indices, out),
      nativeForward: () => models.native.predict(samples, indices, out),
      rate: rate.run,
    },
    Math.max(LEAST_ROUNDS, Math.floor(BUDGET_MS / (2 * tookMs))),
    1,
  );
  const flops = productFlops(definition, BATCH);
  // The share of the limit from the quickest run of each: noise only ever adds time.
  const share = (count: number, ms: number): number => (minMs.rate * count) / rate.flops / ms;
  return [
    against(
      `${name}: training step, ${set}`,
      medianMs.native,
      'WebAssembly',
      medianMs.wasm,
      share(flops.step, minMs.native),
    ),
    against(
      `${name}: forward only, ${set}`,
      medianMs.nativeForward,
      'WebAssembly',
      medianMs.wasmForward,
      share(flops.forward, minMs.nativeForward),
    ),
  ];
}
