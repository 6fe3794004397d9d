// Texts of more than two classes, from a table to predictions: labels of any text, a probability each, scores by class, class
// weights, and what is refused.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it, test } from 'node:test';
import { evaluateOnTest } from '../../../src/coordinator/ending/finalize.js';
import type { MappedDataset } from '../../../src/dataset/dataset.js';
import { prepareDataset } from '../../../src/dataset/prepare.js';
import { openDataset } from '../../../src/dataset/prepared/mapped-file.js';
import type { ExportedModel } from '../../../src/engine/export/exported-model.js';
import { buildPredictor } from '../../../src/engine/predict/build-predictor.js';
import { sampleLossOf, trainingLossOf } from '../../../src/engine/sample-loss.js';
import { decodeCheckpoint, digestWeights } from '../../../src/engine/training/checkpoint.js';
import { ClassScores } from '../../../src/engine/training/output-scores.js';
import { trainTrial } from '../../../src/engine/training/trial-training.js';
import { createWasmEngine } from '../../../src/engine/wasm/wasm-engine.js';
import type { SweepError } from '../../../src/errors.js';
import type { MetricName } from '../../../src/model/metric.js';
import type { SeedResult } from '../../../src/study/finished-row.js';
import type { ClassifierTest } from '../../../src/study/test-evaluation.js';
import { type ClassifyTask, type TrainConfig, trialResultSchema } from '../../../src/study/trial/trial.js';
import { parseSweepSpec } from '../../../src/sweep-file/parse.js';
import { resolveTrial } from '../../../src/sweep-file/resolve-trial.js';
import type { ClassifyUse } from '../../../src/task/classify/classify-use.js';
import { type Classification, predictReviews } from '../../../src/task/classify/predict-reviews.js';
import { taskOf } from '../../../src/task/registry.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';

const engine = await createWasmEngine();
const CLASSES = ['arts, music', 'sport', 'trade', 'Wetter'];
const OBJECTIVE = { metric: 'validationAccuracy', direction: 'maximize', epoch: 'best' } as const;

/** Each text has words of its class among others; the first class is three times as common. */
function tableOf(rows: number, extra = ''): string {
  const lines = Array.from({ length: rows }, (_, row) => {
    const place = [0, 1, 0, 2, 0, 3][row % 6]!;
    const words = [`own${place}`, `more${place}`, `filler${row % 7}`, 'the', 'and'];
    return `"${CLASSES[place]}",${words.join(' ')}`;
  });
  return ['label,text', ...lines, extra].join('\n');
}

interface Sections {
  source?: object;
  training?: object;
  model?: object;
}

function documentOf(file: string, more: Sections) {
  return {
    name: 'topics',
    dataset: {
      kind: 'reviews',
      source: { csv: file, ...more.source },
      maxFeatures: 50,
      maxLength: 6,
    },
    model: more.model ?? { type: 'dense', embedding: 8, units: 8 },
    training: { optimizer: 'adam', learningRate: 0.02, epochs: 6, batchSize: 20, ...more.training },
    space: {},
  };
}

function specOf(file: string, more: Sections = {}) {
  return parseSweepSpec(JSON.stringify(documentOf(file, more)), '/topics.json');
}

async function prepared(file: string, cacheDirectory: string, source: object = {}): Promise<MappedDataset> {
  const { metadata, notices } = await prepareDataset(specOf(file, { source }).dataset!, { cacheDirectory });
  assert.ok(source === undefined || notices !== undefined);
  return openDataset(cacheDirectory, metadata.digest);
}

