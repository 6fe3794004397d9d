// The contract of an engine: what trains a model. Implementations: wasm/ (own SIMD kernels), tfjs/ (TensorFlow.js).
// The training loop, evaluation and checkpoints stand above this contract and know no engine by name.
import type { SampleSet } from '../dataset/sample-set.js';
import type { LayerSpec } from '../model/layer-spec.js';
import type { Loss } from '../model/loss.js';
import type { OptimizerSpec } from '../model/optimizer.js';
import type { EngineName } from '../study/trial/trial.js';

/** A named float32 array in Keras layout: kernel `[F, gates·U]`, recurrentKernel `[U, gates·U]`, bias `[gates·U]`. */
export interface NamedTensor {
  /** `<layer index>.<layer type>/<weight name>`, such as `0.gru/recurrentKernel`; stable across engines. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

export interface ModelDefinition {
  readonly layers: readonly LayerSpec[];
  /** One sample is `[timesteps, features]`. */
  readonly timesteps: number;
  readonly features: number;
  readonly loss: Loss;
  /** Of the pinball loss, ascending: the model answers with one value each for every target. */
  readonly quantiles?: readonly number[] | undefined;
  /** What samples of each class count in trainBatch. */
  readonly classWeights?: readonly number[] | undefined;
  readonly optimizer: OptimizerSpec;
  /** Largest norm of all gradients together, penalties included (Keras 2's clipnorm); absent: not clipped. */
  readonly clipNorm?: number | undefined;
  /** Largest batch that trainBatch and predict receive. */
  readonly batchSize: number;
  /** Keys the counter-based random numbers of initial weights and dropout masks. */
  readonly seed: number;
}

/** Where in the trial a step stands: keys the dropout masks, so that a resumed trial draws the same ones. */
export interface StepPosition {
  /** 1-based. */
  readonly epoch: number;
  /** 0-based within the epoch. */
  readonly step: number;
  readonly learningRate: number;
}

export interface Model {
  /** Trainable parameters. */
  readonly parameterCount: number;
  /** Values per sample in a prediction. */
  readonly outputUnits: number;
  /** One optimiser step on the samples `indices` (`[B]`, B ≤ batchSize); returns the mean loss before the step. */
  trainBatch(samples: SampleSet, indices: Uint32Array, at: StepPosition): number;
  /** Forward pass without dropout; writes `[B, outputUnits]` into `out`. */
  predict(samples: SampleSet, indices: Uint32Array, out: Float32Array): void;
  /** Σ λ·w² over the penalised weights as they are; 0 where none is. What trainBatch adds to its loss. */
  penalty(): number;
  /** Copies, in layer order. */
  weights(): NamedTensor[];
  /** Copies: slots of the optimiser, and its step count where it has one. */
  optimizerState(): NamedTensor[];
  /** Throws CHECKPOINT_CORRUPT when names or shapes do not fit. */
  load(weights: readonly NamedTensor[], optimizerState?: readonly NamedTensor[]): void;
  dispose(): void;
}

export interface Engine {
  readonly name: EngineName;
  /** Changes whenever its numbers may: part of the trial id. */
  readonly numericsVersion: string;
  /** True when the same trial gives the same bits on every machine. */
  readonly bitExact: boolean;
  /** What runs it, for people: `wasm simd128`, `tfjs-node-gpu 4.22 (CUDA 11)`. */
  readonly backend: string;
  build(definition: ModelDefinition): Model;
}
