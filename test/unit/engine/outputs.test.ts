// Models that answer with several values: losses, gradients and predictions against the scalar twins, on both engines, and
// against numbers of Keras.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { Engine, ModelDefinition } from '../../../src/engine/engine.js';
import { pinballLoss, sampleLossOf } from '../../../src/engine/sample-loss.js';
import { createTfjsEngine } from '../../../src/engine/tfjs/tfjs-engine.js';
import { createWasmEngine, type WasmEngine } from '../../../src/engine/wasm/wasm-engine.js';
import {
  type ArraySamples,
  arraySamples,
  firstIndices,
  randomValues,
} from '../../support/fakes/array-samples.js';
import { dense, flatten, gru, modelOf } from '../../support/fixtures/layer-specs.js';
import { assertClose, assertTensorsClose } from '../../support/models/closeness.js';
import { ReferenceModel } from '../../support/models/reference-model.js';

const TOLERANCE = 1e-5;
const [BATCH, STEPS, FEATURES] = [19, 5, 3];
const AT = { epoch: 1, step: 0, learningRate: 0 };

const softmax = { activation: 'softmax' } as const;
const CASES: Readonly<Record<string, { definition: ModelDefinition; targets: number }>> = {
  'four steps, mae': {
    definition: modelOf([gru(5), dense(4)], STEPS, FEATURES, { loss: 'mae' }),
    targets: 4,
  },
  'nine steps, mse': {
    definition: modelOf([flatten, dense(9)], STEPS, FEATURES, { loss: 'mse' }),
    targets: 9,
  },
  'seventeen steps, huber': {
    definition: modelOf([flatten, dense(17)], STEPS, FEATURES, { loss: 'huber' }),
    targets: 17,
  },
  'three quantiles of two steps': {
    definition: modelOf([gru(5), dense(6)], STEPS, FEATURES, { loss: 'pinball', quantiles: [0.1, 0.5, 0.9] }),
    targets: 2,
  },
  'five classes': {
    definition: modelOf([gru(5), dense(5, softmax)], STEPS, FEATURES, {
      loss: 'sparseCategoricalCrossentropy',
    }),
    targets: 1,
  },
  'softmax between layers': {
    definition: modelOf([gru(5), dense(11, softmax), dense(1)], STEPS, FEATURES, { loss: 'mse' }),
    targets: 1,
  },
};

function samplesOf({ loss, layers }: ModelDefinition, targets: number): ArraySamples {
  const values = randomValues(BATCH * targets, 31);
  const last = layers.at(-1);
  const classes = last?.type === 'dense' ? last.units : 1;
  const truth =
    loss === 'sparseCategoricalCrossentropy' ? values.map((_, place) => (place * 7) % classes) : values;
  return arraySamples(randomValues(BATCH * STEPS * FEATURES, 30), truth, STEPS, FEATURES, targets);
}

describe('several outputs', () => {
  let wasm: WasmEngine;
  let tfjs: Engine;
  before(async () => {
    wasm = await createWasmEngine();
    tfjs = await createTfjsEngine({ packages: ['@tensorflow/tfjs'], plainBackends: ['cpu'] });
  });

  for (const [name, { definition, targets }] of Object.entries(CASES)) {
    it(`${name}: predictions, loss and gradients agree with the twin`, () => {
      const model = wasm.build(definition);
      const reference = new ReferenceModel(definition, model.weights());
      const samples = samplesOf(definition, targets);
      const indices = firstIndices(BATCH);
      const predictions = new Float32Array(BATCH * model.outputUnits);
      model.predict(samples, indices, predictions);
      assertClose(predictions, reference.predict(samples, indices, null), TOLERANCE, 'predictions');
      const loss = model.trainBatch(samples, indices, AT);
      assertClose([loss], [reference.loss(samples, indices, AT)], TOLERANCE, 'loss');
      assertTensorsClose(model.gradients(), reference.gradients(samples, indices, AT), TOLERANCE, 'gradient');
      model.dispose();
    });

    it(`${name}: both engines train to the same weights`, () => {
      const samples = samplesOf(definition, targets);
      const [one, other] = [wasm.build(definition), tfjs.build(definition)];
      for (let step = 0; step < 3; step++) {
        const at = { epoch: 1, step, learningRate: 0.01 };
        const losses = [one, other].map((model) => model.trainBatch(samples, firstIndices(BATCH), at));
        assertClose([losses[0]!], [losses[1]!], TOLERANCE, 'loss');
      }
      for (const [at, { values }] of one.weights().entries())
        assertClose(values, other.weights()[at]!.values, 1e-4, 'weights');
      one.dispose();
      other.dispose();
    });
  }

  it('a model whose outputs are not as many as the loss takes is refused', () => {
    for (const [units, definition, targetUnits] of [
      [3, { loss: 'mae' }, 2],
      [3, { loss: 'pinball', quantiles: [0.1, 0.9] }, 1],
      [3, { loss: 'sparseCategoricalCrossentropy' }, 3],
      [1, { loss: 'pinball' }, 1],
    ] as const)
      assert.throws(() => sampleLossOf(definition, units, { targetUnits }), { code: 'MODEL_SHAPE' });
  });

  it('a softmax of large values is a probability still, and NaN stays visible', () => {
    const definition = modelOf([flatten, dense(3, softmax)], 1, 1, { loss: 'sparseCategoricalCrossentropy' });
    const model = wasm.build(definition);
    const [kernel, bias] = model.weights();
    model.load([
      { ...kernel!, values: Float32Array.of(1000, -1000, 999) },
      { ...bias!, values: new Float32Array(3) },
    ]);
    const samples = arraySamples(Float32Array.of(1, Number.NaN), Float32Array.of(1, 0), 1, 1);
    const out = new Float32Array(6);
    model.predict(samples, firstIndices(2), out);
    assertClose(out.subarray(0, 3), [1 / (1 + Math.exp(-1)), 0, 1 / (1 + Math.E)], 1e-6, 'softmax');
    assert.ok(out.subarray(3).every(Number.isNaN));
    // The first sample is quite wrong: the loss is cut where Keras cuts it.
    const loss = model.trainBatch(samples, Uint32Array.of(0), AT);
    assertClose([loss], [-Math.log(1e-7)], 1e-5, 'loss');
    model.dispose();
  });
});

