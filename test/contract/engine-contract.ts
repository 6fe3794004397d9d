// What every engine owes: one suite, run for each implementation. Numbers are held against the scalar references, so that
// engines agree with each other through them.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { Engine, Model, ModelDefinition, NamedTensor } from '../../src/engine/engine.js';
import { checkEngine } from '../../src/engine/self-check.js';
import { type ErrorCode, SweepError } from '../../src/errors.js';
import type { LayerSpec } from '../../src/model/layer-spec.js';
import { LAYER_TYPES } from '../../src/model/layers/registry.js';
import { type ArraySamples, arraySamples, firstIndices, samplesFor } from '../support/fakes/array-samples.js';
import { ENGINE_MODELS, layerTypes } from '../support/fixtures/engine-models.js';
import {
  conv1d,
  dense,
  embedding,
  flatten,
  gru,
  modelOf,
  persistence,
} from '../support/fixtures/layer-specs.js';
import { assertClose } from '../support/models/closeness.js';
import { ReferenceModel } from '../support/models/reference-model.js';

const SAMPLES = 37;
const BATCH = 19;
const RATE = 0.01;
/** Float32 against double precision over at most 12 recurrent steps, as in test/support/models/tensorflow-pair.ts. */
const TOLERANCE = 1e-5;

export interface EngineContractOptions {
  readonly skip?: string | false;
  /** Faults of the engine's own that a model may leave behind, such as tensors: compared before and after. */
  readonly countHeld?: (engine: Engine) => number;
}

