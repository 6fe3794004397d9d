// The weights of a recurrent layer as parameters of the wasm engine: gates apart.
import type { GruLayer, LstmLayer } from '../../../model/layer-spec.js';
import { cellWeights, gatesOf } from '../../../model/layers/cell.js';
import { type LayerOutput, shapeOf } from '../../layer-inputs.js';
import { placeWeights } from '../../layer-weights.js';
import type { LayerContext } from '../layer.js';
import type { Parameter } from '../parameters.js';

export interface RecurrentParameters {
  readonly kernel: Parameter;
  readonly recurrentKernel: Parameter;
  readonly bias: Parameter;
  readonly recurrentBias: Parameter | null;
}

export function addRecurrentParameters(
  spec: GruLayer | LstmLayer,
  input: LayerOutput,
  name: string,
  { parameters, key }: LayerContext,
): RecurrentParameters {
  const { features } = input;
  const { units } = spec;
  const gates = gatesOf(spec);
  const place = { name, firstWeight: parameters.nextIndex, key };
  const weights = placeWeights(cellWeights(spec, shapeOf(input)), place);
  const { kernel, recurrentKernel, bias, recurrentBias } = weights;
  return {
    kernel: parameters.add(kernel, { rows: features, gates, units }),
    recurrentKernel: parameters.add(recurrentKernel, { rows: units, gates, units }),
    bias: parameters.add(bias, { rows: 1, gates, units }),
    recurrentBias: recurrentBias ? parameters.add(recurrentBias, { rows: 1, gates, units }) : null,
  };
}
