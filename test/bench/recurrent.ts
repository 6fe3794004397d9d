// Training steps of GRU and LSTM on the reference problem: equal to the scalar twin first, then timed beside the
// machine's product rate, beside themselves without dropout, and beside TensorFlow.js.
import assert from 'node:assert/strict';
import type { SampleSet } from '../../src/dataset/sample-set.js';
import type { WasmEngine } from '../../src/engine/wasm/wasm-engine.js';
import type { LayerSpec } from '../../src/model/layer-spec.js';
import { arraySamples, firstIndices } from '../support/fakes/array-samples.js';
import { dense, flatten, gru, lstm } from '../support/fixtures/layer-specs.js';
import { largestError } from '../support/models/closeness.js';
import { ReferenceModel } from '../support/models/reference-model.js';
import { openBenchEngine } from './bench-engine.js';
import { against, type BenchResult } from './bench-result.js';
import {
  BATCH,
  batchIndices,
  FEATURES,
  jenaModel,
  jenaShapedSamples,
  recurrentFlops,
  TIMESTEPS,
} from './jena-shaped.js';
import { interleave, median } from './measure.js';
import type { ProductRate } from './product-rate.js';
import { timeTensorflowSteps } from './tensorflow-step.js';
import { trainingStep } from './training-step.js';
import { benchTwoThreads } from './two-threads.js';

type Cell = 'gru' | 'lstm';
const UNITS = [16, 32, 64, 128] as const;
const BASELINE_UNITS = 32;
const RATES = { dropout: 0.1, recurrentDropout: 0.5 };
/** Rounds at 32 units; fewer where a step takes longer. */
const ROUNDS = 60;
const BASELINE_STEPS = { wasm: 3, cpu: 1 } as const;
/** Float32 over 240 steps of a cell that forgets: as in test/support/models/tensorflow-pair.ts, times ten. */
const TOLERANCE = 1e-4;
const productBaseline = (kernels: string): string =>
  `its products alone, at this machine’s rate (${kernels})`;

const layerOf = (cell: Cell, units: number, rates = {}): LayerSpec =>
  cell === 'gru' ? gru(units, rates) : lstm(units, rates);

export async function benchRecurrent(cell: Cell): Promise<BenchResult[]> {
  const { engine, kernels, rate } = await openBenchEngine();
  const samples = jenaShapedSamples();
  const results: BenchResult[] = [];
  for (const units of UNITS)
    results.push(...benchUnits(engine, cell, units, samples, rate, productBaseline(kernels)));
  results.push(benchFlatten(engine, samples, rate, productBaseline(kernels)));
  results.push(benchGather(engine, cell, samples));
  results.push(
    await benchTwoThreads(`${cell} ${BASELINE_UNITS}: two threads`, [
      layerOf(cell, BASELINE_UNITS),
      dense(1),
    ]),
  );
  for (const backend of ['wasm', 'cpu'] as const)
    results.push(await benchTensorflow(engine, cell, backend, samples));
  return results;
}

function checkAgainstTwin(engine: WasmEngine, layers: readonly LayerSpec[], samples: SampleSet): void {
  const definition = jenaModel(layers);
  const model = engine.build(definition);
  const count = 2;
  const inputs = new Float32Array(count * TIMESTEPS * FEATURES);
  samples.gather(batchIndices(samples, 3), 0, count, inputs, 0, FEATURES, TIMESTEPS * FEATURES);
  const few = arraySamples(inputs, new Float32Array(count), TIMESTEPS, FEATURES);
  const predictions = new Float32Array(count);
  model.predict(few, firstIndices(count), predictions);
  const expected = new ReferenceModel(definition, model.weights()).predict(few, firstIndices(count), null);
  const error = largestError(predictions, expected);
  assert.ok(error <= TOLERANCE, `predictions are off by ${error} of the largest`);
}

