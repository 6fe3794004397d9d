// TensorFlow.js' types as this engine names them.
import type * as tensorflow from '@tensorflow/tfjs';

/** The module itself: every package of TensorFlow.js exports the same functions. */
export type Tensorflow = typeof tensorflow;
export type Tensor = tensorflow.Tensor;
export type Variable = tensorflow.Variable;