export function describeEngineContract(
  name: string,
  openEngine: () => Promise<Engine>,
  { skip = false, countHeld }: EngineContractOptions = {},
): void {
  describe(`engine contract: ${name}`, { skip }, () => {
    let engine: Engine;
    before(async () => {
      engine = await openEngine();
    });

    for (const [title, definition] of Object.entries(ENGINE_MODELS)) {
      it(`${title}: predicts, and loses in training, what the scalar reference says`, () => {
        const model = engine.build(definition);
        const samples = learnable(definition);
        const reference = new ReferenceModel(definition, model.weights());
        const indices = batchOf(0);
        const predictions = new Float32Array(BATCH * model.outputUnits);
        model.predict(samples, indices, predictions);
        assertClose(predictions, reference.predict(samples, indices, null), TOLERANCE, 'predictions');
        const at = { epoch: 3, step: 5 };
        const loss = model.trainBatch(samples, indices, { ...at, learningRate: 0 });
        const expected =
          reference.loss(samples, indices, { ...at, learningRate: 0 }) + penaltyOf(definition, model);
        assertClose([loss], [expected], TOLERANCE, 'loss with its dropout masks');
        model.dispose();
      });

      it(`${title}: a model that is loaded goes on as the one that was saved`, () => {
        const samples = learnable(definition);
        const model = engine.build(definition);
        train(model, samples, 0, 3);
        const weights = model.weights();
        const state = model.optimizerState();
        const other = engine.build(definition);
        train(other, samples, 7, 1);
        other.load(weights, state);
        assert.deepEqual(other.weights(), weights);
        assert.deepEqual(other.optimizerState(), state);
        assert.deepEqual(train(other, samples, 3, 3), train(model, samples, 3, 3));
        assert.deepEqual(other.weights(), model.weights());
        model.dispose();
        other.dispose();
      });
    }

    it('every layer type is among the models', () => {
      const seen = new Set(Object.values(ENGINE_MODELS).flatMap(({ layers }) => layerTypes(layers)));
      assert.deepEqual([...seen].sort(), [...LAYER_TYPES].sort());
    });

    it('passes its own self-check, and learns', () => {
      const check = checkEngine(engine);
      assert.ok(check.passed, JSON.stringify(check));
      assert.ok(check.lossAfter < check.lossBefore / 2, JSON.stringify(check));
    });

    it('names itself', () => {
      assert.match(engine.numericsVersion, /^[A-Za-z0-9.-]{1,100}$/);
      assert.ok(engine.backend.length > 3);
    });

    it('hands out copies: changing them changes no model', () => {
      const definition = modelOf([gru(4), dense(1)], 5, 2);
      const samples = learnable(definition);
      const model = engine.build(definition);
      train(model, samples, 0, 1);
      const read = (): NamedTensor[] => [...model.weights(), ...model.optimizerState()];
      const before = read().map(({ values }) => [...values]);
      for (const { values } of read()) values.fill(9);
      assert.deepEqual(
        read().map(({ values }) => [...values]),
        before,
      );
      const given = model.weights();
      model.load(given);
      for (const { values } of given) values.fill(9);
      assert.deepEqual(
        read().map(({ values }) => [...values]),
        before,
      );
      model.dispose();
    });

    it('takes batches of every size up to its own, each by itself', () => {
      const definition = modelOf([gru(4), dense(1)], 5, 2, { batchSize: BATCH });
      const samples = learnable(definition);
      const model = engine.build(definition);
      const all = new Float32Array(BATCH);
      model.predict(samples, firstIndices(BATCH), all);
      for (const size of [1, 15, 16, 17, BATCH]) {
        const some = new Float32Array(size).fill(Number.NaN);
        model.predict(samples, firstIndices(size), some);
        assertClose(some, all.subarray(0, size), 1e-6, `batch of ${size}`);
      }
      model.dispose();
    });

    it('repeats itself: the same trial gives the same bits on this machine', () => {
      const definition = ENGINE_MODELS['gru with both dropouts, penalties'] as ModelDefinition;
      const samples = learnable(definition);
      const [one, other] = [engine.build(definition), engine.build(definition)];
      assert.deepEqual(train(one, samples, 0, 5), train(other, samples, 0, 5));
      assert.deepEqual(one.weights(), other.weights());
      one.dispose();
      other.dispose();
    });

    it('shows a loss that is no number', () => {
      const definition = modelOf([flatten, dense(1)], 2, 1);
      const samples = arraySamples(new Float32Array([1, Number.NaN, 3, 4]), new Float32Array(2), 2, 1);
      const model = engine.build(definition);
      assert.ok(
        Number.isNaN(model.trainBatch(samples, firstIndices(2), { epoch: 1, step: 0, learningRate: RATE })),
      );
      model.dispose();
    });

    it('refuses a checkpoint of other weights, and keeps its own', () => {
      const model = engine.build(modelOf([gru(4), dense(1)], 5, 2));
      const weights = model.weights();
      const state = model.optimizerState();
      const faults: [NamedTensor[], NamedTensor[]?][] = [
        [weights.slice(1)],
        [weights.map((tensor, at) => (at === 0 ? { ...tensor, name: '0.lstm/kernel' } : tensor))],
        [weights.map((tensor, at) => (at === 1 ? { ...tensor, shape: [2, 24] } : tensor))],
        [weights, state.slice(1)],
        [weights, state.filter(({ name }) => name !== 'optimizer/powers')],
      ];
      for (const [wrongWeights, wrongState] of faults)
        assert.throws(() => model.load(wrongWeights, wrongState), refused('CHECKPOINT_CORRUPT'));
      assert.deepEqual(model.weights(), weights);
      model.dispose();
    });

    it('predicts by a model that has no weights, and will not train it', () => {
      const definition = modelOf([persistence(1)], 4, 2);
      const samples = learnable(definition);
      const model = engine.build(definition);
      assert.equal(model.parameterCount, 0);
      const predictions = new Float32Array(3);
      model.predict(samples, firstIndices(3), predictions);
      assert.throws(() => train(model, samples, 0, 1), refused('INTERNAL'));
      assert.deepEqual(
        [...predictions],
        [0, 1, 2].map((sample) => samples.inputs[sample * 8 + 7]),
      );
      model.dispose();
    });

    it('refuses layers that cannot stand where they stand', () => {
      const wrong: ModelDefinition[] = [
        modelOf([flatten, gru(3), dense(1)], 4, 2),
        modelOf([gru(3, { returnSequences: true })], 4, 2),
        modelOf([dense(2), embedding(10, 3), flatten, dense(1)], 4, 1),
        modelOf([embedding(10, 3), flatten, dense(1)], 4, 2),
        modelOf([flatten], 4, 2),
        modelOf([persistence(2)], 4, 2),
        modelOf([conv1d(2, 2, { strides: 2, dilationRate: 2 }), flatten, dense(1)], 8, 2),
        modelOf([conv1d(2, 5), flatten, dense(1)], 4, 2),
      ];
      for (const definition of wrong) assert.throws(() => engine.build(definition), refused('MODEL_SHAPE'));
    });

    it('refuses token ids that an embedding has no vector for', () => {
      const model = engine.build(modelOf([embedding(3, 2), flatten, dense(1)], 2, 1));
      for (const id of [3, -1, 0.5, Number.NaN]) {
        const samples = arraySamples(new Float32Array([0, id]), new Float32Array(1), 2, 1);
        assert.throws(
          () => model.predict(samples, firstIndices(1), new Float32Array(1)),
          refused('MODEL_SHAPE'),
        );
      }
      model.dispose();
    });

    it('holds nothing that grows with the steps, and nothing after dispose', { skip: !countHeld }, () => {
      for (const definition of Object.values(ENGINE_MODELS)) {
        const samples = learnable(definition);
        const start = countHeld?.(engine);
        const model = engine.build(definition);
        const predictions = new Float32Array(BATCH * model.outputUnits);
        const work = (): number | undefined => {
          train(model, samples, 0, 2);
          model.predict(samples, batchOf(0), predictions);
          model.load(model.weights(), model.optimizerState());
          return countHeld?.(engine);
        };
        assert.equal(work(), work());
        model.dispose();
        assert.equal(countHeld?.(engine), start);
      }
    });
  });
}

