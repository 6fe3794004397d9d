// Additive attention: a dense tanh layer on each step, its product with the query, the softmax over time and the weighted
// sum of the steps (Bahdanau, Cho, Bengio 2015).
import type { AttentionLayer } from '../../../model/layer-spec.js';
import { attention } from '../../../model/layers/attention.js';
import { type LayerOutput, shapeOf } from '../../layer-inputs.js';
import { placeWeights } from '../../layer-weights.js';
import { panelsOf } from '../../panels.js';
import { type LayerContext, TILE_ROWS, type TileTensor, type WasmLayer } from '../layer.js';
import { createDenseLayer } from './dense-layer.js';

export function createAttentionLayer(
  spec: AttentionLayer,
  input: TileTensor,
  shape: LayerOutput,
  context: LayerContext,
): WasmLayer {
  const { arena, parameters, key, name } = context;
  const { kernels } = arena;
  const { units, kernelL2 } = spec;
  const { steps, features } = input;
  const panels = panelsOf(units);
  const rows = steps * TILE_ROWS;
  const place = { name, firstWeight: parameters.nextIndex, key };
  const weights = placeWeights(attention.weights(spec, shapeOf(input)), place);
  const tanh = { type: 'dense', units, activation: 'tanh', kernelL2 } as const;
  // Its weights are called as this layer's are, and come first.
  const hidden = createDenseLayer(tanh, input, { ...input, features: units }, context);
  const query = parameters.add(weights.query, { rows: 1, gates: 1, units });
  /** Scores, then weights of the steps, `[steps][TILE_ROWS]`, and their gradients. */
  const shares = arena.allocate(4 * rows);
  const shareGradients = arena.allocate(4 * rows);
  const stride = panelsOf(features) * 32;
  const output: TileTensor = {
    ...shape,
    address: arena.allocate(TILE_ROWS * stride),
    gradient: arena.allocate(TILE_ROWS * stride),
    stride,
  };
  const { output: states } = hidden;

  return {
    output,
    attach() {},
    prepare(training) {
      hidden.prepare(training);
    },
    forward(tile, at) {
      hidden.forward(tile, at);
      const v = parameters.valueAddress(query);
      kernels.rowProducts(steps, TILE_ROWS, states.address, states.stride, v, 0, units, shares);
      kernels.softmaxOverTime(shares, steps, TILE_ROWS);
      const { address, stride: inputStride } = input;
      kernels.weightedSum(steps, TILE_ROWS, shares, address, inputStride, features, output.address, stride);
    },
    backward() {
      const d = output.gradient;
      kernels.rowProducts(steps, TILE_ROWS, input.address, input.stride, d, stride, features, shareGradients);
      kernels.softmaxGradient(shares, shareGradients, steps, TILE_ROWS);
      kernels.scoreGradient(
        rows,
        shareGradients,
        states.address,
        parameters.valueAddress(query),
        panels,
        parameters.gradientAddress(query),
        states.gradient,
      );
      hidden.backward();
      if (input.gradient === 0) return;
      kernels.addWeighted(steps, TILE_ROWS, shares, d, stride, features, input.gradient, input.stride);
    },
  };
}
