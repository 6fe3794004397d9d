// Predictions on files: those of a series are the engine's own on the prepared windows, with times and rows that fit; those
// of reviews see the same word ids as the training; what is wrong with a file is said.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { prepareDataset } from '../../../src/dataset/prepare.js';
import { openDataset } from '../../../src/dataset/prepared/mapped-file.js';
import { findReviewTable, readVocabulary } from '../../../src/dataset/reviews/review-vocabulary.js';
import { writeSyntheticCsv } from '../../../src/dataset/sources/synthetic/synthetic-csv.js';
import type { ExportedModel } from '../../../src/engine/export/exported-model.js';
import { buildPredictor } from '../../../src/engine/predict/build-predictor.js';
import { PredictionFile } from '../../../src/engine/predict/prediction-file.js';
import { digestWeights } from '../../../src/engine/training/checkpoint.js';
import { createWasmEngine } from '../../../src/engine/wasm/wasm-engine.js';
import type { MissingPolicy, ReviewsSpec, SeriesSpec } from '../../../src/study/dataset-source.js';
import type { ForecastTask } from '../../../src/study/trial/trial.js';
import { type Classification, predictReviews } from '../../../src/task/classify/predict-reviews.js';
import type { ForecastUse } from '../../../src/task/forecast/forecast-use.js';
import { predictSeries, type SeriesSummary } from '../../../src/task/forecast/predict/predict-series.js';
import { openSplit } from '../../../src/task/open-split.js';
import type { PredictRequest } from '../../../src/task/task-export.js';
import type { Forecast } from '../../../src/task/windows/window-stream.js';
import { SWEEP_FILE, sayNotice } from '../../../src/wording/fault-words.js';
import { rejectsWith } from '../../support/errors.js';
import { firstIndices } from '../../support/fakes/array-samples.js';
import { csvSource, rowSplit } from '../../support/fixtures/dataset-fixtures.js';
import { dense, embedding, globalAverage, gru, modelOf } from '../../support/fixtures/layer-specs.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';

const ROWS = 700;
const WINDOW = { lookback: 36, step: 6, delay: 9 };
const engine = await createWasmEngine();

type Task = ExportedModel['description']['task'];

function requestOf<Use extends Task>(
  exported: ExportedModel,
  use: Use,
  data: string,
  onMissing?: MissingPolicy,
): Omit<PredictRequest<Use>, 'onRow'> {
  return { buildPredictor: () => buildPredictor(engine, exported), use, model: exported, data, onMissing };
}

function exportOf(definition: ReturnType<typeof modelOf>, task: Task): ExportedModel {
  const model = engine.build(definition);
  const weights = model.weights();
  model.dispose();
  const { layers, timesteps, features } = definition;
  return {
    description: {
      format: 'sweep-model',
      version: 1,
      writtenBy: 'sweep test',
      study: 'test-0000',
      trial: 'abc',
      params: {},
      engine: 'wasm',
      objective: { metric: 'validationMae', value: 0.25 },
      epoch: 2,
      epochs: 3,
      weightsDigest: digestWeights(weights),
      finalWeightsDigest: 'sha256:0',
      data: { source: 'test.csv', digest: '0', synthetic: false },
      timesteps,
      features,
      layers,
      weights: weights.map(({ name, shape }) => ({ name, shape: [...shape] })),
      task,
    },
    weights,
    vocabulary: null,
  };
}

/** A made-up series, prepared with all its rows to train on, and a model for it. */
async function prepareSeries(directory: string, more: Pick<SeriesSpec, 'calendar'> = {}) {
  const path = join(directory, 'weather.csv');
  writeSyntheticCsv(path, { rows: ROWS, seed: 3 });
  const cacheDirectory = join(directory, 'cache');
  const split = rowSplit(ROWS - 200, 100, 100);
  const { metadata } = await prepareDataset(
    { sources: [csvSource(path)], target: 'T (degC)', split, ...more },
    { cacheDirectory },
  );
  const targetColumn = metadata.columns.findIndex(({ name }) => name === 'T (degC)');
  const use: ForecastUse = {
    kind: 'forecast',
    columns: [...metadata.columns],
    target: 'T (degC)',
    targetColumn,
    unit: 'degC',
    window: WINDOW,
    stepSeconds: 600,
    csv: { time: null, missing: [-9999], onMissing: 'error' },
  };
  const definition = modelOf([gru(5), dense(1)], WINDOW.lookback / WINDOW.step, metadata.columns.length);
  return { path, metadata, use, definition, cacheDirectory, exported: exportOf(definition, use) };
}

