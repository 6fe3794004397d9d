// The weights of a recurrent layer as parameters of the wasm engine: gates apart.
import type { GruLayer, LstmLayer } from '../../../model/layer-spec.js';
import { recurrentWeights } from '../../layer-weights.js';
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
  features: number,
  name: string,
  { parameters, key }: LayerContext,
): RecurrentParameters {
  const { units } = spec;
  const gates = spec.type === 'lstm' ? 4 : 3;
  const place = { name, firstWeight: parameters.nextIndex, key };
  const { kernel, recurrentKernel, bias, recurrentBias } = recurrentWeights(spec, features, place);
  return {
    kernel: parameters.add(kernel, { rows: features, gates, units }),
    recurrentKernel: parameters.add(recurrentKernel, { rows: units, gates, units }),
    bias: parameters.add(bias, { rows: 1, gates, units }),
    recurrentBias: recurrentBias && parameters.add(recurrentBias, { rows: 1, gates, units }),
  };
}
