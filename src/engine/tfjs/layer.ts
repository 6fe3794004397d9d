// The contract between the tfjs model and its layers. Tensors are `[B, T, F]` for sequences, `[B, F]` for vectors; layers
// run inside the model's tf.tidy and TensorFlow.js differentiates what they do.
import type { RandomKey } from '../../kernels/random.js';
import type { StepPosition } from '../engine.js';
import type { LayerOutput } from '../layer-inputs.js';
import type { Weight } from '../layer-weights.js';
import type { FusedOps } from './fused-check.js';
import type { DropoutMasks } from './layers/dropout-masks.js';
import type { Tensor, Tensorflow, Variable } from './tensors.js';

/** Values between two layers for one sample. */
export interface LayerShape extends LayerOutput {
  /**
   * Values from one row to the next where the wasm engine keeps them, in float32: dropout masks are numbered by it, so
   * that both engines drop the same values.
   */
  readonly maskStride: number;
}

export interface LayerContext {
  readonly tf: Tensorflow;
  readonly masks: DropoutMasks;
  /** null: recurrent layers are plain. */
  readonly fused: FusedOps | null;
  readonly key: RandomKey;
  /** Prefix of the weights' names: `2.dense`. */
  readonly name: string;
  /** Keys random numbers: the 0-based place in the model; of a layer inside another, see layer-inputs.ts. */
  readonly index: number;
  /** How many weights the model has so far: the next one's index. */
  readonly nextWeight: number;
  /** Adds a weight to the model, after those before it. */
  addWeight(weight: Weight): Variable;
}

export interface TfjsLayer {
  readonly output: LayerShape;
  /** `at` is null outside training: no dropout. */
  forward(x: Tensor, at: StepPosition | null): Tensor;
}
