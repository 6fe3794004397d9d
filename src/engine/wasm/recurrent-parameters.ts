// Weights of a recurrent layer: Keras names, shapes and initial values.
import type { GruLayer, LstmLayer } from '../../study/layer-spec.js';
import { glorotUniform, initialStream, orthogonal } from '../initializers.js';
import type { LayerContext } from './layer.js';
import type { Parameter } from './parameters.js';

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
  const columns = gates * units;
  const kernelStream = initialStream(key, parameters.nextIndex);
  const recurrentStream = initialStream(key, parameters.nextIndex + 1);
  const kernel = parameters.add(
    {
      name: `${name}/kernel`,
      shape: [features, columns],
      rows: features,
      gates,
      units,
      l2: spec.kernelL2,
    },
    () => glorotUniform(features * columns, features, columns, kernelStream),
  );
  const recurrentKernel = parameters.add(
    {
      name: `${name}/recurrentKernel`,
      shape: [units, columns],
      rows: units,
      gates,
      units,
      l2: spec.recurrentL2,
    },
    () => orthogonal(units, columns, recurrentStream),
  );
  const drawBias = (): Float32Array => {
    const values = new Float32Array(columns);
    // Unit forget bias (Jozefowicz et al. 2015): the second gate of an LSTM.
    return spec.type === 'lstm' && spec.unitForgetBias ? values.fill(1, units, 2 * units) : values;
  };
  const biasLayout = { shape: [columns], rows: 1, gates, units, l2: 0 };
  const bias = parameters.add({ ...biasLayout, name: `${name}/bias` }, drawBias);
  const hasRecurrentBias = spec.type === 'gru' && spec.resetAfter;
  return {
    kernel,
    recurrentKernel,
    bias,
    recurrentBias: hasRecurrentBias
      ? parameters.add({ ...biasLayout, name: `${name}/recurrentBias` }, drawBias)
      : null,
  };
}
