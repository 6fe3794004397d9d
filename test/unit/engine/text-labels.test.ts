// Texts that may have several labels, from table to predictions: how labels are read, what is learnt of them, how it is judged.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { prepareDataset } from '../../../src/dataset/prepare.js';
import { openDataset } from '../../../src/dataset/prepared/mapped-file.js';
import { sampleLossOf, trainingLossOf } from '../../../src/engine/sample-loss.js';
import { TagScores } from '../../../src/engine/training/tag-scores.js';
import { trainTrial } from '../../../src/engine/training/trial-training.js';
import { createWasmEngine } from '../../../src/engine/wasm/wasm-engine.js';
import type { SweepError } from '../../../src/errors.js';
import type { ClassifyTask, TrainConfig } from '../../../src/study/trial/trial.js';
import { parseSweepSpec } from '../../../src/sweep-file/parse.js';
import { resolveTrial } from '../../../src/sweep-file/resolve-trial.js';
import type { ClassifyUse } from '../../../src/task/classify/classify-use.js';
import { predictReviews } from '../../../src/task/classify/predict-reviews.js';
import { openSplit, validationBaseline } from '../../../src/task/open-split.js';
import { TASKS } from '../../../src/task/registry.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';

const WORDS = ['ball', 'price', 'cloud'];
const LABELS = ['sport', 'trade', 'weather'];

/** Text `row` has the word of label l where bit l of `row` is set; each third field is a JSON list. */
function textsCsv(count: number): string {
  const lines = Array.from({ length: count }, (_, row) => {
    const own = LABELS.filter((_, label) => (row >> label) & 1);
    const words = WORDS.filter((_, label) => (row >> label) & 1).flatMap((word) => [word, word]);
    const field = row % 3 === 0 ? `"${JSON.stringify(own).replaceAll('"', '""')}"` : own.join(' | ');
    return `filler${row % 5} ${words.join(' ')},${field}`;
  });
  return ['text,topics', ...lines].join('\n');
}

const document = (source: object = {}, training: object = {}, model: object = {}): string =>
  JSON.stringify({
    name: 'topics',
    dataset: {
      kind: 'reviews',
      source: { csv: 'texts.csv', label: 'topics', separator: '|', ...source },
      maxFeatures: 50,
      maxLength: 8,
    },
    model: { type: 'dense', embedding: 6, units: 12, ...model },
    space: {},
    training: { optimizer: 'adam', learningRate: 0.03, batchSize: 16, epochs: 8, ...training },
    objective: { metric: 'validationMacroF1' },
  });

async function prepare(folder: string, text: string, csv = textsCsv(240)) {
  writeFileSync(join(folder, 'texts.csv'), csv);
  const spec = parseSweepSpec(text, join(folder, 'sweep.json'));
  const { metadata } = await prepareDataset(spec.dataset!, { cacheDirectory: folder });
  return { spec, metadata, dataset: openDataset(folder, metadata.digest) };
}

/** What a model that answers so says of the texts of a table, with what the table says. */
async function predict(
  folder: string,
  use: ClassifyUse,
  vocabulary: readonly string[] | null,
  text: string,
  answers: readonly (readonly number[])[],
) {
  const data = join(folder, 'new.csv');
  writeFileSync(data, text);
  const written: unknown[] = [];
  const summary = await predictReviews(
    {
      use,
      data,
      onMissing: undefined,
      model: { vocabulary, description: { trial: 'x', timesteps: 8, data: { source: 'texts.csv' } } },
      buildPredictor: () => ({ predict: (_s, _i, out) => out.set(answers.flat()), dispose() {} }),
    },
    ({ label, actual }) => written.push([label, actual]),
  );
  return { written, summary };
}