async function forecast(
  exported: ExportedModel,
  use: ForecastUse,
  path: string,
): Promise<{ forecasts: Forecast[]; summary: SeriesSummary }> {
  const forecasts: Forecast[] = [];
  const summary = await predictSeries(requestOf(exported, use, path), (one) => forecasts.push(one));
  return { forecasts, summary };
}

test('forecasts are bit for bit what the engine predicts on the prepared windows', async (t) => {
  const { path, metadata, use, definition, cacheDirectory, exported } = await prepareSeries(
    temporaryDirectory(t),
  );
  const { forecasts } = await forecast(exported, use, path);
  const dataset = openDataset(cacheDirectory, metadata.digest);
  t.after(() => dataset.close());
  const task = {
    kind: 'forecast',
    targetColumn: use.targetColumn,
    window: WINDOW,
    split: { ...metadata.split, train: { start: 0, end: ROWS } },
  } as const;
  const samples = openSplit(dataset, task, 'train');
  const model = engine.build({ ...definition, batchSize: samples.count });
  t.after(() => model.dispose());
  model.load(exported.weights);
  const expected = new Float32Array(samples.count);
  const targets = new Float32Array(samples.count);
  model.predict(samples, firstIndices(samples.count), expected);
  samples.gatherTargets(firstIndices(samples.count), 0, samples.count, targets, 0);
  const { mean, std } = metadata.columns[use.targetColumn]!;
  assert.ok(samples.count > 600);
  for (const [index, normalised] of expected.entries()) {
    const { prediction, actual, row } = forecasts[index]!;
    assert.equal(prediction, normalised * std + mean);
    assert.equal(row, WINDOW.lookback + index + WINDOW.delay + 1);
    assert.ok(Math.abs((actual ?? Number.NaN) - (targets[index]! * std + mean)) < 1e-4);
  }
});

for (const calendar of [[], ['hour']] as const)
  test(`several steps and quantiles${calendar.length === 0 ? '' : ' with a calendar'}: a forecast for each step of a window, with what its row holds`, async (t) => {
    const { path, metadata, use, definition, cacheDirectory } = await prepareSeries(
      temporaryDirectory(t),
      calendar.length === 0 ? {} : { calendar: [...calendar] },
    );
    const features = metadata.columns.length;
    const made = 2 * calendar.length;
    const known =
      made === 0
        ? {}
        : {
            ahead: [features - 2, features - 1],
            calendar: { of: [...calendar], timeZone: null },
          };
    const delays = [0, 9, 150];
    const quantiles = [0.1, 0.5, 0.9];
    const window = { ...WINDOW, delay: 150, delays };
    const offsets = [-1, 0, 1, -2, 0, 2, -3, 0, 3];
    const several: ForecastUse = { ...use, ...known, window, quantiles, offsets };
    const model = {
      ...definition,
      features,
      layers: [gru(5), dense(9)],
      loss: 'pinball',
      quantiles,
    } as const;
    const { forecasts, summary } = await forecast(exportOf(model, several), several, path);
    const dataset = openDataset(cacheDirectory, metadata.digest);
    t.after(() => dataset.close());
    const { mean, std } = metadata.columns[use.targetColumn]!;
    const windows = ROWS - WINDOW.lookback + WINDOW.step;
    assert.equal(forecasts.length, windows * 3);
    for (const [
      place,
      { row, horizonRows, step, prediction, quantiles: band, actual },
    ] of forecasts.entries()) {
      // A row a step: windows one after the other, also those whose last steps lie beyond the file.
      assert.equal(step, place % 3);
      assert.equal(horizonRows, WINDOW.step + delays[step]!);
      assert.equal(row, WINDOW.lookback - WINDOW.step + Math.floor(place / 3) + 1 + horizonRows);
      assert.equal(prediction, band[1]);
      assert.ok(band[0]! <= band[1]! && band[1]! <= band[2]!);
      // The offsets alone set them so far apart.
      assert.ok(band[2]! - band[0]! >= (2 * (step + 1) - 1e-4) * std);
      const known =
        row <= ROWS ? dataset.values[(row - 1) * metadata.columns.length + use.targetColumn]! : null;
      assert.equal(actual === null, known === null);
      if (known !== null) assert.ok(Math.abs(actual! - (known * std + mean)) < 1e-4);
    }
    assert.deepEqual(
      summary.bySteps?.map(({ horizonRows, compared }) => [horizonRows, compared]),
      delays.map((delay) => [WINDOW.step + delay, windows - WINDOW.step - delay]),
    );
    const covered = forecasts.filter(
      ({ actual, quantiles: [low, , high] }) => actual !== null && actual >= low! && actual <= high!,
    );
    assert.deepEqual(summary.band, { nominal: 0.8, coverage: covered.length / summary.compared });
  });

