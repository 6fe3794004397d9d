// What every row of the layer table owes, on an engine: the weights that the engine makes, the values that leave the layer,
// and its refusals are those of the row; and what the row says of Keras is what TensorFlow.js makes of it.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { Engine, Model, ModelDefinition, NamedTensor } from '../../src/engine/engine.js';
import { findInexpressible } from '../../src/engine/export/layer-configs.js';
import { SweepError } from '../../src/errors.js';
import { isSequence, isShape, type Shape, sizeOf } from '../../src/model/layer-shape.js';
import { type LayerSpec, rowOf } from '../../src/model/layer-spec.js';
import { LAYER_TYPES } from '../../src/model/layers/registry.js';
import { firstIndices, randomValues, samplesFor } from '../support/fakes/array-samples.js';
import { LAYER_CASES, type LayerCase } from '../support/fixtures/layer-cases.js';
import { dense, flatten, modelOf } from '../support/fixtures/layer-specs.js';
import { assertClose } from '../support/models/closeness.js';
import { loadAsLayersModel, predictByLayersModel } from '../support/models/loaded-layers-model.js';

const SAMPLES = 18;
/** Float32 sums in another order, as test/support/models/tensorflow-pair.ts. */
const TOLERANCE = 1e-5;

export function describeLayerContract(name: string, openEngine: () => Promise<Engine>): void {
  describe(`layer contract: ${name}`, () => {
    let engine: Engine;
    before(async () => {
      engine = await openEngine();
    });

    for (const type of LAYER_TYPES)
      LAYER_CASES[type].forEach((layerCase: LayerCase, at) => {
        const title = `${type}, case ${at + 1}`;
        const index = layerCase.below.length;

        it(`${title}: the engine makes the weights of the row, in its order`, () => {
          const definition = trainable(layerCase);
          const model = engine.build(definition);
          const made = model.weights();
          model.dispose();
          const expected = placed(definition).flatMap(({ spec, input }, place) =>
            Object.entries(rowOf(spec).weights(spec, input)).map(([own, { shape }]) => ({
              name: `${place}.${spec.type}/${own}`,
              shape,
            })),
          );
          assert.deepEqual(
            made.map(({ name, shape }) => ({ name, shape })),
            expected,
          );
          for (const { name, shape, values } of made) assert.equal(values.length, sizeOf(shape), name);
          assert.equal(
            made.reduce((sum, { values }) => sum + values.length, 0),
            model.parameterCount,
          );
        });

        it(`${title}: what leaves the layer has the shape of the row, and it can be trained under others`, () => {
          const definition = ending(layerCase);
          const size = sizeOf(outputOf(layerCase));
          const model = engine.build(definition);
          assert.equal(model.outputUnits, size);
          const { values } = predictions(model, definition);
          assert.equal(values.length, SAMPLES * size);
          assert.ok(values.every(Number.isFinite));
          model.dispose();

          const whole = trainable(layerCase);
          const trained = engine.build(whole);
          const samples = samplesFor(whole, SAMPLES, 5);
          const before = trained.weights();
          const loss = trained.trainBatch(samples, firstIndices(SAMPLES), {
            epoch: 1,
            step: 0,
            learningRate: 0.1,
          });
          assert.ok(Number.isFinite(loss));
          for (const [place, { name, values }] of trained.weights().entries())
            assert.notDeepEqual(values, before[place]?.values, `${name} has learnt nothing`);
          trained.dispose();
        });

        const lacking = findInexpressible(ending(layerCase).layers);
        if (lacking !== null) {
          it(`${title}: that Keras' layers cannot express it is said of this layer`, () => {
            assert.ok(lacking.startsWith(`layer ${index} (${type}): TensorFlow.js has no `), lacking);
          });
          return;
        }
        it(`${title}: Keras' form is loaded, has the row's shapes and predicts the same`, async () => {
          const definition = ending(layerCase);
          const model = engine.build(definition);
          model.load(disturbed(model.weights()));
          const loaded = await loadAsLayersModel(definition, model.weights());
          const last = loaded.layers.find(({ name }) => name === `layer_${index}`);
          assert.deepEqual(last?.outputShape, [null, ...outputOf(layerCase)]);
          const { values, samples } = predictions(model, definition);
          assertClose(values, predictByLayersModel(loaded, definition, samples), TOLERANCE, 'predictions');
          loaded.dispose();
          model.dispose();
        });
      });

    for (const type of LAYER_TYPES)
      it(`${type}: the engine takes a vector, and a place above others, where the row does`, () => {
        const { layer, sample } = LAYER_CASES[type][0] as LayerCase;
        const vector: Shape = [sample[0] * sample[1]];
        const expected = rowOf(layer).outputShape(layer, vector, 1);
        const build = (): Model =>
          engine.build(modelOf([flatten, layer, ...closing(expected), dense(1)], ...sample));
        if (isShape(expected)) build().dispose();
        else
          assert.throws(
            build,
            (thrown) =>
              thrown instanceof SweepError &&
              thrown.code === 'MODEL_SHAPE' &&
              thrown.message === expected.message &&
              thrown.path === 'model.layers[1]',
          );
      });
  });
}

interface PlacedLayer {
  readonly spec: LayerSpec;
  readonly input: Shape;
}

function placed({ layers, timesteps, features }: ModelDefinition): PlacedLayer[] {
  let input: Shape = [timesteps, features];
  return layers.map((spec, index) => {
    const at = { spec, input };
    input = requireShape(spec, input, index);
    return at;
  });
}

function requireShape(spec: LayerSpec, input: Shape, index: number): Shape {
  const output = rowOf(spec).outputShape(spec, input, index);
  assert.ok(isShape(output), `${spec.type}: ${JSON.stringify(output)}`);
  return output;
}

function outputOf({ layer, below, sample }: LayerCase): Shape {
  return [...below, layer].reduce<Shape>((input, spec, index) => requireShape(spec, input, index), sample);
}

/** A model ends in a vector. */
function closing(output: Shape | object): LayerSpec[] {
  return isShape(output as Shape) && isSequence(output as Shape) ? [flatten] : [];
}

/** The layer is the last one that computes anything. */
function ending(layerCase: LayerCase): ModelDefinition {
  const { layer, below, sample } = layerCase;
  return modelOf([...below, layer, ...closing(outputOf(layerCase))], ...sample);
}

function trainable(layerCase: LayerCase): ModelDefinition {
  const { layer, below, sample } = layerCase;
  const layers = [...below, layer, ...closing(outputOf(layerCase)), dense(1)];
  // No absolute errors: their signs may cancel out, and a bias would learn nothing.
  return modelOf(layers, ...sample, { loss: 'mse' });
}

function predictions(model: Model, definition: ModelDefinition) {
  const samples = samplesFor(definition, SAMPLES, 3);
  const values = new Float32Array(SAMPLES * model.outputUnits).fill(Number.NaN);
  model.predict(samples, firstIndices(SAMPLES), values);
  return { samples, values };
}

/** Biases too: at their initial 0 a wrong place would not show. */
function disturbed(weights: readonly NamedTensor[]): NamedTensor[] {
  return weights.map((tensor, at) => ({
    ...tensor,
    values: randomValues(tensor.values.length, 50 + at).map((value) => value / 3),
  }));
}
