// What a layer may stand on, the same for all engines. The sweep file's parser finds these faults first, with their paths;
// here they end a trial that came another way.
import { SweepError } from '../errors.js';
import type { LayerSpec } from '../model/layer-spec.js';

interface LayerInput {
  readonly features: number;
  readonly isSequence: boolean;
}

/** Throws MODEL_SHAPE when layer `index` cannot take `input`. */
export function requireInput(spec: LayerSpec, input: LayerInput, index: number): void {
  switch (spec.type) {
    case 'dense':
    case 'flatten':
    case 'dropout':
    case 'layerNormalization':
      return;
    case 'embedding':
      if (index === 0 && input.features === 1 && input.isSequence) return;
      throw new SweepError(
        'MODEL_SHAPE',
        'an embedding takes token ids, one a time step, straight from the data',
        {
          path: `model.layers[${index}]`,
          hint: 'make it the first layer, over data of a single column',
        },
      );
    default:
      if (input.isSequence) return;
      throw new SweepError('MODEL_SHAPE', `layer ${index} (${spec.type}) needs a sequence`, {
        path: `model.layers[${index}]`,
        hint: 'set returnSequences on the recurrent layer before it',
      });
  }
}

/** Throws MODEL_SHAPE when an embedding of `inputDim` rows has none for `id`. */
export function requireTokenId(id: number, inputDim: number, index: number): void {
  if (Number.isInteger(id) && id >= 0 && id < inputDim) return;
  throw new SweepError('MODEL_SHAPE', `token id ${id} is no whole number from 0 to ${inputDim - 1}`, {
    path: `model.layers[${index}].inputDim`,
    hint: 'inputDim must be above the largest id: the vocabulary size with its reserved ids',
  });
}

/** Throws MODEL_SHAPE when the layers are no model: what leaves the last of them must be one vector a sample. */
export function requireModel(layers: readonly LayerSpec[], output: { readonly isSequence: boolean }): void {
  if (!output.isSequence && layers.some(({ type }) => type !== 'flatten')) return;
  throw new SweepError('MODEL_SHAPE', 'the model must end in one vector a sample', {
    path: 'model',
    hint: 'add a dense layer after a flatten or a recurrent layer that returns its last state',
  });
}

/** A model without weights can only be evaluated. */
export function requireTrainable({ parameterCount }: { readonly parameterCount: number }): void {
  if (parameterCount === 0)
    throw new SweepError('INTERNAL', 'a model without weights was to be trained: it can only be evaluated');
}