test('what a model learnt of changes is forecast as levels, the same ones that it was judged by', async (t) => {
  const { path, metadata, use, definition, cacheDirectory, exported } = await prepareSeries(
    temporaryDirectory(t),
  );
  const change = {
    as: 'seasonal-difference',
    // The season before the target stands 21 − 9 rows back: a row that the window reads.
    period: 21,
    window: { ...WINDOW, normalise: 'standard' },
  } as const;
  const { forecasts } = await forecast(exported, { ...use, ...change }, path);
  const dataset = openDataset(cacheDirectory, metadata.digest);
  t.after(() => dataset.close());
  const split = { ...metadata.split, train: { start: 0, end: ROWS } };
  const task = { kind: 'forecast', targetColumn: use.targetColumn, split, ...change } as const;
  const samples = openSplit(dataset, task, 'train');
  const model = engine.build({ ...definition, batchSize: samples.count });
  t.after(() => model.dispose());
  model.load(exported.weights);
  const all = firstIndices(samples.count);
  const expected = new Float32Array(samples.count);
  model.predict(samples, all, expected);
  samples.restore!(all, 0, samples.count, expected, 0);
  const { mean, std } = metadata.columns[use.targetColumn]!;
  for (const [index, level] of expected.entries())
    assert.equal(forecasts[index]!.prediction, level * std + mean);
});

test('steps and quantiles of seasonal changes, with columns known ahead, are forecast as levels', async (t) => {
  const { path, metadata, use, definition, cacheDirectory } = await prepareSeries(temporaryDirectory(t));
  const delays = [0, 9, 30];
  const quantiles = [0.1, 0.9];
  const change = {
    as: 'seasonal-difference',
    period: 33,
    window: { lookback: 36, step: 3, delay: 30, delays, normalise: 'standard' },
    ahead: [metadata.columns.findIndex(({ name }) => name === 'p (mbar)')],
    quantiles,
  } as const;
  const learnt = {
    ...definition,
    timesteps: 12,
    layers: [gru(5), dense(6)],
    loss: 'pinball',
    quantiles,
  } as const;
  const own: ForecastUse = {
    ...use,
    ...change,
    window: { ...change.window, delays: [...delays] },
    quantiles: [...quantiles],
    ahead: [...change.ahead],
  };
  const exported = exportOf(learnt, own);
  const { forecasts, summary } = await forecast(exported, own, path);
  const dataset = openDataset(cacheDirectory, metadata.digest);
  t.after(() => dataset.close());
  const split = { ...metadata.split, train: { start: 0, end: ROWS } };
  const { window, quantiles: of, ahead } = own;
  const { as, period } = change;
  const { targetColumn } = use;
  const task = {
    kind: 'forecast',
    targetColumn,
    split,
    window,
    as,
    period,
    ahead,
    quantiles: of,
  } as ForecastTask;
  const samples = openSplit(dataset, task, 'train');
  const model = engine.build({ ...learnt, batchSize: samples.count });
  t.after(() => model.dispose());
  model.load(exported.weights);
  const all = firstIndices(samples.count);
  const expected = new Float32Array(samples.count * 6);
  const targets = new Float32Array(samples.count * 3);
  model.predict(samples, all, expected);
  samples.gatherTargets(all, 0, samples.count, targets, 0);
  samples.restore!(all, 0, samples.count, expected, 0, 2);
  samples.restore!(all, 0, samples.count, targets, 0);
  const { mean, std } = metadata.columns[use.targetColumn]!;
  // Windows whose last target is in the file: their known columns are read there.
  assert.equal(forecasts.length, samples.count * 3);
  for (const [place, { quantiles: band, actual, step }] of forecasts.entries()) {
    const values = expected.slice(place * 2, place * 2 + 2).sort();
    assert.equal(step, place % 3);
    assert.deepEqual(
      band,
      [...values].map((level) => level * std + mean),
    );
    assert.ok(Math.abs(actual! - (targets[place]! * std + mean)) < 1e-4);
  }
  assert.equal(summary.compared, forecasts.length);
});

