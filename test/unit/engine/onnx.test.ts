// ONNX files: onnxruntime, which knows nothing of sweep, predicts from raw values what the engine predicts in the target's
// unit, for every layer.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withSeriesInput } from '../../../src/dataset/series/series-input.js';
import { frameSamples } from '../../../src/dataset/series/window-frame.js';
import { encodeKeras } from '../../../src/engine/export/keras/keras-file.js';
import { describeOnnx } from '../../../src/engine/export/onnx/onnx-model.js';
import { buildPredictor } from '../../../src/engine/predict/build-predictor.js';
import { createWasmEngine } from '../../../src/engine/wasm/wasm-engine.js';
import type { ForecastTask, WindowSpec } from '../../../src/study/trial/trial.js';
import type { ForecastUse } from '../../../src/task/forecast/forecast-use.js';
import { firstIndices, samplesFor } from '../../support/fakes/array-samples.js';
import { ENGINE_MODELS } from '../../support/fixtures/engine-models.js';
import { exportOf, withOneOutput } from '../../support/fixtures/exported-model.js';
import { dense, flatten, modelOf, seriesEmbedding } from '../../support/fixtures/layer-specs.js';
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

const FRAMES: readonly Partial<
  Pick<ForecastTask, 'targetColumns' | 'as' | 'period' | 'ahead' | 'quantiles'> &
    Pick<WindowSpec, 'normalise' | 'delays'>
>[] = [
  { as: 'difference' },
  { as: 'seasonal-difference', period: 4 },
  { normalise: 'last' },
  { normalise: 'mean', ahead: [2] },
  { normalise: 'standard', as: 'difference', ahead: [1] },
  { as: 'seasonal-difference', period: 3, delays: [0, 1, 4] },
  { normalise: 'mean', delays: [0, 2], quantiles: [0.1, 0.5, 0.9] },
  { normalise: 'standard', as: 'seasonal-difference', period: 4, delays: [1, 3], quantiles: [0.2, 0.8] },
  { normalise: 'last', delays: [0, 1, 2], ahead: [2] },
  { targetColumns: [0, 2], delays: [0, 1, 2] },
  { targetColumns: [0, 2, 1], normalise: 'last' },
  {
    targetColumns: [0, 2],
    normalise: 'standard',
    as: 'seasonal-difference',
    period: 4,
    delays: [1, 3],
    quantiles: [0.2, 0.8],
  },
];

for (const { normalise, delays = [0], ...change } of FRAMES)
  test(`an ONNX file predicts levels of ${JSON.stringify({ normalise, delays, ...change })}`, {
    skip: skipWithoutOnnx,
  }, async () => {
    const each = change.quantiles?.length ?? 1;
    const ofColumn = delays.length * each;
    const { targetColumns = [0] } = change;
    const units = targetColumns.length * ofColumn;
    const definition = modelOf([flatten, dense(units)], 6, 3);
    const made = exportOf(engine, definition);
    const window = {
      lookback: 6,
      step: 1,
      delay: delays.at(-1)!,
      ...(delays.length === 1 ? {} : { delays: [...delays] }),
      ...(normalise === undefined ? {} : { normalise }),
    };
    const task = { ...made.description.task, window, ...change } as ForecastUse;
    const exported = { ...made, description: { ...made.description, task } };
    const plain = samplesFor(definition, SAMPLES, 3);
    const samples = frameSamples(plain, task);
    const model = buildPredictor(engine, exported);
    const ours = new Float32Array(SAMPLES * units);
    model.predict(samples, firstIndices(SAMPLES), ours);
    samples.restore?.(firstIndices(SAMPLES), 0, SAMPLES, ours, 0, each);
    model.dispose();

    const { InferenceSession, Tensor } = onnxRuntime!;
    const session = await InferenceSession.create(describeOnnx(exported));
    const raw = Float64Array.from(plain.inputs, (value, at) => value * 2 + (at % 3));
    const input = new Tensor('float64', raw, [SAMPLES, 6, 3]);
    const { [session.outputNames[0]!]: output } = await session.run({ [session.inputNames[0]!]: input });
    assertClose(
      output!.data,
      // In the unit of each column.
      ours.map((value, at) => value * 2 + targetColumns[Math.floor((at % units) / ofColumn)]!),
      TOLERANCE,
      'predictions',
    );
    if (normalise !== undefined || change.as !== undefined)
      await assert.rejects(encodeKeras(exported), { code: 'MODEL_SHAPE' });
  });

test('an ONNX file of a model that is told the series reads its place after the columns, told from nothing', {
  skip: skipWithoutOnnx,
}, async () => {
  const made = exportOf(engine, modelOf([seriesEmbedding(3, 4), flatten, dense(1)], 6, 3));
  const { columns, window, ...rest } = made.description.task as ForecastUse;
  const task: ForecastUse = {
    ...rest,
    columns: columns.slice(0, 2),
    window: { ...window, normalise: 'last' },
    seriesInput: ['north', 'south', 'east'],
  };
  const exported = { ...made, description: { ...made.description, task } };
  const plain = samplesFor(modelOf([flatten, dense(1)], 6, 2), SAMPLES, 3);
  const samples = withSeriesInput(frameSamples(plain, task), (index) => 2 - index);
  const model = buildPredictor(engine, exported);
  const ours = new Float32Array(SAMPLES);
  model.predict(samples, firstIndices(SAMPLES), ours);
  samples.restore!(firstIndices(SAMPLES), 0, SAMPLES, ours, 0);
  model.dispose();

  const { InferenceSession, Tensor } = onnxRuntime!;
  const session = await InferenceSession.create(describeOnnx(exported));
  const raw = new Float64Array(SAMPLES * 6 * 3);
  for (let step = 0; step < SAMPLES * 6; step++) {
    raw.set([plain.inputs[2 * step]! * 2, plain.inputs[2 * step + 1]! * 2 + 1], 3 * step);
    raw[3 * step + 2] = 2 - Math.floor(step / 6);
  }
  const input = new Tensor('float64', raw, [SAMPLES, 6, 3]);
  const { [session.outputNames[0]!]: output } = await session.run({ [session.inputNames[0]!]: input });
  assertClose(
    output!.data,
    ours.map((value) => value * 2),
    TOLERANCE,
    'predictions',
  );
});