test('texts learn several labels each, are judged by label, and written with all of them', async (t) => {
  const folder = temporaryDirectory(t);
  const { spec, metadata, dataset } = await prepare(folder, document());
  t.after(() => dataset.close());
  const { tags } = metadata.reviews!;
  assert.deepEqual(
    tags!.names.map(({ name }) => name),
    LABELS,
  );
  assert.equal(tags!.sets.length, 8);
  const [first] = tags!.names;
  assert.equal(first!.train + first!.validation + first!.test, 120);
  const config = resolveTrial(spec, {}, 1, metadata) as TrainConfig;
  const task = config.task as ClassifyTask;
  assert.deepEqual([task.labels, task.classes, config.training.loss], [3, undefined, 'binaryCrossentropy']);
  const { units, activation } = config.layers.at(-1) as { units: number; activation: string };
  assert.deepEqual([units, activation], [3, 'sigmoid']);

  const samples = openSplit(dataset, task, 'train');
  const targets = new Float32Array(2 * 3);
  samples.gatherTargets(Uint32Array.of(5, 0), 0, 2, targets, 0);
  assert.ok(targets.every((value) => value === 0 || value === 1));

  const engine = await createWasmEngine();
  const outcome = trainTrial({
    engine,
    config,
    objective: spec.objective as never,
    dataset,
    checkpoint: null,
    now: () => 0,
    hooks: { onReport() {}, onCheckpoint() {}, onProgress() {}, stopRequest: () => 'none' },
  });
  assert.ok(outcome.type === 'finished');
  const { result } = outcome;
  const labels = result.outputs!.labels!;
  assert.ok(labels.macroF1 > 0.95, `${labels.macroF1}`);
  assert.equal(result.objective, labels.macroF1);
  assert.equal(result.metrics.validationAccuracy, labels.subsetAccuracy);
  assert.equal(labels.each.length, 3);
  assert.ok((result.baselineAccuracy ?? 1) < 0.3);
  assert.equal(result.baselineAccuracy, validationBaseline(dataset, task).value);
  const told = TASKS.classify.describeOutputs(result, LABELS).join('\n');
  assert.match(told, /all labels right .* micro F1 .*\n {2}sport/s);

  const { use, vocabulary } = await TASKS.classify.describeUse(
    task,
    spec.dataset!,
    { ...metadata, stepSeconds: null },
    folder,
  );
  assert.ok(use.kind === 'classify');
  assert.deepEqual(TASKS.classify.predictionHead(use), [
    'row',
    'labels',
    'p(sport)',
    'p(trade)',
    'p(weather)',
    'actual',
  ]);
  const { written, summary } = await predict(
    folder,
    use,
    vocabulary,
    'text,topics\nball,sport\ncloud ball,weather|sport\nnothing,\n',
    [
      [0.9, 0.2, 0.1],
      [0.6, 0.5, 0.7],
      [0.1, 0.6, 0],
    ],
  );
  assert.deepEqual(written, [
    ['sport', 'sport'],
    ['sport|weather', 'sport|weather'],
    ['trade', ''],
  ]);
  assert.equal(summary.accuracy, 2 / 3);
});

test('listed labels keep their order, and what is none of them is a fault at its line', async (t) => {
  const folder = temporaryDirectory(t);
  const listed = await prepare(folder, document({ classes: ['weather', 'Trade', 'sport'] }));
  listed.dataset.close();
  assert.deepEqual(
    listed.metadata.reviews!.tags!.names.map(({ name }) => name),
    ['weather', 'trade', 'sport'],
  );
  await assert.rejects(prepare(folder, document({ classes: ['weather', 'trade'] })), (error: SweepError) => {
    assert.equal(error.code, 'CSV_VALUE');
    assert.match(error.message, /texts\.csv:3:topics: "sport" is no label/);
    assert.match(error.hint ?? '', /told apart by "\|"/);
    return true;
  });
});

test('labels in columns of their own are those of a column of all, in the order that they are named', async (t) => {
  const folder = temporaryDirectory(t);
  const rows = Array.from({ length: 240 }, (_, row) => LABELS.map((_, label) => (row >> label) & 1));
  const csv = (written: (has: number) => unknown): string =>
    [
      'text,sport,trade,weather',
      ...rows.map((has, row) => `word${row % 5},${has.map(written).join(',')}`),
    ].join('\n');
  const label = ['weather', 'sport', 'trade'];
  const own = (source: object) => document({ label, separator: undefined, ...source });
  const { metadata, dataset, spec } = await prepare(folder, own({}), csv(String));
  const task = (resolveTrial(spec, {}, 1, metadata) as TrainConfig).task as ClassifyTask;
  assert.equal(task.labels, 3);
  dataset.close();
  const { names, sets } = metadata.reviews!.tags!;
  assert.deepEqual(
    names.map(({ name, train, validation, test }) => [name, train + validation + test]),
    [2, 0, 1].map((place) => [LABELS[place], rows.filter((has) => has[place] === 1).length]),
  );
  assert.deepEqual(sets[5], [0, 1], 'row 5 is of sport and weather');
  const words = await prepare(
    folder,
    own({}),
    csv((has) => (has === 1 ? ' True' : 'false')),
  );
  words.dataset.close();
  assert.deepEqual(words.metadata.reviews!.tags, metadata.reviews!.tags);
  await assert.rejects(prepare(folder, own({}), `${csv(String)}\nmore,0,maybe,1`), (error: SweepError) => {
    assert.match(error.message, /texts\.csv:242:trade: "maybe" is no label/);
    assert.equal(error.hint, '1 where the text has the label, else 0');
    return true;
  });
  await assert.rejects(prepare(folder, own({ label: ['sport', 'law'] }), csv(String)), /has no column "law"/);
  for (const [source, message] of [
    [{ classes: label }, /classes does not go with labels in columns of their own/],
    [{ separator: '|' }, /separator does not go with labels in columns of their own/],
    [{ header: false }, /label names several columns, and the table is said to have no line of names/],
    [{ label: ['sport', 'Sport '] }, /label must name each column once/],
  ] as const)
    assert.throws(() => parseSweepSpec(own(source), join(folder, 'sweep.json')), message);

  const { use, vocabulary } = await TASKS.classify.describeUse(
    task,
    spec.dataset!,
    { ...metadata, stepSeconds: null },
    folder,
  );
  assert.ok(use.kind === 'classify');
  const predicted = async (text: string) =>
    (await predict(folder, use, vocabulary, text, [[0.9, 0.8, 0.1]])).written;
  assert.deepEqual(await predicted('trade,weather,text,sport\n0,1,word1,1\n'), [
    ['weather|sport', 'weather|sport'],
  ]);
  assert.deepEqual(await predicted('text,sport\nword1,1\n'), [['weather|sport', null]]);
  await assert.rejects(predicted('trade,weather,text,sport\n0,2,word1,1\n'), {
    hint: '1 where the text has the label, else 0',
  });
});