for (const [what, calendar, known] of [
  ['a calendar is known for rows to come', ['hour', 'weekday'], []],
  ['columns that are known ahead are read in the target’s row, which must be there', [], ['p (mbar)']],
  ['a calendar beside columns that are read ahead waits for these', ['hour'], ['p (mbar)']],
] as const)
  test(what, async (t) => {
    const { path, metadata, use, cacheDirectory } = await prepareSeries(
      temporaryDirectory(t),
      calendar.length === 0 ? {} : { calendar: [...calendar] },
    );
    const names = metadata.columns.map(({ name }) => name);
    const made = names.length - (names.indexOf('wd (deg)') + 1);
    assert.equal(made, 2 * calendar.length);
    const ahead = [
      ...known.map((name) => names.indexOf(name)),
      ...Array.from({ length: made }, (_, at) => names.length - made + at),
    ];
    const definition = modelOf([gru(5), dense(1)], WINDOW.lookback / WINDOW.step, names.length);
    const own: ForecastUse = {
      ...use,
      ahead,
      ...(calendar.length === 0 ? {} : { calendar: { of: [...calendar], timeZone: null } }),
    };
    const exported = exportOf(definition, own);
    const { forecasts } = await forecast(exported, own, path);
    const dataset = openDataset(cacheDirectory, metadata.digest);
    t.after(() => dataset.close());
    const split = { ...metadata.split, train: { start: 0, end: ROWS } };
    const task = { kind: 'forecast', targetColumn: use.targetColumn, window: WINDOW, split, ahead } as const;
    const samples = openSplit(dataset, task, 'train');
    const model = engine.build({ ...definition, batchSize: samples.count });
    t.after(() => model.dispose());
    model.load(exported.weights);
    const expected = new Float32Array(samples.count);
    model.predict(samples, firstIndices(samples.count), expected);
    const { mean, std } = metadata.columns[use.targetColumn]!;
    for (const [index, normalised] of expected.entries())
      assert.equal(forecasts[index]!.prediction, normalised * std + mean);
    const beyond = forecasts.filter(({ actual }) => actual === null);
    const horizon = WINDOW.step + WINDOW.delay;
    assert.equal(beyond.length, known.length === 0 ? horizon : 0);
    assert.equal(forecasts.length, samples.count + beyond.length);
    const first = Date.UTC(2009, 0, 1, 0, 10) / 1000;
    for (const { row, seconds, prediction } of forecasts) {
      assert.equal(seconds, first + (row - 1) * 600);
      assert.ok(Number.isFinite(prediction));
    }
  });

test('times go on beyond the file, where nothing is known to compare with', async (t) => {
  const { path, use, exported } = await prepareSeries(temporaryDirectory(t));
  const { forecasts, summary } = await forecast(exported, use, path);
  const first = Date.UTC(2009, 0, 1, 0, 10) / 1000;
  for (const { row, seconds } of forecasts) assert.equal(seconds, first + (row - 1) * 600);
  const beyond = forecasts.filter(({ actual }) => actual === null);
  assert.deepEqual(
    beyond.map(({ row }) => row),
    Array.from({ length: WINDOW.step + WINDOW.delay }, (_, index) => ROWS + 1 + index),
  );
  assert.equal(summary.predictions, forecasts.length);
  assert.equal(summary.compared, forecasts.length - beyond.length);
  const known = forecasts.filter(({ actual }) => actual !== null);
  const meanOf = (error: (one: Forecast) => number): number =>
    known.reduce((sum, one) => sum + Math.abs(error(one)), 0) / known.length;
  assert.equal(
    summary.mae,
    meanOf(({ prediction, actual }) => prediction - actual!),
  );
  assert.equal(
    summary.baselineMae,
    meanOf(({ last, actual }) => last - actual!),
  );
});

test('a held column is 0 to the model, whatever it is; of a folder without the mark it is normalised', async (t) => {
  const { path, use, exported } = await prepareSeries(temporaryDirectory(t));
  const place = use.columns.findIndex(({ name }) => name === 'p (mbar)');
  const as = (held: boolean): ForecastUse => ({
    ...use,
    columns: use.columns.map((column, at) =>
      at === place ? { ...column, mean: 5, std: 1, ...(held ? { held: true as const } : {}) } : column,
    ),
  });
  const shifted = join(temporaryDirectory(t), 'shifted.csv');
  writeFileSync(shifted, readFileSync(path, 'utf8').replaceAll(/^([^,\n]*:00),[^,]*,/gm, '$1,1e300,'));
  const predictionsOf = ({ forecasts }: { forecasts: Forecast[] }) =>
    forecasts.map(({ prediction }) => prediction);
  const held = predictionsOf(await forecast(exported, as(true), path));
  assert.deepEqual(predictionsOf(await forecast(exported, as(true), shifted)), held);
  assert.notDeepEqual(predictionsOf(await forecast(exported, as(false), path)), held);
  await rejectsWith(
    forecast(exported, as(false), shifted),
    'CSV_VALUE',
    /shifted\.csv:2:p \(mbar\): 1e\+300 is beyond/,
  );
});

