// Rows of a table by their numbers, with the table's gradient: summed row by row on the host, as not every backend has an
// operation for it.
import type { Tensor, Tensorflow, Variable } from '../tensors.js';

/** `[ids, width]`: of `table`, `[rows, width]`, the row of each id. */
export function lookUp(tf: Tensorflow, table: Variable, ids: Int32Array): Tensor {
  const [rows = 0, width = 0] = table.shape;
  return tf.customGrad((values) => ({
    value: tf.gather(values as Tensor, tf.tensor1d(ids, 'int32')),
    gradFunc: (dy: Tensor) => {
      const slopes = dy.dataSync();
      const gradient = new Float32Array(rows * width);
      ids.forEach((id, row) => {
        for (let d = 0; d < width; d++)
          gradient[id * width + d] =
            (gradient[id * width + d] as number) + (slopes[row * width + d] as number);
      });
      return tf.tensor2d(gradient, [rows, width]);
    },
  }))(table);
}