describe('texts of four classes', () => {
  let dataset: MappedDataset;
  let directory: string;
  let file: string;
  let config: TrainConfig;
  let outcome: ReturnType<typeof trainTrial> & { type: 'finished' };

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), 'sweep-test-'));
    file = join(directory, 'topics.csv');
    writeFileSync(file, tableOf(300));
    dataset = await prepared(file, directory);
    config = resolveTrial(specOf(file), {}, 1, dataset.metadata) as TrainConfig;
    const trained = trainTrial({
      engine,
      config,
      objective: OBJECTIVE,
      dataset,
      checkpoint: null,
      now: () => 0,
      hooks: { onReport() {}, onCheckpoint() {}, onProgress() {}, stopRequest: () => 'none' },
    });
    assert.ok(trained.type === 'finished');
    outcome = trained;
  });

  after(() => rmSync(directory, { recursive: true, force: true }));

  it('labels are numbered by their order, in lower case, with their counts', () => {
    const { classes = [] } = dataset.metadata.reviews!;
    assert.deepEqual(
      classes.map(({ name }) => name),
      ['arts, music', 'sport', 'trade', 'wetter'],
    );
    const total = classes.reduce((sum, { train, validation, test }) => sum + train + validation + test, 0);
    assert.equal(total, 300);
    const described = taskOf(config.task).describeTarget(specOf(file).dataset!, dataset.metadata);
    assert.equal(described.classes?.length, 4);
  });

  it('the model ends in a softmax of as many units, learnt by cross-entropy', () => {
    assert.deepEqual(config.layers.at(-1), { type: 'dense', units: 4, activation: 'softmax', kernelL2: 0 });
    assert.equal(config.training.loss, 'sparseCategoricalCrossentropy');
    assert.equal((config.task as ClassifyTask).classes, 4);
  });

  it('a result has accuracy, macro F1, top k and the confusion matrix', () => {
    const { result } = outcome;
    assert.deepEqual(trialResultSchema.parse(JSON.parse(JSON.stringify(result))), result);
    assert.equal(result.metrics.validationAccuracy, 1, 'words of their own tell the classes apart');
    const { macroF1, topK, confusion = [] } = result.outputs!.classes!;
    assert.equal(macroF1, 1);
    assert.deepEqual(topK, [1, 1, 1, 1]);
    assert.deepEqual([result.metrics.validationMacroF1, result.metrics.validationTop3], [1, 1]);
    assert.equal(result.metrics.validationTop5, undefined, 'there are four classes');
    const seen = confusion.flat().reduce((sum, one) => sum + one, 0);
    assert.equal(seen, result.validationSamples);
    const told = taskOf(config.task).describeOutputs(result, CLASSES).join('\n');
    assert.match(told, /macro F1 100\.0* %.*\n.*\n {2}arts, music +\d+ +0 +0 +0\n/);
  });

  it('the baseline is the most frequent class', () => {
    const { baselineAccuracy = 0 } = outcome.result;
    const { classes = [] } = dataset.metadata.reviews!;
    const validation = classes.reduce((sum, one) => sum + one.validation, 0);
    assert.equal(baselineAccuracy, classes[0]!.validation / validation);
  });

  it('the test has the same figures', async () => {
    const winner = { trial: 'a'.repeat(16), result: { ...outcome.result, modelDigest: 'b'.repeat(64) } };
    const tested = (await evaluateOnTest(config, winner as unknown as SeedResult, {
      bus: { getBlob: async () => outcome.model } as never,
      engine,
      dataset,
      targetStd: 1,
      signal: new AbortController().signal,
    })) as ClassifierTest;
    assert.equal(tested.testAccuracy, 1);
    assert.equal(tested.classes?.macroF1, 1);
    assert.match(taskOf(config.task).describeTest(tested, null).bySeries?.[0] ?? '', /macro F1/);
  });

  it('predictions are the class and its probability, with the label of the table beside', async () => {
    const { use, vocabulary } = (await taskOf(config.task).describeUse(
      config.task,
      specOf(file).dataset!,
      { ...dataset.metadata, stepSeconds: null },
      join(file, '..'),
    )) as { use: ClassifyUse; vocabulary: readonly string[] };
    const { weights } = decodeCheckpoint(outcome.model);
    const exported = {
      description: {
        trial: 'abc',
        timesteps: 6,
        features: 1,
        layers: config.layers,
        task: use,
        weightsDigest: digestWeights(weights),
        data: { source: 'topics.csv' },
      },
      weights,
      vocabulary,
    } as unknown as ExportedModel;
    const found: Classification[] = [];
    const summary = await predictReviews(
      {
        buildPredictor: () => buildPredictor(engine, exported),
        use,
        model: exported,
        data: file,
        onMissing: undefined,
      },
      (one) => found.push(one),
    );
    assert.deepEqual([summary.predictions, summary.accuracy], [300, 1]);
    assert.deepEqual([found[3]?.label, found[3]?.actual], ['trade', 'trade']);
    for (const { probability } of found) assert.ok(probability > 0.25 && probability <= 1);
    assert.deepEqual(taskOf(use).predictionHead(use), ['row', 'label', 'probability', 'actual']);
  });

  it('class weights: balanced, or by label; unknown labels are refused', () => {
    const weightsOf = (classWeights: unknown) =>
      (resolveTrial(specOf(file, { training: { classWeights } }), {}, 1, dataset.metadata) as TrainConfig)
        .training.classWeights;
    const { classes = [] } = dataset.metadata.reviews!;
    const train = classes.reduce((sum, one) => sum + one.train, 0);
    assert.deepEqual(
      weightsOf('balanced'),
      classes.map((one) => train / (4 * one.train)),
    );
    assert.deepEqual(weightsOf({ Sport: 2, wetter: 0.5 }), [1, 2, 1, 0.5]);
    assert.throws(() => weightsOf({ sprot: 2 }), {
      path: 'training.classWeights',
      message: /names no label: "sprot"/,
      hint: 'did you mean "sport"? the classes are "arts, music", "sport", "trade", "wetter"',
    });
    assert.throws(() => weightsOf({ sport: 2, ' SPORT': 3 }), {
      path: 'training.classWeights',
      message: /gives one class two weights: "sport" and " SPORT"/,
    });
  });

  it('macro F1 and the share among the three likeliest are objectives, of as many classes as they take', () => {
    const byMetric = (metric: MetricName) => {
      const trained = trainTrial({
        engine,
        config: { ...config, training: { ...config.training, epochs: 1, learningRate: 0.003 } },
        objective: { metric, direction: 'maximize', epoch: 'best' },
        dataset,
        checkpoint: null,
        now: () => 0,
        hooks: { onReport() {}, onCheckpoint() {}, onProgress() {}, stopRequest: () => 'none' },
      });
      assert.ok(trained.type === 'finished');
      return trained.result;
    };
    const specBy = (metric: MetricName) =>
      parseSweepSpec(JSON.stringify({ ...documentOf(file, {}), objective: { metric } }), '/topics.json');
    for (const metric of ['validationMacroF1', 'validationTop3'] as const) {
      const { objective, objectiveInterval: interval, metrics, outputs } = byMetric(metric);
      assert.equal(objective, metrics[metric]);
      const { macroF1, topK } = outputs!.classes!;
      assert.equal(objective, metric === 'validationTop3' ? topK[2] : macroF1);
      assert.ok(objective > 0 && objective < 1, `${metric}: ${objective}`);
      assert.ok(interval != null && interval[0] < objective && objective < interval[1]);
      resolveTrial(specBy(metric), {}, 1, dataset.metadata);
    }
    assert.throws(() => resolveTrial(specBy('validationTop5'), {}, 1, dataset.metadata), {
      path: 'objective.metric',
      message: /validationTop5 is of 6 classes and more, and the texts have 4/,
    });
  });

  it('a list of layers that ends in another number of classes is told how to end', () => {
    const model = (units: number, activation: string) => ({
      type: 'layers',
      layers: [
        { type: 'embedding', inputDim: 50, outputDim: 4 },
        { type: 'flatten' },
        { type: 'dense', units, activation },
      ],
    });
    for (const wrong of [model(5, 'softmax'), model(1, 'sigmoid')])
      assert.throws(() => resolveTrial(specOf(file, { model: wrong }), {}, 1, dataset.metadata), {
        code: 'MODEL_SHAPE',
        hint: 'end with {"type": "dense", "units": 4, "activation": "softmax"}',
      });
    resolveTrial(specOf(file, { model: model(4, 'softmax') }), {}, 1, dataset.metadata);
    // Of no number of classes.
    assert.throws(() => specOf(file, { model: model(4, 'sigmoid') }), { code: 'MODEL_SHAPE' });
  });

  it('losses of values, and quantiles, are refused', () => {
    for (const loss of ['mae', { pinball: [0.5] }])
      assert.throws(() => resolveTrial(specOf(file, { training: { loss } }), {}, 1, dataset.metadata), {
        path: 'training.loss',
      });
  });
});

