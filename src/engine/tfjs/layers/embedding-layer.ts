// Embedding: a vector for each token id; ids are the model's input, `[B, T, 1]`. The gradient of the table is summed row
// by row on the host: not every backend has an operation for it.
import type { EmbeddingLayer } from '../../../model/layer-spec.js';
import { embedding } from '../../../model/layers/embedding.js';
import { type LayerOutput, requireTokenId, shapeOf } from '../../layer-inputs.js';
import { placeWeights } from '../../layer-weights.js';
import { panelsOf } from '../../panels.js';
import type { LayerContext, LayerShape, TfjsLayer } from '../layer.js';
import type { Tensor } from '../tensors.js';

export function createEmbeddingLayer(
  spec: EmbeddingLayer,
  input: LayerShape,
  shape: LayerOutput,
  context: LayerContext,
): TfjsLayer {
  const { tf, key, index, name } = context;
  const { inputDim, outputDim } = spec;
  const place = { name, firstWeight: context.nextWeight, key };
  const table = context.addWeight(placeWeights(embedding.weights(spec, shapeOf(input)), place).embeddings);
  const { steps } = input;

  const lookUp = (ids: Int32Array) =>
    tf.customGrad((values) => ({
      value: tf.gather(values as Tensor, tf.tensor1d(ids, 'int32')),
      gradFunc: (dy: Tensor) => {
        const slopes = dy.dataSync();
        const gradient = new Float32Array(inputDim * outputDim);
        ids.forEach((id, row) => {
          for (let d = 0; d < outputDim; d++)
            gradient[id * outputDim + d] =
              (gradient[id * outputDim + d] as number) + (slopes[row * outputDim + d] as number);
        });
        return tf.tensor2d(gradient, [inputDim, outputDim]);
      },
    }))(table);

  return {
    output: { ...shape, maskStride: 8 * panelsOf(outputDim) },
    forward(x) {
      const values = x.dataSync();
      for (const id of values) requireTokenId(id, inputDim, index);
      const ids = Int32Array.from(values);
      return tf.reshape(lookUp(ids), [-1, steps, outputDim]);
    },
  };
}