const refused = (code: ErrorCode) => (error: unknown) => error instanceof SweepError && error.code === code;

/** A probability's targets are 0 and 1. */
export function learnable(definition: ModelDefinition): ArraySamples {
  const samples = samplesFor(definition, SAMPLES, 5);
  if (definition.loss === 'binaryCrossentropy')
    samples.targets.forEach((target, i) => {
      samples.targets[i] = Number(target > 0);
    });
  return samples;
}

/** Other samples each step, in no order. */
export function batchOf(step: number): Uint32Array {
  return firstIndices(BATCH).map((row) => (row * 7 + step * 5) % SAMPLES);
}

export function train(model: Model, samples: ArraySamples, from: number, steps: number): number[] {
  return Array.from({ length: steps }, (_, at) => {
    const step = from + at;
    return model.trainBatch(samples, batchOf(step), { epoch: 1, step, learningRate: RATE });
  });
}

/** Σ λ·Σw² from the layers' own fields, those inside others too. */
function penaltyOf({ layers }: ModelDefinition, model: Model): number {
  const weights = model.weights();
  const squares = (ending: string): number =>
    weights
      .filter(({ name }) => name === ending)
      .reduce((sum, { values }) => sum + values.reduce((part, value) => part + value * value, 0), 0);
  const penalty = (spec: LayerSpec, name: string): number => {
    if (spec.type === 'residual')
      return spec.layers.reduce((sum, one, at) => sum + penalty(one, `${name}/${at}.${one.type}`), 0);
    const ofKernel = 'kernelL2' in spec ? spec.kernelL2 * squares(`${name}/kernel`) : 0;
    return ofKernel + ('recurrentL2' in spec ? spec.recurrentL2 * squares(`${name}/recurrentKernel`) : 0);
  };
  return layers.reduce((sum, spec, index) => sum + penalty(spec, `${index}.${spec.type}`), 0);
}