function benchUnits(
  engine: WasmEngine,
  cell: Cell,
  units: number,
  samples: SampleSet,
  rate: ProductRate,
  baseline: string,
): BenchResult[] {
  const plain = [layerOf(cell, units), dense(1)];
  const masked = [layerOf(cell, units, RATES), dense(1)];
  checkAgainstTwin(engine, plain, samples);
  const model = engine.build(jenaModel(plain));
  const predictions = new Float32Array(BATCH);
  const indices = batchIndices(samples, 0);
  const { medianMs, minMs } = interleave(
    {
      step: trainingStep(model, samples),
      masked: trainingStep(engine.build(jenaModel(masked)), samples),
      forward: () => model.predict(samples, indices, predictions),
      product: rate.run,
    },
    Math.ceil(ROUNDS / Math.max(1, units / 32)),
  );
  const flops = recurrentFlops(cell === 'gru' ? 3 : 4, units);
  const name = `${cell} ${units}`;
  const productMs = (count: number) => (medianMs.product * count) / rate.flops;
  // The share of the limit from the quickest run of each: noise only ever adds time.
  const share = (count: number, ms: number) => ((minMs.product / rate.flops) * count) / ms;
  return [
    against(
      `${name}: training step`,
      medianMs.step,
      baseline,
      productMs(flops.step),
      share(flops.step, minMs.step),
    ),
    against(
      `${name}: training step, both dropouts`,
      medianMs.masked,
      'the same without dropout',
      medianMs.step,
      share(flops.step, minMs.masked),
    ),
    against(
      `${name}: forward only`,
      medianMs.forward,
      baseline,
      productMs(flops.forward),
      share(flops.forward, minMs.forward),
    ),
  ];
}

function benchFlatten(
  engine: WasmEngine,
  samples: SampleSet,
  rate: ProductRate,
  baseline: string,
): BenchResult {
  const layers = [flatten, dense(32, { activation: 'relu' }), dense(1)];
  checkAgainstTwin(engine, layers, samples);
  const { medianMs, minMs } = interleave(
    { step: trainingStep(engine.build(jenaModel(layers)), samples), product: rate.run },
    ROUNDS,
  );
  // Forward and the kernel's gradient: no gradient to the input is wanted.
  const flops = 2 * 2 * BATCH * TIMESTEPS * FEATURES * 32;
  const limitMs = (medianMs.product * flops) / rate.flops;
  const share = ((minMs.product / rate.flops) * flops) / minMs.step;
  return against('flatten + dense(32): training step', medianMs.step, baseline, limitMs, share);
}

/** Gathering as the model does it, in time-major tiles of 16; the ratio is how many of it fit into a step. */
function benchGather(engine: WasmEngine, cell: Cell, samples: SampleSet): BenchResult {
  const rows = 16;
  const tile = new Float32Array(rows * TIMESTEPS * FEATURES);
  let batch = 0;
  const { medianMs } = interleave(
    {
      gather: () => {
        const indices = batchIndices(samples, batch++);
        for (let first = 0; first < BATCH; first += rows)
          samples.gather(indices, first, rows, tile, 0, rows * FEATURES, FEATURES);
      },
      step: trainingStep(engine.build(jenaModel([layerOf(cell, BASELINE_UNITS), dense(1)])), samples),
    },
    ROUNDS,
  );
  const name = `gather of a batch (${((100 * medianMs.gather) / medianMs.step).toFixed(1)} % of a step)`;
  return against(name, medianMs.gather, `training step of ${cell} ${BASELINE_UNITS}`, medianMs.step, null);
}

async function benchTensorflow(
  engine: WasmEngine,
  cell: Cell,
  backend: 'wasm' | 'cpu',
  samples: SampleSet,
): Promise<BenchResult> {
  const definition = jenaModel([layerOf(cell, BASELINE_UNITS), dense(1)]);
  const step = trainingStep(engine.build(definition), samples);
  const ours = [interleave({ step }, 15).medianMs.step];
  const theirs: number[] = [];
  for (let round = 0; round < BASELINE_STEPS[backend]; round++) {
    theirs.push(...(await timeTensorflowSteps(backend, definition, samples, BATCH, 1)));
    ours.push(interleave({ step }, 15).medianMs.step);
  }
  const name = `${cell} ${BASELINE_UNITS}: training step`;
  return against(name, median(ours), `TensorFlow.js ${backend} backend`, median(theirs), null);
}
