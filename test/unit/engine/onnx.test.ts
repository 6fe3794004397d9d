// ONNX files: onnxruntime, which knows nothing of sweep, predicts from raw values what the engine predicts in the target's
// unit, for every layer.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeOnnx } from '../../../src/engine/export/onnx/onnx-model.js';
import { buildPredictor } from '../../../src/engine/predict/build-predictor.js';
import { createWasmEngine } from '../../../src/engine/wasm/wasm-engine.js';
import { firstIndices, samplesFor } from '../../support/fakes/array-samples.js';
import { ENGINE_MODELS } from '../../support/fixtures/engine-models.js';
import { exportOf, withOneOutput } from '../../support/fixtures/exported-model.js';
import { assertClose } from '../../support/models/closeness.js';
import { onnxRuntime, skipWithoutOnnx } from '../../support/models/onnx-runtime.js';

const SAMPLES = 3;
const TOLERANCE = 1e-5;
const engine = await createWasmEngine();

for (const [title, named] of Object.entries(ENGINE_MODELS))
  test(`${title}: an ONNX file predicts the same from raw values`, { skip: skipWithoutOnnx }, async () => {
    const definition = withOneOutput(named);
    const { timesteps, features, layers } = definition;
    const takesTokens = layers[0]?.type === 'embedding';
    const exported = exportOf(engine, definition);
    const samples = samplesFor(definition, SAMPLES, 3);
    const model = buildPredictor(engine, exported);
    const ours = new Float32Array(SAMPLES);
    model.predict(samples, firstIndices(SAMPLES), ours);
    model.dispose();

    const { InferenceSession, Tensor } = onnxRuntime!;
    const session = await InferenceSession.create(describeOnnx(exported));
    const input = takesTokens
      ? new Tensor('int64', BigInt64Array.from(samples.inputs, BigInt), [SAMPLES, timesteps])
      : new Tensor(
          'float64',
          // Column c has mean c and standard deviation 2 in exportOf.
          Float64Array.from(samples.inputs, (value, at) => value * 2 + (at % features)),
          [SAMPLES, timesteps, features],
        );
    const { [session.outputNames[0]!]: output } = await session.run({ [session.inputNames[0]!]: input });
    assert.equal(output!.dims[0], SAMPLES);
    const expected = takesTokens ? ours : ours.map((value) => value * 2);
    assertClose(output!.data, expected, TOLERANCE, 'predictions');
  });
