// The worked examples of docs/outputs.md run as they stand, to the figures that the page speaks of.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { prepareDataset } from '../../../src/dataset/prepare.js';
import { openDataset } from '../../../src/dataset/prepared/mapped-file.js';
import { trainTrial } from '../../../src/engine/training/trial-training.js';
import { createWasmEngine } from '../../../src/engine/wasm/wasm-engine.js';
import type { Params, TrainConfig, TrialResult } from '../../../src/study/trial/trial.js';
import { parseSweepSpec } from '../../../src/sweep-file/parse.js';
import { resolveTrial } from '../../../src/sweep-file/resolve-trial.js';
import { taskOf } from '../../../src/task/registry.js';
import { REPOSITORY } from '../../support/deploy/deploy-files.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';

const page = readFileSync(join(REPOSITORY, 'docs/outputs.md'), 'utf8');
const examples = new Map(
  [...page.matchAll(/```json\n([\s\S]*?)```/g)].map(([, text = '']) => [JSON.parse(text).name, text]),
);

async function run(
  name: string,
  folder: string,
  cacheDirectory: string,
  params: Params = {},
): Promise<TrialResult> {
  const spec = parseSweepSpec(examples.get(name) ?? '', join(folder, `${name}.json`));
  const { metadata } = await prepareDataset(spec.dataset!, { cacheDirectory });
  const dataset = openDataset(cacheDirectory, metadata.digest);
  try {
    const config = resolveTrial(spec, params, spec.seed, metadata) as TrainConfig;
    const outcome = trainTrial({
      engine: await createWasmEngine(),
      config,
      objective: spec.objective as never,
      dataset,
      checkpoint: null,
      now: () => 0,
      hooks: { onReport() {}, onCheckpoint() {}, onProgress() {}, stopRequest: () => 'none' },
    });
    assert.ok(outcome.type === 'finished');
    assert.ok(taskOf(config.task).describeOutputs(outcome.result, undefined).length > 0);
    return outcome.result;
  } finally {
    dataset.close();
  }
}

test('several steps ahead', async (t) => {
  const { bySteps = [] } = await run('next-day', join(REPOSITORY, 'sweeps'), temporaryDirectory(t));
  assert.deepEqual(
    bySteps.map(({ horizonRows }) => horizonRows),
    Array.from({ length: 24 }, (_, place) => place + 1),
  );
});

test('several steps and quantiles of changes, with a calendar', async (t) => {
  const { bySteps, band } = await run('next-day-change', join(REPOSITORY, 'sweeps'), temporaryDirectory(t));
  assert.equal(bySteps?.length, 24);
  assert.equal(band?.nominal, 0.8);
  for (const { mae, baselineMae } of bySteps.slice(1)) assert.ok(mae < baselineMae);
});

test('several columns', async (t) => {
  const { byColumns, bySteps } = await run(
    'load-and-weather',
    join(REPOSITORY, 'sweeps'),
    temporaryDirectory(t),
  );
  assert.equal(byColumns?.length, 2);
  assert.equal(bySteps?.length, 6);
});

test('quantiles and bands', async (t) => {
  const { outputs, band, bySteps } = await run(
    'load-band',
    join(REPOSITORY, 'sweeps'),
    temporaryDirectory(t),
  );
  assert.equal(bySteps?.length, 3);
  assert.equal(outputs?.offsets?.length, 9);
  assert.equal(band?.nominal, 0.8);
});

test('several labels a text', async (t) => {
  const folder = temporaryDirectory(t);
  const lines = Array.from({ length: 120 }, (_, row) => {
    const topics = ['sport', 'trade'].filter((_, label) => (row >> label) & 1);
    return `${topics.map((topic) => `word${topic}`).join(' ')} filler,${topics.join('|')}`;
  });
  writeFileSync(join(folder, 'tagged.csv'), ['text,topics', ...lines].join('\n'));
  const flagged = lines.map((line) => {
    const [text = '', topics = ''] = line.split(',');
    return [text, ...['sport', 'trade'].map((topic) => Number(topics.includes(topic)))].join(',');
  });
  writeFileSync(join(folder, 'flagged.csv'), ['text,sport,trade', ...flagged].join('\n'));
  for (const name of ['topics-of-each', 'topics-in-columns']) {
    const { outputs, objective } = await run(name, folder, folder);
    assert.equal(outputs?.labels?.each.length, 2);
    assert.equal(objective, outputs?.labels?.macroF1);
  }
});

test('classes of a series', async (t) => {
  const folder = temporaryDirectory(t);
  const states = ['idle', 'run', 'fault'];
  const lines = Array.from({ length: 600 }, (_, row) => {
    const state = Math.floor(row / 20) % 3;
    const time = new Date(Date.UTC(2024, 0, 1, row)).toISOString().slice(0, 16).replace('T', ' ');
    return `${time},${state + Math.sin(row)},${Math.cos(row * 7)},${row % 50 === 0 ? '' : states[state]}`;
  });
  writeFileSync(join(folder, 'machine.csv'), ['time,load,noise,state', ...lines].join('\n'));
  const { outputs, objective, baselineAccuracy } = await run('machine-state', folder, folder);
  assert.equal(outputs?.classes?.confusion?.length, 3);
  assert.equal(objective, outputs?.classes?.macroF1);
  assert.ok(objective > 0.6 && (baselineAccuracy ?? 1) < 0.5, `${objective}`);
});

test('classes', async (t) => {
  const folder = temporaryDirectory(t);
  const topics = ['sport', 'trade', 'weather'];
  const lines = Array.from(
    { length: 150 },
    (_, row) => `${topics[row % 3]},word${row % 3} and word${row % 8}`,
  );
  writeFileSync(join(folder, 'topics.csv'), ['topic,text', ...lines].join('\n'));
  const { outputs } = await run('topics', folder, folder);
  assert.equal(outputs?.classes?.confusion?.length, 3);
});

test('sweeps/occupancy.json learns of a table of the columns that it names', async (t) => {
  const folder = temporaryDirectory(t);
  const file = JSON.parse(readFileSync(join(REPOSITORY, 'sweeps/occupancy.json'), 'utf8'));
  const { time, columns, csv } = file.dataset.source;
  const rows = Array.from({ length: 700 }, (_, minute) => {
    const isThere = Math.floor(minute / 90) % 2;
    const values = (columns as string[]).map((_, place) => 20 + place + isThere + ((minute * 7) % 5) / 10);
    const at = new Date(Date.UTC(2015, 1, 4, 0, minute)).toISOString().slice(0, 19).replace('T', ' ');
    return `"${minute + 1}","${at}",${values.join(',')},${isThere}`;
  });
  mkdirSync(join(folder, 'data'));
  const head = ['row', time, ...columns, file.dataset.target].map((name) => JSON.stringify(name));
  writeFileSync(join(folder, csv), [head.join(','), ...rows, ''].join('\n'));
  examples.set(
    file.name,
    JSON.stringify({ ...file, training: { ...file.training, epochs: 1, stepsPerEpoch: 10 } }),
  );
  const params = { cell: 'gru', units: 8, dropout: 0, lookback: 15 };
  const { outputs, metrics } = await run(file.name, folder, folder, params);
  assert.equal(outputs?.classes?.confusion?.length, 2);
  assert.ok((metrics.validationMacroF1 ?? 0) > 0.5, `${metrics.validationMacroF1}`);
});