it('the pinball loss is the quantile’s share of the error on either side', () => {
  assert.equal(pinballLoss(0.25, 1, 3), 0.5);
  assert.equal(pinballLoss(0.25, 3, 1), 1.5);
  assert.equal(pinballLoss(0.25, 2, 2), 0);
  assert.ok(Number.isNaN(pinballLoss(0.5, Number.NaN, 1)));
});

/*
 * Three steps of SGD at 0.5 on six samples. Keras 3.15.1: a dense softmax of four units, sparse_categorical_crossentropy.
 * PyTorch 2.14.1: a linear layer of three units, mean of max(τ·e, (τ − 1)·e) over τ = 0.1, 0.5, 0.9. Inputs and first weights
 * as below, no biases.
 */
const INPUTS = Float32Array.of(
  0.5,
  -1,
  2,
  1.5,
  0.25,
  -0.75,
  -2,
  1,
  0.5,
  0,
  0.5,
  1,
  1,
  -1.5,
  0.25,
  -0.5,
  2,
  -1,
);
const FIRST = [
  [0.1, -0.2, 0.3, 0.05],
  [-0.4, 0.2, 0.1, 0.15],
  [0.25, -0.1, -0.3, 0.2],
];
const PEERS = [
  {
    name: 'Keras, four classes',
    layer: dense(4, softmax),
    loss: { loss: 'sparseCategoricalCrossentropy' },
    targets: [0, 1, 2, 3, 1, 2],
    losses: [1.4747705459594727, 1.0684694051742554, 0.831677258014679],
    kernel: [
      0.0697278380393982, 0.40690791606903076, -0.29362523555755615, 0.0669894739985466, -0.46076539158821106,
      -0.23123234510421753, 0.5577468276023865, 0.18425092101097107, 0.4219011664390564, -0.2804197669029236,
      -0.37623271346092224, 0.2847512364387512,
    ],
    bias: [-0.14978420734405518, 0.1512426733970642, 0.10386552661657333, -0.10532402247190475],
  },
  {
    name: 'PyTorch, three quantiles',
    layer: dense(3),
    loss: { loss: 'pinball', quantiles: [0.1, 0.5, 0.9] },
    targets: [0.3, -1.2, 0.7, 0.1, 2, -0.4],
    losses: [0.49722227454185486, 0.4275819957256317, 0.36172258853912354],
    kernel: [
      -0.0625, -0.26250001788139343, 0.25416669249534607, -0.3270833492279053, 0.050694458186626434,
      -0.007638886570930481, 0.16249999403953552, 0.10138888657093048, -0.03194443881511688,
    ],
    bias: [-0.11666667461395264, 0.0555555559694767, 0.25555557012557983],
  },
] as const;

for (const { name, layer, loss, targets, losses, kernel, bias } of PEERS)
  it(`${name}: losses and weights after three steps are theirs`, async () => {
    const definition = modelOf([flatten, layer], 1, 3, { ...loss, optimizer: { type: 'sgd', momentum: 0 } });
    const engines = [
      await createWasmEngine(),
      await createTfjsEngine({ packages: ['@tensorflow/tfjs'], plainBackends: ['cpu'] }),
    ];
    for (const engine of engines) {
      const model = engine.build(definition);
      const [ofKernel, ofBias] = model.weights();
      const values = Float32Array.from(FIRST.flatMap((row) => row.slice(0, layer.units)));
      model.load([
        { ...ofKernel!, values },
        { ...ofBias!, values: new Float32Array(layer.units) },
      ]);
      const samples = arraySamples(INPUTS, Float32Array.from(targets), 1, 3);
      const seen = losses.map((_, step) =>
        model.trainBatch(samples, firstIndices(6), { epoch: 1, step, learningRate: 0.5 }),
      );
      assertClose(seen, [...losses], 2e-6, `${engine.name}: losses`);
      const [after, afterBias] = model.weights();
      assertClose(after!.values, [...kernel], 2e-6, `${engine.name}: kernel`);
      assertClose(afterBias!.values, [...bias], 2e-6, `${engine.name}: bias`);
      model.dispose();
    }
  });