test('the file of predictions has what was computed, in digits that read back as the same numbers', (t) => {
  const path = join(temporaryDirectory(t), 'out.csv');
  const values = [1.7e9 + 1 / 3, 999999.2722221005, 0.1, 1e-7 / 3, 1e200 / 7, -0.30000000000000004];
  const file = new PredictionFile(path, ['time', 'prediction', 'actual']);
  for (const value of values) file.write(['t', value, null]);
  file.publish();
  const read = readFileSync(path, 'utf8')
    .split('\n')
    .slice(1, -1)
    .map((line) => Number(line.split(',')[1]));
  assert.deepEqual(read, values);
});

test('one window is enough, a row less is refused', async (t) => {
  const directory = temporaryDirectory(t);
  const { path, use, exported } = await prepareSeries(directory);
  const least = WINDOW.lookback - WINDOW.step + 1;
  writeSyntheticCsv(join(directory, 'one.csv'), { rows: least, seed: 3 });
  const { forecasts } = await forecast(exported, use, join(directory, 'one.csv'));
  assert.equal(forecasts.length, 1);
  assert.equal(forecasts[0]?.prediction, (await forecast(exported, use, path)).forecasts[0]?.prediction);
  writeSyntheticCsv(join(directory, 'short.csv'), { rows: least - 1, seed: 3 });
  await rejectsWith(
    forecast(exported, use, join(directory, 'short.csv')),
    'DATASET_TOO_SHORT',
    /short\.csv has 30 rows, one window takes 31/,
  );
});

for (const [what, change, code, message] of [
  [
    'a value that is none',
    (csv: string) => csv.replace(/(\n.*){4}$/, '\n01.01.2009 00:10:00,warm,1,1,1,1,1,1,1,1,1,1,1,1,1'),
    'CSV_VALUE',
    /data\.csv:\d+:p \(mbar\): "warm"/,
  ],
  [
    'a column that is missing',
    (csv: string) => csv.replace('T (degC)', 'T (K)'),
    'SPEC_INVALID',
    /no column "T \(degC\)"/,
  ],
  [
    'another rhythm',
    (csv: string) => csv.replace(/^(\d\d\.[^\n]* \d\d:[1-5]0:[^\n]*\n)/gm, ''),
    'CSV_VALUE',
    /every 3600 s.*every 600 s/,
  ],
  ['no times', (csv: string) => csv.replace(/^[^,]*,/gm, ''), 'CSV_SYNTAX', /no column of times/],
] as const)
  test(`${what}: the file is refused`, async (t) => {
    const directory = temporaryDirectory(t);
    const { path, use, exported } = await prepareSeries(directory);
    writeFileSync(join(directory, 'data.csv'), change(readFileSync(path, 'utf8')));
    await rejectsWith(forecast(exported, use, join(directory, 'data.csv')), code, message);
  });

const TEXTS = Array.from({ length: 40 }, (_, index) => {
  const isGood = index % 2 === 0;
  return {
    label: isGood ? 1 : 0,
    text: `The film ${index % 5} was ${isGood ? 'great' : 'awful'}, x${index}!`,
  };
});
const tableOf = (reviews: readonly { label: number; text: string }[]): string =>
  `label\ttext\n${reviews.map(({ label, text }) => `${label}\t${text}\n`).join('')}`;

/** A table of texts, prepared, and a model for it that has the table's words. */
async function prepareTexts(directory: string, reversed: boolean) {
  const path = join(directory, 'train.tsv');
  writeFileSync(path, tableOf(TEXTS));
  const cacheDirectory = join(directory, 'cache');
  const spec: ReviewsSpec = {
    kind: 'reviews',
    sources: [{ type: 'table', format: 'tsv', path, test: null, text: 'text', label: 'label', header: true }],
    validationSplit: 0.25,
    testSplit: 0.2,
  };
  const { metadata } = await prepareDataset(spec, { cacheDirectory });
  const table = findReviewTable(spec, metadata);
  assert.ok(table !== null);
  const words = { maxLength: 6, maxFeatures: 14, reversed };
  const read = () =>
    readVocabulary(table, spec, metadata, { cacheDirectory, maxFeatures: words.maxFeatures });
  const use = {
    kind: 'classify',
    ...words,
    vocabulary: 'vocabulary.json',
    table: { format: 'tsv', text: 'text', label: 'label', header: true },
  } as const;
  const layers = [embedding(14, 4), globalAverage, dense(1, { activation: 'sigmoid' })];
  const definition = modelOf(layers, words.maxLength, 1);
  return {
    path,
    metadata,
    cacheDirectory,
    words,
    read,
    use,
    definition,
    exported: exportOf(definition, use),
  };
}

