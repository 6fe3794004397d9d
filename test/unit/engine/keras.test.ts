// .keras files: Keras 3, which knows nothing of sweep, loads them and predicts from raw values what the engine predicts in the
// target's unit, for every layer. Where SWEEP_PEERS_PYTHON names a Python with Keras.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { encodeKeras } from '../../../src/engine/export/keras/keras-file.js';
import { buildPredictor } from '../../../src/engine/predict/build-predictor.js';
import { createWasmEngine } from '../../../src/engine/wasm/wasm-engine.js';
import { firstIndices, samplesFor } from '../../support/fakes/array-samples.js';
import { ENGINE_MODELS } from '../../support/fixtures/engine-models.js';
import { exportOf, withOneOutput } from '../../support/fixtures/exported-model.js';
import { assertClose } from '../../support/models/closeness.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';

const SAMPLES = 3;
/** Raw values go in as float32. */
const TOLERANCE = 2e-5;
const python = process.env.SWEEP_PEERS_PYTHON;
const skip = python === undefined ? 'SWEEP_PEERS_PYTHON names no Python with Keras 3' : false;

const SCRIPT = `
import json, sys, os
import numpy as np, keras
for case in json.load(open(sys.argv[1])):
    model = keras.models.load_model(case['file'])
    x = np.array(case['input'], dtype=case['dtype']).reshape(case['shape'])
    print('answer ' + json.dumps([float(y) for y in model(x).__array__().ravel()]))
`;

test('Keras 3 predicts from every layer what the engine does', { skip }, async (t) => {
  const engine = await createWasmEngine();
  const folder = temporaryDirectory(t);
  const cases = await Promise.all(
    Object.entries(ENGINE_MODELS).map(async ([title, named], at) => {
      const definition = withOneOutput(named);
      const { timesteps, features, layers } = definition;
      const exported = exportOf(engine, definition);
      const takesTokens = layers[0]?.type === 'embedding';
      const samples = samplesFor(definition, SAMPLES, 3);
      const model = buildPredictor(engine, exported);
      const ours = new Float32Array(SAMPLES);
      model.predict(samples, firstIndices(SAMPLES), ours);
      model.dispose();
      const file = join(folder, `${at}.keras`);
      writeFileSync(file, await encodeKeras(exported));
      return {
        title,
        file,
        // Column c has mean c and standard deviation 2 in exportOf.
        input: [...samples.inputs].map((value, place) =>
          takesTokens ? value : value * 2 + (place % features),
        ),
        dtype: takesTokens ? 'int32' : 'float32',
        shape: takesTokens ? [SAMPLES, timesteps] : [SAMPLES, timesteps, features],
        expected: [...ours].map((value) => (takesTokens ? value : value * 2)),
      };
    }),
  );
  writeFileSync(join(folder, 'cases.json'), JSON.stringify(cases));
  writeFileSync(join(folder, 'load.py'), SCRIPT);
  const output = execFileSync(python!, [join(folder, 'load.py'), join(folder, 'cases.json')], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, KERAS_BACKEND: process.env.KERAS_BACKEND ?? 'numpy' },
  });
  const answers = output
    .split('\n')
    .filter((line) => line.startsWith('answer '))
    .map((line) => JSON.parse(line.slice('answer '.length)) as number[]);
  assert.equal(answers.length, cases.length);
  cases.forEach(({ title, expected }, at) => {
    assertClose(answers[at]!, expected, TOLERANCE, title);
  });
});
