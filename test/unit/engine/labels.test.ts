// Classes of windows in training: on from a checkpoint, by another engine, and told the series.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { MappedDataset } from '../../../src/dataset/dataset.js';
import type { Engine } from '../../../src/engine/engine.js';
import { createTfjsEngine } from '../../../src/engine/tfjs/tfjs-engine.js';
import { trainTrial } from '../../../src/engine/training/trial-training.js';
import { createWasmEngine } from '../../../src/engine/wasm/wasm-engine.js';
import type { LabelTask, TrainConfig, TrialResult } from '../../../src/study/trial/trial.js';
import { openSplit } from '../../../src/task/open-split.js';
import {
  severalLabelConfig,
  smallLabelConfig,
  smallLabels,
  smallLabelTask,
} from '../../support/fixtures/small-labels.js';

let wasm: Engine;
before(async () => {
  wasm = await createWasmEngine();
});

interface Trained {
  readonly result: TrialResult;
  readonly checkpoints: readonly Uint8Array[];
}

function train(
  engine: Engine,
  config: TrainConfig,
  dataset: MappedDataset,
  checkpoint: Uint8Array | null = null,
): Trained {
  const checkpoints: Uint8Array[] = [];
  const outcome = trainTrial({
    engine,
    config,
    objective: { metric: 'validationAccuracy', direction: 'maximize', epoch: 'best' },
    dataset,
    checkpoint,
    now: () => 0,
    hooks: {
      onReport() {},
      onCheckpoint: (_, bytes) => checkpoints.push(bytes),
      onProgress() {},
      stopRequest: () => 'none',
    },
  });
  assert.ok(outcome.type === 'finished');
  return { result: outcome.result, checkpoints };
}

const CASES = [
  ['two classes', smallLabelConfig, 2],
  ['three classes', severalLabelConfig, 3],
] as const;

for (const [name, config, classes] of CASES) {
  test(`${name} of windows, some without a label, go on from a checkpoint to the same weights`, () => {
    const dataset = smallLabels(classes, [30, 31, 450, 451]);
    const { result, checkpoints } = train(wasm, config, dataset);
    assert.equal(result.metrics.validationAccuracy, result.objective);
    assert.deepEqual(train(wasm, config, dataset, checkpoints[0]!).result, result);
  });

  test(`${name} of windows are learnt by TensorFlow.js as by our kernels`, async () => {
    const tfjs = await createTfjsEngine({ packages: ['@tensorflow/tfjs'], plainBackends: ['cpu'] });
    const short = { ...config, training: { ...config.training, epochs: 1, stepsPerEpoch: 6 } };
    const [own, theirs] = [wasm, tfjs].map((engine) => train(engine, short, smallLabels(classes)).result);
    const loss = 'validationLoss';
    assert.ok(
      Math.abs(own!.metrics[loss]! - theirs!.metrics[loss]!) < 1e-4,
      `${own!.metrics[loss]} ${theirs!.metrics[loss]}`,
    );
    assert.equal(theirs!.validationSamples, own!.validationSamples);
  });
}

/** Two series of like values, the classes of the second being the other way around. */
function twoSeries(): { readonly dataset: MappedDataset; readonly task: LabelTask } {
  const dataset = smallLabels();
  const { split } = smallLabelTask;
  const half = (name: keyof typeof split) => (split[name].end - split[name].start) / 2;
  for (const { start, end } of Object.values(split))
    for (let row = (start + end) / 2; row < end; row++)
      dataset.values[row * 3 + 2] = 1 - dataset.values[row * 3 + 2]!;
  const own = {
    train: [0, half('train')],
    validation: [0, half('validation')],
    test: [0, half('test')],
  } as const;
  const both = (name: keyof typeof split): [number, number][] => [[...own[name]], [...own[name]]];
  const stretches = { train: both('train'), validation: both('validation'), test: both('test') };
  const list = ['one', 'other'].map((name) => ({ name, stretches: own }));
  const series = { column: 'who', normalise: 'together', list } as never;
  return {
    dataset: { ...dataset, metadata: { ...dataset.metadata, series } },
    task: { ...smallLabelTask, stretches },
  };
}

test('classes that turn around from one series to the other are learnt by a model that is told the series', () => {
  const { dataset, task } = twoSeries();
  const training = { ...smallLabelConfig.training, epochs: 12 };
  const blind = train(wasm, { ...smallLabelConfig, task, training }, dataset);
  const seriesEmbedding = { type: 'seriesEmbedding', inputDim: 2, outputDim: 3 } as const;
  const told = { ...task, seriesInput: 3 };
  const layers = [seriesEmbedding, ...smallLabelConfig.layers];
  assert.equal(openSplit(dataset, told, 'train').features, 3);
  const seeing = train(wasm, { ...smallLabelConfig, task: told, layers, training }, dataset);
  assert.ok(
    blind.result.objective < 0.65 && seeing.result.objective > 0.75,
    `${blind.result.objective} ${seeing.result.objective}`,
  );
});
