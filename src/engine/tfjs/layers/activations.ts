// Activations by Keras 2's formulas, as TensorFlow.js operations.
import type { DenseActivation } from '../../../model/activation.js';
import type { Tensor, Tensorflow } from '../tensors.js';

export function activate(tf: Tensorflow, activation: DenseActivation, x: Tensor): Tensor {
  switch (activation) {
    case 'linear':
      return x;
    case 'relu':
      return tf.relu(x);
    case 'tanh':
      return tf.tanh(x);
    case 'sigmoid':
      return tf.sigmoid(x);
    case 'softmax':
      return tf.softmax(x);
    case 'hardSigmoid':
      return tf.clipByValue(tf.add(tf.mul(x, 0.2), 0.5), 0, 1);
  }
}
