// Convolution over time: products over shifted rows of the time-major tile (see shifted-rows.ts), then the activation.
import { ACTIVATION_CODE } from '../../../kernels/activation-code.js';
import type { Conv1dLayer } from '../../../model/layer-spec.js';
import { conv1d, convWindow } from '../../../model/layers/conv1d.js';
import { type LayerOutput, shapeOf } from '../../layer-inputs.js';
import { placeWeights } from '../../layer-weights.js';
import { panelsOf } from '../../panels.js';
import {
  type LayerContext,
  stepBytes,
  TILE_ROWS,
  type TileTensor,
  tileValues,
  type WasmLayer,
} from '../layer.js';
import { forwardRuns, inputGradientRuns } from './shifted-rows.js';

/** Steps whose kernel gradients are summed in one go: what they read stays in the first-level cache. */
const GRADIENT_CHUNK = 8;

export function createConv1dLayer(
  spec: Conv1dLayer,
  input: TileTensor,
  shape: LayerOutput,
  context: LayerContext,
): WasmLayer {
  const { arena, parameters, gradients, key, name } = context;
  const { kernels } = arena;
  const { filters, kernelSize } = spec;
  const { steps, features } = input;
  const window = convWindow(spec);
  const panels = panelsOf(filters);
  const stride = panels * 32;
  const place = { name, firstWeight: parameters.nextIndex, key };
  const weights = placeWeights(conv1d.weights(spec, shapeOf(input)), place);
  const kernel = parameters.add(weights.kernel, {
    blocks: kernelSize,
    rows: features,
    gates: 1,
    units: filters,
  });
  const bias = parameters.add(weights.bias, { rows: 1, gates: 1, units: filters });
  const { steps: count } = shape;
  const bytes = count * TILE_ROWS * stride;
  const output: TileTensor = {
    ...shape,
    address: arena.allocate(bytes),
    gradient: gradients.take(shape, stride),
    stride,
  };
  /** Bytes of one tap's kernel, and of its transpose. */
  const tapBytes = panels * features * 32;
  const transposedBytes = panelsOf(features) * filters * 32;
  const transposed = input.gradient === 0 ? 0 : arena.allocate(kernelSize * transposedBytes);
  const code = ACTIVATION_CODE[spec.activation];
  const runs = forwardRuns(steps, window);
  const gradientRuns = transposed === 0 ? [] : inputGradientRuns(steps, window);
  const inputBytes = stepBytes(input);
  const outputBytes = stepBytes(output);

  const addKernelGradient = (): void => {
    const target = parameters.gradientAddress(kernel);
    for (const run of runs)
      for (let done = 0; done < run.steps; done += GRADIENT_CHUNK) {
        const rows = TILE_ROWS * Math.min(GRADIENT_CHUNK, run.steps - done);
        const d = output.gradient + (run.to + done) * outputBytes;
        for (let tap = 0; tap < run.taps; tap++) {
          const x = input.address + (run.from + done + tap * run.fromNext) * inputBytes;
          const gradient = target + (run.tap + tap) * tapBytes;
          kernels.accumulateGradient(rows, x, input.stride, features, d, stride, panels, gradient);
        }
      }
  };

  return {
    output,
    attach() {},
    prepare(training) {
      if (!training || transposed === 0) return;
      for (let tap = 0; tap < kernelSize; tap++)
        kernels.transposePanels(
          parameters.valueAddress(kernel) + tap * tapBytes,
          features,
          filters,
          transposed + tap * transposedBytes,
        );
    },
    forward() {
      for (const run of runs)
        kernels.convForward(
          TILE_ROWS * run.steps,
          run.taps,
          input.address + run.from * inputBytes,
          run.fromNext * inputBytes,
          input.stride,
          features,
          parameters.valueAddress(kernel) + run.tap * tapBytes,
          run.tapNext * tapBytes,
          parameters.valueAddress(bias),
          panels,
          output.address + run.to * outputBytes,
          stride,
        );
      kernels.activateInPlace(code, output.address, tileValues(output));
    },
    backward() {
      kernels.activationBackward(code, output.address, output.gradient, tileValues(output));
      kernels.accumulateBias(
        TILE_ROWS * count,
        output.gradient,
        stride,
        panels,
        parameters.gradientAddress(bias),
      );
      addKernelGradient();
      for (const run of gradientRuns)
        kernels.convInputGradient(
          TILE_ROWS * run.steps,
          run.taps,
          output.gradient + run.from * outputBytes,
          run.fromNext * outputBytes,
          stride,
          filters,
          transposed + run.tap * transposedBytes,
          run.tapNext * transposedBytes,
          panelsOf(features),
          input.gradient + run.to * inputBytes,
          input.stride,
        );
    },
  };
}
