// Floating-point operations of the matrix products of a training step: what a model costs at least. Everything else
// (activations, masks, pools, the optimiser) is left out, so that it shows as distance from the machine's product rate.
import type { ModelDefinition } from '../../src/engine/engine.js';
import type { LayerSpec } from '../../src/model/layer-spec.js';
import { convWindow } from '../../src/model/layers/conv1d.js';
import { poolWindow } from '../../src/model/layers/pooling.js';
import { placeWindows } from '../../src/model/sliding-window.js';

interface Shape {
  readonly steps: number;
  readonly features: number;
}

/** Multiply-adds of one sample's products by the weights that read the input, and by those that read the state. */
interface Products {
  readonly input: number;
  readonly state: number;
  readonly output: Shape;
}

function productsOf(layer: LayerSpec, { steps, features }: Shape): Products {
  switch (layer.type) {
    case 'gru':
    case 'lstm': {
      const { units, returnSequences } = layer;
      const perStep = (layer.type === 'gru' ? 3 : 4) * units;
      const output = { steps: returnSequences ? steps : 1, features: units };
      return { input: steps * perStep * features, state: steps * perStep * units, output };
    }
    case 'bidirectional': {
      const { input, state, output } = productsOf(layer.layer, { steps, features });
      const width = layer.merge === 'concat' ? 2 : 1;
      return {
        input: 2 * input,
        state: 2 * state,
        output: { ...output, features: width * output.features },
      };
    }
    case 'conv1d': {
      const { count } = placeWindows(steps, convWindow(layer));
      const input = count * layer.kernelSize * features * layer.filters;
      return { input, state: 0, output: { steps: count, features: layer.filters } };
    }
    case 'dense':
      return { input: features * layer.units, state: 0, output: { steps, features: layer.units } };
    case 'maxPooling1d':
    case 'averagePooling1d':
    case 'globalMaxPooling1d':
    case 'globalAveragePooling1d': {
      const { count } = placeWindows(steps, poolWindow(layer, steps));
      return { input: 0, state: 0, output: { steps: count, features } };
    }
    case 'residual': {
      let [flowing, inputs, inside]: [Shape, number[], number] = [{ steps, features }, [], 0];
      for (const inner of layer.layers) {
        const { input, state, output } = productsOf(inner, flowing);
        inputs = [...inputs, input];
        inside += state;
        flowing = output;
      }
      // Every layer inside but the first hands gradients down, as what reads a state does.
      const [first = 0, ...later] = inputs;
      const state = inside + later.reduce((sum, input) => sum + input, 0);
      if (layer.merge === 'concat') {
        return { input: first, state, output: { steps, features: features + flowing.features } };
      }
      const projection = flowing.features === features ? 0 : steps * features * flowing.features;
      return { input: first + projection, state, output: flowing };
    }
    case 'attention':
      return {
        input: steps * features * layer.units,
        state: steps * (layer.units + features),
        output: { steps: 1, features },
      };
    case 'lastStep':
      return { input: 0, state: 0, output: { steps: 1, features } };
    case 'embedding':
      return { input: 0, state: 0, output: { steps, features: layer.outputDim } };
    case 'flatten':
      return { input: 0, state: 0, output: { steps: 1, features: steps * features } };
    default:
      return { input: 0, state: 0, output: { steps, features } };
  }
}

/** Of one batch: a training step (forward, the weights' gradients, and the gradients that are passed down), and a forward pass. */
export function productFlops(
  { layers, timesteps, features }: ModelDefinition,
  batch: number,
): { readonly step: number; readonly forward: number } {
  let shape: Shape = { steps: timesteps, features };
  let [step, forward] = [0, 0];
  let hasWeightsBelow = false;
  for (const layer of layers) {
    const { input, state, output } = productsOf(layer, shape);
    step += (hasWeightsBelow ? 3 : 2) * input + 3 * state;
    forward += input + state;
    hasWeightsBelow ||= input > 0 || layer.type === 'embedding';
    shape = output;
  }
  return { step: 2 * batch * step, forward: 2 * batch * forward };
}