test('named classes keep their order, and a label that is none of them is a fault at its line', async (t) => {
  const directory = temporaryDirectory(t);
  const file = join(directory, 'topics.csv');
  writeFileSync(file, tableOf(60));
  const named = { classes: ['Wetter', 'trade', 'sport', 'Arts, Music'] };
  const { metadata } = await prepared(file, join(directory, 'named'), named);
  assert.deepEqual(
    metadata.reviews?.classes?.map(({ name }) => name),
    ['wetter', 'trade', 'sport', 'arts, music'],
  );
  // Numbers are labels as well once they are named: "0" and "1" alone mean two.
  writeFileSync(
    file,
    ['label,text', ...Array.from({ length: 30 }, (_, row) => `${row % 3},word${row % 3}`)].join('\n'),
  );
  const numbered = await prepared(file, join(directory, 'numbers'), { classes: [0, 1, 2] });
  assert.equal(numbered.metadata.reviews?.classes?.length, 3);
  await assert.rejects(prepared(file, join(directory, 'two')), (thrown: SweepError) => {
    assert.match(thrown.message, /topics\.csv:4:label: "2" is no label/);
    assert.match(thrown.hint ?? '', /"classes"/);
    return true;
  });
  await assert.rejects(prepared(file, join(directory, 'few'), { classes: [0, 1, 3] }), /"2" is no label/);
  assert.throws(() => specOf(file, { source: { classes: ['a', 'A ', 'b'] } }), /name each class once/);
});