for (const reversed of [false, true])
  test(`reviews${reversed ? ', read backwards,' : ''} are classified by the ids they were trained with`, async (t) => {
    const directory = temporaryDirectory(t);
    const { metadata, cacheDirectory, words, read, use, definition, exported } = await prepareTexts(
      directory,
      reversed,
    );
    const vocabulary = await read();
    // Ids 4 to 13.
    assert.equal(vocabulary.length, 10);
    assert.deepEqual([...vocabulary.slice(0, 3)].sort(), ['film', 'the', 'was']);
    const dataset = openDataset(cacheDirectory, metadata.digest);
    t.after(() => dataset.close());
    // The reviews of the training split, in the prepared order: the texts are told apart by their ids' predictions.
    const samples = openSplit(dataset, { kind: 'classify', split: metadata.split, ...words }, 'train');
    const model = engine.build({ ...definition, batchSize: samples.count });
    t.after(() => model.dispose());
    model.load(exported.weights);
    const expected = new Float32Array(samples.count);
    model.predict(samples, firstIndices(samples.count), expected);
    const classified: Classification[] = [];
    const file = join(directory, 'train.tsv');
    const summary = await predictReviews(requestOf({ ...exported, vocabulary }, use, file), (one) =>
      classified.push(one),
    );
    assert.equal(classified.length, TEXTS.length);
    assert.deepEqual(
      classified.map(({ actual }) => actual),
      TEXTS.map(({ label }) => label),
    );
    assert.equal(summary.compared, TEXTS.length);
    const right = classified.filter(({ label, actual }) => label === actual).length;
    assert.equal(summary.accuracy, right / TEXTS.length);
    const found = classified.map(({ probability }) => probability);
    for (const probability of expected) assert.ok(found.includes(probability), `${probability} of ${found}`);
    assert.ok(new Set(expected).size > 5, 'reviews differ');
  });

test('reviews without labels are classified, in a file of the other format too', async (t) => {
  const directory = temporaryDirectory(t);
  const { read, use, exported } = await prepareTexts(directory, false);
  const model = { ...exported, vocabulary: await read() };
  writeFileSync(join(directory, 'new.csv'), 'id,text\n1,"The film, well, was great"\n2,nothing known\n');
  const classified: Classification[] = [];
  const summary = await predictReviews(requestOf(model, use, join(directory, 'new.csv')), (one) =>
    classified.push(one),
  );
  assert.deepEqual(
    classified.map(({ review, actual }) => [review, actual]),
    [
      [1, null],
      [2, null],
    ],
  );
  assert.deepEqual([summary.predictions, summary.compared, summary.accuracy], [2, 0, null]);
  writeFileSync(join(directory, 'bad.tsv'), 'label\ttext\n1\tgood\nmaybe\tgood\n');
  await rejectsWith(
    predictReviews(requestOf(model, use, join(directory, 'bad.tsv')), () => {}),
    'CSV_VALUE',
    /bad\.tsv:3:label: "maybe"/,
  );
});

test('a file without a line of names is predicted on by the order of its columns, and the note says so', async (t) => {
  const directory = temporaryDirectory(t);
  const { path, use, exported } = await prepareSeries(directory);
  const [names = '', ...rows] = readFileSync(path, 'utf8').split('\n');
  const bare = join(directory, 'bare.csv');
  writeFileSync(bare, rows.join('\n'));
  const named = await forecast(exported, use, path);
  const nameless = await forecast(exported, use, bare);
  assert.deepEqual(nameless.forecasts, named.forecasts);
  assert.match(JSON.stringify(nameless.summary.notices), /no line of .*bare\.csv names its columns/);
  const fewer = join(directory, 'fewer.csv');
  writeFileSync(fewer, rows.map((row) => row.replace(/,[^,]*$/, '')).join('\n'));
  await rejectsWith(forecast(exported, use, fewer), 'CSV_SYNTAX', /first line holds the date/);
  const other = join(directory, 'other.csv');
  writeFileSync(other, [names.replace('T (degC)', 'temperature'), ...rows].join('\n'));
  await rejectsWith(forecast(exported, use, other), 'SPEC_INVALID', /T \(degC\)/);
});