test('a weight of a label counts what it has of a text, whatever its other labels', () => {
  for (const loss of ['binaryCrossentropy', 'mse', 'huber'] as const) holdsWeights(loss);
});

function holdsWeights(loss: 'binaryCrossentropy' | 'mse' | 'huber'): void {
  const definition = { loss, classWeights: [3, 1, 0.5] };
  const [outputs, targets] = [Float32Array.of(0.25, 0.5, 0.75), [1, 0, 1]];
  const samples = { targetUnits: 3 };
  const [plain, weighted] = [sampleLossOf(definition, 3, samples), trainingLossOf(definition, 3, samples)];
  const one = sampleLossOf(definition, 1, {});
  const terms = targets.map((_, unit) => one.sum(outputs, unit, targets, unit));
  assert.equal(plain.sum(outputs, 0, targets, 0), terms[0]! + terms[1]! + terms[2]!);
  assert.equal(weighted.sum(outputs, 0, targets, 0), 3 * terms[0]! + terms[1]! + 0.5 * terms[2]!);
  const slopesOf = (loss: typeof plain) => {
    const out = new Float32Array(3);
    loss.slopes(outputs, 0, targets, 0, 0.5, out, 0);
    return [...out];
  };
  const [first, second, third] = slopesOf(plain);
  assert.deepEqual(slopesOf(weighted), [Math.fround(3 * first!), second, 0.5 * third!]);
  const ofOne = trainingLossOf({ loss, classWeights: [4] }, 1, {});
  assert.deepEqual(
    [0, 1].map((target) => ofOne.sum(outputs, 0, [target], 0) / one.sum(outputs, 0, [target], 0)),
    [1, 4],
  );
}

test('weights of labels are balanced, or by label; losses of classes and ends of models of one label are refused', async (t) => {
  const folder = temporaryDirectory(t);
  const layers = (units: number, activation: string) => ({
    type: 'layers',
    embedding: undefined,
    units: undefined,
    layers: [
      { type: 'embedding', inputDim: 50, outputDim: 4 },
      { type: 'flatten' },
      { type: 'dense', units, activation },
    ],
  });
  const { spec, metadata, dataset } = await prepare(folder, document({}, {}, layers(3, 'sigmoid')));
  dataset.close();
  assert.equal(resolveTrial(spec, {}, 1, metadata).kind, 'train');
  const refuse = (text: string, message: RegExp): void => {
    assert.throws(() => {
      const other = parseSweepSpec(text, join(folder, 'sweep.json'));
      resolveTrial(other, {}, 1, metadata);
    }, message);
  };
  const weightsOf = (classWeights: unknown) => {
    const other = parseSweepSpec(document({}, { classWeights }), join(folder, 'sweep.json'));
    return (resolveTrial(other, {}, 1, metadata) as TrainConfig).training.classWeights;
  };
  const { train } = metadata.split;
  const balanced = metadata.reviews!.tags!.names.map(
    (one) => (train.end - train.start - one.train) / one.train,
  );
  assert.deepEqual(weightsOf('balanced'), balanced);
  assert.deepEqual(weightsOf({ Trade: 2 }), [1, 2, 1]);
  refuse(document({}, { classWeights: { law: 2 } }), /names no label: "law"/);
  refuse(document({}, {}, layers(3, 'softmax')), /a probability of each of its labels.*dense sigmoid/);
  refuse(document({}, {}, layers(2, 'sigmoid')), /a probability of each of the 3 labels.*dense sigmoid/);
  refuse(
    document().replace('validationMacroF1', 'validationTop3'),
    /validationTop3 is of 4 classes and more/,
  );
});

test('F1 over all labels, by label, and the share of samples that are wholly right', () => {
  const scores = new TagScores(3);
  const add = (outputs: number[], targets: number[]): boolean =>
    scores.add(Float32Array.from(outputs), 0, Float32Array.from(targets), 0);
  assert.equal(add([0.9, 0.1, 0.5], [1, 0, 0]), true);
  assert.equal(add([0.9, 0.9, 0], [0, 1, 0]), false);
  assert.equal(add([0.2, Number.NaN, 0], [0, 0, 0]), false);
  const { subsetAccuracy, microF1, macroF1, each } = scores.describe();
  assert.equal(subsetAccuracy, 1 / 3);
  assert.equal(microF1, 4 / 5);
  assert.equal(macroF1, (2 / 3 + 1) / 2);
  assert.deepEqual(each[2], { f1: 0, samples: 0, given: 0 });
});