test('class weights of two classes go by their names too, and labels are the same however they are written', () => {
  const weightsOf = (classes: unknown, classWeights: unknown) => {
    const spec = specOf('/reviews.csv', {
      source: classes === undefined ? {} : { classes },
      training: { classWeights },
    });
    const split = {
      train: { start: 0, end: 10 },
      validation: { start: 10, end: 12 },
      test: { start: 12, end: 14 },
    };
    const reviews = { positive: { train: 0.5, validation: 0.5, test: 0.5 } };
    const config = resolveTrial(spec, {}, 1, { digest: 'a'.repeat(64), columns: [], split, reviews });
    return (config as TrainConfig).training.classWeights;
  };
  const named = ['ham', 'Spam'];
  for (const one of [{ spam: 3 }, { ' SPAM ': 3 }, { '1': 3 }, { '1.0': 3, ham: 1 }])
    assert.deepEqual(weightsOf(named, one), [1, 3]);
  assert.deepEqual(weightsOf(undefined, { pos: 2, '0.0': 3 }), [3, 2]);
  // Classes that are numbers are meant by what they are named, not by their place.
  assert.deepEqual(weightsOf([1, 0], { '1': 3 }), [3, 1]);
  assert.deepEqual(weightsOf(['1.0', 2], { '1': 3, '2.0': 4 }), [3, 4]);
  assert.throws(() => weightsOf([1, 2], { '0': 3 }), { hint: 'did you mean "1"? the classes are "1", "2"' });
  assert.throws(() => weightsOf(named, { eggs: 3 }), {
    path: 'training.classWeights',
    message: /names no label: "eggs"/,
    hint: 'the classes are "ham" or "0", "spam" or "1"',
  });
  assert.throws(() => weightsOf(undefined, { good: 3 }), {
    hint: /^the classes are "0" or "neg" .*; "classes": \["ham", "spam"\] in the source names them$/,
  });
  assert.throws(() => weightsOf(named, { spam: 3, '1': 2 }), /one class two weights: "1" and "spam"/);
  assert.throws(() => weightsOf([1, '1.0'], 'balanced'), /name each class once/);
});

