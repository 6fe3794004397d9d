// The two files of a TensorFlow.js LayersModel: `model.json` (topology and a manifest of the weights) and `weights.bin`.
import { SweepError } from '../../errors.js';
import { type ExportedModel, WEIGHTS_FILE } from './exported-model.js';
import {
  describeLayersModel,
  findInexpressible,
  fixedWeights,
  layersModelWeightName,
} from './layer-configs.js';

export interface LayersModelFiles {
  readonly model: object;
  readonly weights: Uint8Array;
}

/** Throws EXPORT_IMPOSSIBLE when TensorFlow.js' standard layers cannot express the model. */
export function encodeLayersModel({ description, weights }: ExportedModel): LayersModelFiles {
  const { layers, timesteps, features, writtenBy, trial } = description;
  const why = findInexpressible(layers);
  if (why !== null) {
    throw new SweepError('EXPORT_IMPOSSIBLE', `trial ${trial} cannot be a LayersModel: ${why}`, {
      hint: 'choose another one with --trial ID; "sweep predict STUDY" works with every model',
    });
  }
  const tensors = [
    ...weights.map((tensor) => ({ ...tensor, name: layersModelWeightName(layers, tensor.name) })),
    ...fixedWeights(layers, timesteps, features),
  ];
  return {
    model: {
      format: 'layers-model',
      generatedBy: writtenBy,
      convertedBy: null,
      modelTopology: describeLayersModel(layers, timesteps, features),
      weightsManifest: [
        {
          paths: [WEIGHTS_FILE],
          weights: tensors.map(({ name, shape }) => ({ name, shape, dtype: 'float32' })),
        },
      ],
    },
    weights: Buffer.concat(
      tensors.map(({ values }) => Buffer.from(values.buffer, values.byteOffset, values.byteLength)),
    ),
  };
}
