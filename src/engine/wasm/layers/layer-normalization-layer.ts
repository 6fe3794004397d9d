// Layer normalisation over the features of a vector, or of every time step.
import type { LayerNormalizationLayer } from '../../../model/layer-spec.js';
import { layerNormalization } from '../../../model/layers/layer-normalization.js';
import { type LayerOutput, shapeOf } from '../../layer-inputs.js';
import { placeWeights } from '../../layer-weights.js';
import { panelsOf } from '../../panels.js';
import { type LayerContext, TILE_ROWS, type TileTensor, tileValues, type WasmLayer } from '../layer.js';

export function createLayerNormalizationLayer(
  spec: LayerNormalizationLayer,
  input: TileTensor,
  shape: LayerOutput,
  { arena, parameters, gradients, key, name }: LayerContext,
): WasmLayer {
  const { kernels } = arena;
  const { features: units } = input;
  const rows = TILE_ROWS * input.steps;
  const panels = panelsOf(units);
  const stride = panels * 32;
  const place = { name, firstWeight: parameters.nextIndex, key };
  const weights = placeWeights(layerNormalization.weights(spec, shapeOf(input)), place);
  const packing = { rows: 1, gates: 1, units };
  const gamma = parameters.add(weights.gamma, packing);
  const beta = parameters.add(weights.beta, packing);
  const normalized = arena.allocate(rows * stride);
  const scales = arena.allocate(4 * rows);
  /** d ∘ x̂, whose column sums are the gradient of γ. */
  const products = arena.allocate(rows * stride);
  const output: TileTensor = {
    ...shape,
    address: arena.allocate(rows * stride),
    gradient: gradients.take(shape, stride),
    stride,
  };

  return {
    output,
    attach() {},
    prepare() {},
    forward() {
      kernels.layerNormForward(
        rows,
        input.address,
        input.stride,
        units,
        parameters.valueAddress(gamma),
        parameters.valueAddress(beta),
        spec.epsilon,
        normalized,
        scales,
        output.address,
        stride,
      );
    },
    backward() {
      const d = output.gradient;
      kernels.multiply(d, normalized, products, tileValues(output));
      kernels.accumulateBias(rows, products, stride, panels, parameters.gradientAddress(gamma));
      kernels.accumulateBias(rows, d, stride, panels, parameters.gradientAddress(beta));
      if (input.gradient === 0) return;
      const gammaAddress = parameters.valueAddress(gamma);
      kernels.layerNormInputGradient(
        rows,
        d,
        stride,
        units,
        gammaAddress,
        normalized,
        scales,
        input.gradient,
        input.stride,
      );
    },
  };
}
