// Exported folders: TensorFlow.js loads them and predicts what the engine predicts, for every layer and for the chapter's
// models; they read back whole; what is wrong with one is said.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { ModelDefinition } from '../../../src/engine/engine.js';
import type { ExportedModel } from '../../../src/engine/export/exported-model.js';
import { findInexpressible } from '../../../src/engine/export/layer-configs.js';
import { readExport } from '../../../src/engine/export/read-export.js';
import { writeExport } from '../../../src/engine/export/write-export.js';
import { buildPredictor } from '../../../src/engine/predict/build-predictor.js';
import { createWasmEngine } from '../../../src/engine/wasm/wasm-engine.js';
import { asSweepError } from '../../../src/errors.js';
import { createSampler } from '../../../src/search/registry.js';
import { NO_HISTORY } from '../../../src/search/sampler.js';
import { parseSweepSpec } from '../../../src/sweep-file/parse.js';
import { resolveTrial } from '../../../src/sweep-file/resolve-trial.js';
import { taskOf } from '../../../src/task/registry.js';
import { firstIndices, samplesFor } from '../../support/fakes/array-samples.js';
import { ENGINE_MODELS } from '../../support/fixtures/engine-models.js';
import { loadExportedModel } from '../../support/fixtures/exported-folder.js';
import { exportOf, withOneOutput } from '../../support/fixtures/exported-model.js';
import { dense, gru, modelOf } from '../../support/fixtures/layer-specs.js';
import { IMDB_SHAPE, JENA_SHAPE } from '../../support/fixtures/sweep-documents.js';
import { assertClose } from '../../support/models/closeness.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';

const SAMPLES = 3;
/** As test/support/models/tensorflow-pair.ts. */
const TOLERANCE = 1e-5;
/** Weights of the size that training leaves: over hundreds of steps larger ones amplify any rounding. */
const TRAINED_SPREAD = 1 / 20;
const engine = await createWasmEngine();

/** Written, loaded by TensorFlow.js, and predicting as the engine does with the same folder. */
async function assertSamePredictions(
  folder: string,
  definition: ModelDefinition,
  spread?: number,
): Promise<void> {
  writeExport(folder, exportOf(engine, definition, spread));
  const { layers, timesteps, features } = definition;
  const samples = samplesFor(definition, SAMPLES, 3);
  const model = buildPredictor(engine, readExport(folder));
  const ours = new Float32Array(SAMPLES);
  model.predict(samples, firstIndices(SAMPLES), ours);
  model.dispose();
  const shape = layers[0]?.type === 'embedding' ? [SAMPLES, timesteps] : [SAMPLES, timesteps, features];
  const theirs = await (await loadExportedModel(folder)).predict(samples.inputs, shape);
  assertClose(ours, theirs, TOLERANCE, 'predictions');
}

for (const [title, definition] of Object.entries(ENGINE_MODELS)) {
  if (findInexpressible(definition.layers) !== null) continue;
  test(`${title}: an exported folder predicts the same in TensorFlow.js`, (t) =>
    assertSamePredictions(join(temporaryDirectory(t), 'model'), withOneOutput(definition)));
}

const sweeps = fileURLToPath(new URL('../../../../sweeps/', import.meta.url));
for (const file of ['chapter6-jena.json', 'chapter6-imdb.json']) {
  const spec = parseSweepSpec(readFileSync(join(sweeps, file), 'utf8'), join(sweeps, file));
  const isSeries = spec.dataset?.kind === undefined;
  const sampler = createSampler({ ...spec, seed: 0 });
  for (let index = 0; index < (sampler.count ?? 0); index++) {
    const params = sampler.suggest(index, NO_HISTORY) ?? {};
    const config = resolveTrial(spec, params, 1, isSeries ? JENA_SHAPE : IMDB_SHAPE);
    assert.ok(config.kind === 'train');
    const definition = modelOf(
      config.layers,
      taskOf(config.task).timesteps(config.task),
      isSeries ? JENA_SHAPE.columns.length : 1,
    );
    test(`${file}, ${JSON.stringify(params)}: the whole model exported predicts the same`, (t) =>
      assertSamePredictions(join(temporaryDirectory(t), 'model'), definition, TRAINED_SPREAD));
  }
}

const small = modelOf([gru(4), dense(1)], 5, 3);

test('an export is read back as it was written', (t) => {
  const folder = join(temporaryDirectory(t), 'in', 'a new place');
  const exported = exportOf(engine, small);
  const files = writeExport(folder, exported);
  assert.deepEqual(readdirSync(folder).sort(), [...files].sort());
  assert.deepEqual(readExport(folder), exported);
});