test('texts without a line of names are classified, and labels are those of the training', async (t) => {
  const directory = temporaryDirectory(t);
  const { read, use, exported } = await prepareTexts(directory, false);
  const model = { ...exported, vocabulary: await read() };
  const turned = { ...use, table: { ...use.table, classes: ['spam', 'ham'] as [string, string] } };
  const classify = async (text: string, task: Parameters<typeof predictReviews>[0]['use'] = turned) => {
    const path = join(directory, 'bare.csv');
    writeFileSync(path, text);
    const all: Classification[] = [];
    const { notices } = await predictReviews(requestOf(model, task, path), (one) => all.push(one));
    return { notices: notices.join(), actual: all.map(({ review, actual }) => `${review} ${actual}`) };
  };
  const bare = await classify('good film\nbad film\n');
  assert.deepEqual(bare.actual, ['1 null', '2 null']);
  assert.match(bare.notices, /each line is read as a text/);
  // By their own order ham would be 0, and of one class alone no order could be found.
  assert.deepEqual((await classify('ham,good film\nham,bad film\n')).actual, ['1 1', '2 1']);
  const filtered = { ...turned, table: { ...turned.table, where: "label <> 'unsure'" } };
  const kept = await classify('label,text\nham,good\nunsure,so so\nspam,bad\n', filtered);
  assert.deepEqual(kept.actual, ['1 1', '3 0']);
  const unlabelled = await classify('id,text\n1,good\n2,bad\n', filtered);
  assert.deepEqual(unlabelled.actual, ['1 null', '2 null']);
  assert.match(unlabelled.notices, /all its rows are read/);
  await rejectsWith(classify('id,review\n1,good\n2,bad\n'), 'SPEC_INVALID', /no column "text"/);
});

test('words are not read from a table that has changed since', async (t) => {
  const { path, read } = await prepareTexts(temporaryDirectory(t), false);
  writeFileSync(path, tableOf([...TEXTS, { label: 1, text: 'one more' }]));
  await rejectsWith(read(), 'DATASET_NOT_FOUND', /no longer what the study was trained on/);
});

test('a model without words classifies no text, and says why', async (t) => {
  const { path, use, exported } = await prepareTexts(temporaryDirectory(t), false);
  await rejectsWith(
    predictReviews(requestOf(exported, { ...use, vocabulary: null }, path), () => {}),
    'EXPORT_IMPOSSIBLE',
    /words as numbers alone/,
  );
});

test('on the file of the training the errors are said to be no measure for new data', async (t) => {
  const { path, metadata, use, exported } = await prepareSeries(temporaryDirectory(t));
  const data = {
    ...exported.description.data,
    sourceDigest: metadata.source.digest,
    trainedRows: metadata.split.train,
  };
  const known: ExportedModel = { ...exported, description: { ...exported.description, data } };
  const { summary } = await forecast(known, use, path);
  assert.match(
    summary.notices.join(),
    /is the file of the training: rows \[0, 500\] of its 700 trained the model/,
  );
  writeFileSync(path, `${readFileSync(path, 'utf8').trimEnd()}\n`.replace(/\n[^\n]*\n$/, '\n'));
  assert.deepEqual((await forecast(known, use, path)).summary.notices, []);
});

test('missing values are treated as asked for where the training had none', async (t) => {
  const { path, use, exported } = await prepareSeries(temporaryDirectory(t));
  const lines = readFileSync(path, 'utf8').split('\n');
  lines[300] = lines[300]!.replace(/,[^,]*$/, ',');
  writeFileSync(path, lines.join('\n'));
  await rejectsWith(forecast(exported, use, path), 'CSV_MISSING_VALUE');
  const { rows, notices } = await predictSeries(requestOf(exported, use, path, 'forward-fill'), () => {});
  assert.equal(rows, ROWS);
  assert.deepEqual(notices, ['1 missing values were filled with the value of the row before']);
});

test('a target that was filled is no actual value, and counts in no error', async (t) => {
  const text = (missing: string): string =>
    `time,v\n${Array.from({ length: 12 }, (_, row) => `2024-01-01 ${String(row).padStart(2, '0')}:00:00,${row === 7 || row > 9 ? missing || row : row}`).join('\n')}\n`;
  const path = join(temporaryDirectory(t), 'x.csv');
  const { exported, use } = smallUse(3600);
  const told = async (csv: string) => {
    writeFileSync(path, csv);
    const actual = new Map<number, number | null>();
    const summary = await predictSeries(requestOf(exported, use, path, 'forward-fill'), (one) =>
      actual.set(one.row, one.actual),
    );
    return { actual, compared: summary.compared, predictions: summary.predictions };
  };
  const whole = await told(text(''));
  const { actual, compared, predictions } = await told(text('-9999'));
  assert.equal(predictions, whole.predictions);
  // Rows count from 1.
  assert.deepEqual(
    [7, 8, 9, 11, 12].map((row) => actual.get(row)),
    [6, null, 8, null, null],
  );
  assert.equal(compared, whole.compared - 3);
});

