// Training steps of each layer in a model a person would train: beside its products alone at this machine's rate, and
// beside TensorFlow.js (its wasm backend where that can train the model, else its cpu backend) on the same samples,
// fewer of them and of fewer words where TensorFlow.js would take minutes.
import type { WasmEngine } from '../../src/engine/wasm/wasm-engine.js';
import { openBenchEngine } from './bench-engine.js';
import { against, type BenchResult } from './bench-result.js';
import { BATCH } from './jena-shaped.js';
import { type LayerCase, layerCases } from './layer-cases.js';
import { interleave, median } from './measure.js';
import { productFlops } from './model-flops.js';
import type { ProductRate } from './product-rate.js';
import { pickBackend, timeTensorflowSteps } from './tensorflow-step.js';
import { trainingStep } from './training-step.js';

const ROUNDS = 8;
const WARM_UP = 3;

export async function benchLayers(): Promise<BenchResult[]> {
  const { engine, kernels, rate } = await openBenchEngine();
  const results: BenchResult[] = [];
  for (const layerCase of layerCases()) {
    results.push(besideProducts(engine, layerCase, rate, kernels));
    if (layerCase.comparison !== null) results.push(await besideTensorflow(engine, layerCase.comparison));
  }
  return results;
}

function besideProducts(
  engine: WasmEngine,
  { name, definition, samples }: LayerCase,
  rate: ProductRate,
  kernels: string,
): BenchResult {
  const step = trainingStep(engine.build(definition), samples);
  const { medianMs, minMs } = interleave({ step, product: rate.run }, ROUNDS, WARM_UP);
  const flops = productFlops(definition, BATCH).step;
  const limitMs = (ms: number) => (ms * flops) / rate.flops;
  // The share of the limit from the quickest run of each: noise only ever adds time.
  const share = limitMs(minMs.product) / minMs.step;
  const products = `its products alone, at this machine’s rate (${kernels})`;
  return against(name, medianMs.step, products, limitMs(medianMs.product), share);
}

async function besideTensorflow(
  engine: WasmEngine,
  { name, definition, samples, affordable }: NonNullable<LayerCase['comparison']>,
): Promise<BenchResult> {
  const backend = await pickBackend(definition, samples);
  const batch = affordable[backend];
  const step = trainingStep(engine.build(definition), samples, batch);
  const ours = [interleave({ step }, ROUNDS, WARM_UP).medianMs.step];
  const theirs = await timeTensorflowSteps(backend, definition, samples, batch, 1, 0);
  ours.push(interleave({ step }, ROUNDS, 0).medianMs.step);
  const baseline = `TensorFlow.js ${backend} backend`;
  const amount = batch === BATCH ? 'a whole batch' : `both on ${batch} of ${BATCH} samples`;
  return against(`${name}, ${amount}`, median(ours), baseline, median(theirs), null);
}