test('the words of reviews go along', (t) => {
  const folder = join(temporaryDirectory(t), 'model');
  const exported: ExportedModel = {
    ...exportOf(engine, small),
    vocabulary: ['the', 'über', 'it’s'],
  };
  const task = {
    kind: 'classify',
    maxLength: 5,
    maxFeatures: 40,
    reversed: true,
    vocabulary: 'vocabulary.json',
    table: { format: 'tsv', text: 1, label: 'label', header: true },
  } as const;
  const described = { ...exported, description: { ...exported.description, task } };
  writeExport(folder, described);
  assert.deepEqual(readExport(folder), described);
});

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (thrown) {
    return `${asSweepError(thrown).code}: ${asSweepError(thrown).message}`;
  }
  return 'nothing was wrong';
}

test('nothing is overwritten, an empty folder is taken', (t) => {
  const folder = temporaryDirectory(t);
  writeFileSync(join(folder, 'mine.txt'), 'mine');
  assert.match(
    codeOf(() => writeExport(folder, exportOf(engine, small))),
    /^USAGE: .* is not empty/,
  );
  assert.deepEqual(readdirSync(folder), ['mine.txt']);
  mkdirSync(join(folder, 'empty'));
  assert.equal(writeExport(join(folder, 'empty'), exportOf(engine, small)).length, 4);
});

test('a model replaces an earlier one of its own study, another study’s only when forced', (t) => {
  const folder = join(temporaryDirectory(t), 'model');
  const exported = exportOf(engine, small);
  mkdirSync(folder);
  writeExport(folder, exported);
  writeFileSync(join(folder, 'vocabulary.json'), '["left"]');
  writeFileSync(join(folder, 'forecast.csv'), 'mine');
  writeExport(folder, exported);
  assert.deepEqual(readdirSync(folder).sort(), [
    'README.md',
    'forecast.csv',
    'model.json',
    'sweep.json',
    'weights.bin',
  ]);
  readExport(folder);
  const other = { ...exported, description: { ...exported.description, study: 'other-0001' } };
  assert.match(
    codeOf(() => writeExport(folder, other)),
    /^USAGE: .* holds a model of study /,
  );
  assert.equal(readExport(folder).description.study, exported.description.study);
  writeExport(folder, other, { isForced: true });
  assert.equal(readExport(folder).description.study, 'other-0001');
  assert.equal(readFileSync(join(folder, 'forecast.csv'), 'utf8'), 'mine');
  assert.deepEqual(readdirSync(dirname(folder)), ['model'], 'no temporary folder is left');
  assert.match(
    codeOf(() => writeExport(join(folder, 'forecast.csv'), other, { isForced: true })),
    /^USAGE: .* is not a folder/,
  );
});

test('a model that TensorFlow.js cannot express is refused, and leaves nothing behind', (t) => {
  const folder = temporaryDirectory(t);
  const model = exportOf(engine, modelOf([gru(4, { resetAfter: true }), dense(1)], 5, 3));
  assert.match(
    codeOf(() => writeExport(join(folder, 'model'), model)),
    /^EXPORT_IMPOSSIBLE: .*layer 0 \(gru\).*reset after/,
  );
  assert.deepEqual(readdirSync(folder), []);
});

for (const [what, damage, pattern] of [
  ['a flipped bit of the weights', (folder: string) => flipBit(join(folder, 'weights.bin')), /digest/],
  [
    'weights cut short',
    (folder: string) => writeFileSync(join(folder, 'weights.bin'), new Uint8Array(8)),
    /past its end/,
  ],
  [
    'a description that is not JSON',
    (folder: string) => writeFileSync(join(folder, 'sweep.json'), '{'),
    /JSON/,
  ],
  [
    'a description without its window',
    (folder: string) => edit(join(folder, 'sweep.json'), /"window"/, '"windows"'),
    /task\.window/,
  ],
] as const)
  test(`${what}: the folder is refused`, (t) => {
    const folder = join(temporaryDirectory(t), 'model');
    writeExport(folder, exportOf(engine, small));
    damage(folder);
    const told = codeOf(() => readExport(folder));
    assert.match(told, /^EXPORT_CORRUPT/);
    assert.match(told, pattern);
  });

test('layers that do not fit the weights are refused when the model is built', (t) => {
  const folder = join(temporaryDirectory(t), 'model');
  writeExport(folder, exportOf(engine, small));
  edit(join(folder, 'sweep.json'), /"units": 4/, '"units": 8');
  assert.ok(existsSync(join(folder, 'model.json')));
  assert.match(
    codeOf(() => buildPredictor(engine, readExport(folder))),
    /^EXPORT_CORRUPT: .*cannot be built/,
  );
});

function flipBit(path: string): void {
  const bytes = readFileSync(path);
  bytes[5]! ^= 1;
  writeFileSync(path, bytes);
}

function edit(path: string, pattern: RegExp, replacement: string): void {
  const text = readFileSync(path, 'utf8');
  assert.match(text, pattern);
  writeFileSync(path, text.replace(pattern, replacement));
}