test('the classes of a test table are those of the training table', async (t) => {
  const directory = temporaryDirectory(t);
  const file = join(directory, 'train.csv');
  writeFileSync(file, tableOf(60));
  const own = join(directory, 'test.csv');
  writeFileSync(own, 'label,text\nsport,own1\nWetter,own3\n');
  const { metadata, values } = await prepared(file, directory, { test: own });
  assert.equal(metadata.reviews?.classes?.length, 4);
  assert.deepEqual([...values.subarray(60, 62)], [1, 3]);
});

test('labels of the same numbers and other names are another dataset', async (t) => {
  const directory = temporaryDirectory(t);
  const digests = await Promise.all(
    ['trade', 'trains'].map(async (name, place) => {
      const file = join(directory, `${place}.csv`);
      writeFileSync(file, tableOf(60).replaceAll('trade', name));
      return (await prepared(file, directory)).metadata.digest;
    }),
  );
  assert.notEqual(digests[0], digests[1]);
});

it('scores: a class that is neither there nor answered does not count, ties go to the first', () => {
  const scores = new ClassScores(4);
  const outputs = Float32Array.of(0.4, 0.4, 0.2, 0, 0.1, 0.2, 0.7, 0, 0.1, 0.2, 0.7, 0);
  assert.equal(scores.add(outputs, 0, 1), false);
  assert.equal(scores.add(outputs, 4, 2), true);
  assert.equal(scores.add(outputs, 8, 0), false);
  const { macroF1, topK, confusion } = scores.describe();
  // F1 of class 0: never right; 1: never right; 2: 2·1/(1 + 2); 3: not there.
  assert.ok(Math.abs(macroF1 - 2 / 3 / 3) < 1e-12);
  assert.deepEqual(topK, [1 / 3, 2 / 3, 1, 1]);
  assert.deepEqual(confusion, [
    [0, 0, 1, 0],
    [1, 0, 0, 0],
    [0, 0, 1, 0],
    [0, 0, 0, 0],
  ]);
});

it('scores: outputs that are NaN are no answer, right among no number of classes', () => {
  for (const outputs of [Float32Array.of(NaN, NaN), Float32Array.of(NaN, 0.5), Float32Array.of(0.5, NaN)]) {
    const scores = new ClassScores(2);
    assert.equal(scores.add(outputs, 0, 0), false);
    assert.equal(scores.add(Float32Array.of(0.2, 0.8), 0, 1), true);
    assert.deepEqual(scores.describe(), {
      macroF1: 1 / 2,
      topK: [1 / 2, 1 / 2],
      confusion: [
        [0, 0],
        [0, 1],
      ],
    });
  }
});

it('a class weight multiplies loss and slope of its samples while training, of two classes as well', () => {
  for (const [definition, units, outputs] of [
    [{ loss: 'binaryCrossentropy', classWeights: [1, 3] }, 1, Float32Array.of(0.25)],
    [{ loss: 'sparseCategoricalCrossentropy', classWeights: [1, 3, 1] }, 3, Float32Array.of(0.25, 0.5, 0.25)],
  ] as const) {
    const { loss } = definition;
    const [plain, weighted] = [sampleLossOf({ loss }, units, {}), trainingLossOf(definition, units, {})];
    for (const [target, weight] of [
      [0, 1],
      [1, 3],
    ] as const) {
      assert.equal(weighted.sum(outputs, 0, [target], 0), weight * plain.sum(outputs, 0, [target], 0));
      const slopes = [plain, weighted].map((loss) => {
        const out = new Float32Array(units);
        loss.slopes(outputs, 0, [target], 0, 0.5, out, 0);
        return out;
      });
      assert.deepEqual(
        [...slopes[1]!],
        [...slopes[0]!].map((slope) => weight * slope),
      );
    }
  }
});
