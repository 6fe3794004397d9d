// Dense: act(x·W + b) on a vector, or on every time step of a sequence (as Keras does).
import { ACTIVATION_CODE } from '../../../kernels/activation-code.js';
import type { DenseLayer } from '../../../model/layer-spec.js';
import { dense } from '../../../model/layers/dense.js';
import { type LayerOutput, shapeOf } from '../../layer-inputs.js';
import { placeWeights } from '../../layer-weights.js';
import { panelsOf } from '../../panels.js';
import { type LayerContext, TILE_ROWS, type TileTensor, type WasmLayer } from '../layer.js';

export function createDenseLayer(
  spec: DenseLayer,
  input: TileTensor,
  shape: LayerOutput,
  context: LayerContext,
): WasmLayer {
  const { arena, parameters, gradients, key, name } = context;
  const { kernels } = arena;
  const { units } = spec;
  const { features } = input;
  const panels = panelsOf(units);
  const rows = TILE_ROWS * input.steps;
  const place = { name, firstWeight: parameters.nextIndex, key };
  const weights = placeWeights(dense.weights(spec, shapeOf(input)), place);
  const kernel = parameters.add(weights.kernel, { rows: features, gates: 1, units });
  const bias = parameters.add(weights.bias, { rows: 1, gates: 1, units });
  const stride = panels * 32;
  const bytes = rows * stride;
  const output: TileTensor = {
    ...shape,
    address: arena.allocate(bytes),
    gradient: gradients.take(shape, stride),
    stride,
  };
  const transposed = input.gradient === 0 ? 0 : arena.allocate(panelsOf(features) * units * 32);
  const code = spec.activation === 'softmax' ? null : ACTIVATION_CODE[spec.activation];

  return {
    output,
    attach() {},
    prepare(training) {
      if (training && transposed !== 0)
        kernels.transposePanels(parameters.valueAddress(kernel), features, units, transposed);
    },
    forward() {
      kernels.denseForward(
        rows,
        input.address,
        input.stride,
        features,
        parameters.valueAddress(kernel),
        parameters.valueAddress(bias),
        panels,
        output.address,
      );
      if (code === null) kernels.softmaxForward(rows, units, output.address, stride);
      else kernels.activateInPlace(code, output.address, bytes / 4);
    },
    backward() {
      if (code === null) kernels.softmaxBackward(rows, units, output.address, output.gradient, stride);
      else kernels.activationBackward(code, output.address, output.gradient, bytes / 4);
      kernels.denseBackward(
        rows,
        input.address,
        input.stride,
        features,
        output.gradient,
        units,
        panels,
        parameters.gradientAddress(kernel),
        parameters.gradientAddress(bias),
        transposed,
        input.gradient,
        input.stride,
      );
    },
  };
}