/** One column and a persistence-like window, for files of a few rows. */
function smallUse(stepSeconds: number | null): { exported: ExportedModel; use: ForecastUse } {
  const columns = [{ name: 'v', unit: null, mean: 5, std: 2 }];
  const use: ForecastUse = {
    kind: 'forecast',
    columns,
    target: 'v',
    targetColumn: 0,
    unit: null,
    window: { lookback: 2, step: 1, delay: 2 },
    stepSeconds,
    csv: { time: null, missing: [-9999], onMissing: 'drop' },
  };
  return { exported: exportOf(modelOf([gru(2), dense(1)], 2, 1), use), use };
}

async function forecastText(
  t: Parameters<typeof temporaryDirectory>[0],
  text: string,
  stepSeconds: number | null,
) {
  const path = join(temporaryDirectory(t), 'data.csv');
  writeFileSync(path, text);
  const { exported, use } = smallUse(stepSeconds);
  const { forecasts, summary } = await forecast(exported, use, path);
  return { forecasts, notes: summary.notices.map((notice) => sayNotice(notice, SWEEP_FILE)).join('\n') };
}

test('where steps are those of months, times beyond the last row are not made up', async (t) => {
  const months = Array.from({ length: 24 }, (_, row) =>
    new Date(Date.UTC(2010, row, 1)).toISOString().slice(0, 10),
  );
  const text = `Month,v\n${months.map((month, row) => `${month},${row % 12}`).join('\n')}\n`;
  const { forecasts, notes } = await forecastText(t, text, 31 * 86_400);
  const beyond = forecasts.filter(({ actual }) => actual === null);
  assert.equal(beyond.length, 3);
  for (const { seconds } of beyond) assert.ok(Number.isNaN(seconds));
  for (const { row, seconds, actual } of forecasts)
    if (actual !== null) assert.equal(seconds, Date.UTC(2010, row - 1, 1) / 1000);
  assert.match(
    notes,
    /steps between rows are not 2678400 s: .*times beyond the last row are not known: they are left empty/,
  );
});

test('a gap or two leave the times beyond the last row as they go on, with a note', async (t) => {
  const hours = [...Array.from({ length: 20 }, (_, hour) => hour), 25, 26, 27];
  const text = `t,v\n${hours.map((hour) => `${new Date(Date.UTC(2020, 0, 1, hour)).toISOString().slice(0, 16)},${hour % 5}`).join('\n')}\n`;
  const { forecasts, notes } = await forecastText(t, text, 3600);
  assert.equal(forecasts.at(-1)?.seconds, Date.UTC(2020, 0, 1, 30) / 1000);
  assert.match(
    notes,
    /1 step between rows is not 3600 s: windows across them are off, and times beyond the last row go on by 3600 s/,
  );
});

test('rows that were dropped count in the numbers of rows, by which a forecast is joined with its file', async (t) => {
  const text = `n,v\n${Array.from({ length: 24 }, (_, row) => `x,${row % 5 === 2 ? 'NA' : 10 * row}`).join('\n')}\n`;
  const { notes, forecasts } = await forecastText(t, text, null);
  assert.match(notes, /5 rows with missing values were dropped, as for the training/);
  const known = forecasts.filter(({ actual }) => actual !== null);
  assert.ok(known.length > 10);
  for (const { row, actual } of known) assert.equal(actual, 10 * (row - 1));
  assert.deepEqual(
    forecasts.filter(({ actual }) => actual === null).map(({ row }) => row),
    [25, 26, 27],
  );
});

test('what a file leaves open is noted of a prediction as of a training', async (t) => {
  const times = Array.from(
    { length: 12 },
    (_, hour) => `2020-01-01T${String(hour).padStart(2, '0')}:00:00+01:00,${hour % 10 === 3 ? -999 : hour}`,
  );
  const { notes, forecasts } = await forecastText(t, `time,v\n${times.join('\n')}\n`, 3600);
  assert.match(notes, /name a zone: they are read, shown and written as UTC/);
  assert.equal(forecasts[0]?.seconds, Date.UTC(2020, 0, 1, 3) / 1000);
  const marked = await forecastText(
    t,
    `time,v\n${times
      .map((line) =>
        line
          .replace(/,(\d)$/, ',$1')
          .replace(',4', ',-999')
          .replace(',7', ',-999'),
      )
      .join('\n')}\n`,
    3600,
  );
  assert.match(marked.notes, /"v" is -999 in 3 rows/);
});
