// The layer table on both engines, and what it says apart from them.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { createTfjsEngine } from '../../src/engine/tfjs/tfjs-engine.js';
import { NATIVE_CHECK_MODELS } from '../../src/engine/wasm/native-check.js';
import { createWasmEngine } from '../../src/engine/wasm/wasm-engine.js';
import { isShape, type Shape } from '../../src/model/layer-shape.js';
import { hasWeights, type LayerSpec, rowOf } from '../../src/model/layer-spec.js';
import { LAYER_TYPES, type LayerType } from '../../src/model/layers/registry.js';
import { layerTypes } from '../support/fixtures/engine-models.js';
import { LAYER_CASES, type LayerCase } from '../support/fixtures/layer-cases.js';
import { describeLayerContract } from './layer-contract.js';

describeLayerContract('wasm', () => createWasmEngine());
describeLayerContract('tfjs, cpu backend', () =>
  createTfjsEngine({ packages: ['@tensorflow/tfjs'], plainBackends: ['cpu'] }),
);

/** What flows into the layer of a case. */
function inputOf({ below, sample }: LayerCase): Shape {
  return below.reduce<Shape>((input, spec, index) => {
    const output = rowOf(spec).outputShape(spec, input, index);
    return isShape(output) ? output : assert.fail(output.message);
  }, sample);
}

for (const type of LAYER_TYPES)
  LAYER_CASES[type].forEach((layerCase: LayerCase, at) => {
    const { layer } = layerCase;
    const row = rowOf(layer);
    const input = inputOf(layerCase);

    it(`${type}, case ${at + 1}: the row's schema says every field that a layer has, and its type`, () => {
      assert.equal(layer.type, type);
      assert.deepEqual(row.schema.parse(layer), layer);
      assert.deepEqual(Object.keys(row.schema.shape).sort(), Object.keys(layer).sort());
    });

    it(`${type}, case ${at + 1}: what has weights costs something, and more over more`, () => {
      const cost = row.multiplyAdds(layer, input);
      const more = row.multiplyAdds(layer, growing(input));
      assert.ok(Number.isFinite(cost) && cost >= 0);
      if (hasWeights(layer)) assert.ok(cost > 0, `${cost}`);
      if (cost > 0) assert.ok(more > cost, `${more} over ${cost}`);
      assert.ok(row.keptValues(layer, input) > 0);
      assert.ok(row.keptValues(layer, growing(input)) >= row.keptValues(layer, input));
    });
  });

/** Twice the time steps, or twice the values of a vector. */
function growing([first = 0, ...rest]: Shape): Shape {
  return [2 * first, ...rest];
}

it('layers that have no weights are those of which a model is evaluated, not trained', () => {
  const untrained = LAYER_TYPES.filter((type) => !hasWeights(LAYER_CASES[type][0]?.layer as LayerSpec));
  assert.deepEqual(untrained, [
    'flatten',
    'dropout',
    'maxPooling1d',
    'averagePooling1d',
    'globalMaxPooling1d',
    'globalAveragePooling1d',
    'persistence',
    'lastStep',
  ]);
});

it('native kernels are checked on every layer that has kernels', () => {
  const checked = Object.values(NATIVE_CHECK_MODELS).flatMap(({ layers }) => layerTypes(layers));
  // Persistence and a series' vector are copied on the host; the last step lies where it is.
  const withoutKernels: readonly LayerType[] = ['persistence', 'lastStep', 'seriesEmbedding'];
  const withKernels = LAYER_TYPES.filter((type) => !withoutKernels.includes(type));
  assert.deepEqual([...new Set(checked)].sort(), [...withKernels].sort());
});
