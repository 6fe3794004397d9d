// A model on TensorFlow.js: layers in order, differentiated by it, stepped by our optimiser. All work happens inside a
// tidy: between calls a model holds its weights and slots, nothing else.
import type { SampleSet } from '../../dataset/sample-set.js';
import { SweepError } from '../../errors.js';
import { keyOfSeed } from '../../kernels/random.js';
import type { Model, ModelDefinition, NamedTensor, StepPosition } from '../engine.js';
import { requireModel, requireTrainable } from '../layer-inputs.js';
import { requireSameTensors } from '../optimizer-state.js';
import { trainingLossOf } from '../sample-loss.js';
import { createLayer } from './create-layer.js';
import type { FusedOps } from './fused-check.js';
import type { LayerShape, TfjsLayer } from './layer.js';
import { DropoutMasks } from './layers/dropout-masks.js';
import { lossOfBatch } from './loss.js';
import { createWeight, type ModelWeight, readValues, writeValues } from './model-weights.js';
import { TfjsOptimizer } from './optimizer.js';
import type { Tensor, Tensorflow } from './tensors.js';

export class TfjsModel implements Model {
  readonly #layers: TfjsLayer[] = [];
  readonly #weights: ModelWeight[] = [];
  readonly #output: LayerShape;
  readonly #optimizer: TfjsOptimizer;

  constructor(
    readonly definition: ModelDefinition,
    private readonly tf: Tensorflow,
    kernels: WebAssembly.Module,
    fused: FusedOps | null,
  ) {
    const { layers, timesteps, features, seed, optimizer } = definition;
    const key = keyOfSeed(seed);
    const masks = new DropoutMasks(kernels, key);
    const weights = this.#weights;
    let last: LayerShape = { steps: timesteps, isSequence: true, features, maskStride: features };
    try {
      layers.forEach((spec, index) => {
        const layer = createLayer(spec, last, {
          tf,
          masks,
          fused,
          key,
          index,
          name: `${index}.${spec.type}`,
          get nextWeight() {
            return weights.length;
          },
          addWeight(weight) {
            const added = createWeight(tf, weight);
            weights.push(added);
            return added.variable;
          },
        });
        this.#layers.push(layer);
        last = layer.output;
      });
      requireModel(layers, last);
      masks.commit();
    } catch (thrown) {
      this.#disposeWeights();
      throw thrown;
    }
    this.#output = last;
    this.#optimizer = new TfjsOptimizer(tf, optimizer, weights);
  }

  get parameterCount(): number {
    return this.#weights.reduce((sum, { variable }) => sum + variable.size, 0);
  }

  get outputUnits(): number {
    return this.#output.features;
  }

  trainBatch(samples: SampleSet, indices: Uint32Array, at: StepPosition): number {
    requireTrainable(this);
    const { tf } = this;
    return tf.tidy(() => {
      const x = this.#gather(samples, indices);
      const sampleLoss = trainingLossOf(this.definition, this.outputUnits, samples);
      const targets = new Float32Array(indices.length * sampleLoss.targets);
      samples.gatherTargets(indices, 0, indices.length, targets, 0);
      let mean = Number.NaN;
      const { grads } = tf.variableGrads(
        () => {
          const loss = lossOfBatch(tf, sampleLoss, this.#forward(x, at), targets);
          mean = loss.mean;
          return loss.scalar.asScalar();
        },
        this.#weights.map(({ variable }) => variable),
      );
      const { gradients, penalty } = this.#penalize(
        this.#weights.map(({ name, variable }) => requireGradient(name, grads[variable.name])),
      );
      this.#optimizer.step(this.#clip(gradients), at.learningRate);
      return mean + penalty;
    });
  }

  predict(samples: SampleSet, indices: Uint32Array, out: Float32Array): void {
    const predictions = this.tf.tidy(() => this.#forward(this.#gather(samples, indices), null).dataSync());
    out.set(predictions);
  }

  penalty(): number {
    return this.tf.tidy(() => this.#weights.reduce((sum, weight) => sum + this.#penaltyOf(weight), 0));
  }

  weights(): NamedTensor[] {
    return readValues(this.#weights);
  }

  optimizerState(): NamedTensor[] {
    return this.#optimizer.state();
  }

  load(weights: readonly NamedTensor[], optimizerState?: readonly NamedTensor[]): void {
    requireSameTensors(weights, this.#weights);
    const variables = this.#weights.map(({ variable }) => variable);
    writeValues(this.tf, variables, weights);
    if (optimizerState) this.#optimizer.load(optimizerState);
  }

  dispose(): void {
    this.#optimizer.dispose();
    this.#disposeWeights();
  }

  #disposeWeights(): void {
    for (const { variable } of this.#weights) variable.dispose();
  }

  /** `[B, T, F]` */
  #gather(samples: SampleSet, indices: Uint32Array): Tensor {
    const { timesteps, features } = this.definition;
    const rowValues = timesteps * features;
    const values = new Float32Array(indices.length * rowValues);
    samples.gather(indices, 0, indices.length, values, 0, features, rowValues);
    return this.tf.tensor3d(values, [indices.length, timesteps, features]);
  }

  #forward(x: Tensor, at: StepPosition | null): Tensor {
    return this.#layers.reduce((values, layer) => layer.forward(values, at), x);
  }

  /** Adds 2·λ·w to the gradients of penalised weights; the penalty is Σ λ·w². */
  #penalize(gradients: readonly Tensor[]): { gradients: Tensor[]; penalty: number } {
    const { tf } = this;
    let penalty = 0;
    const penalized = gradients.map((gradient, at) => {
      const weight = this.#weights[at] as ModelWeight;
      if (weight.l2 === 0) return gradient;
      penalty += this.#penaltyOf(weight);
      return tf.add(gradient, tf.mul(weight.variable, 2 * weight.l2));
    });
    return { gradients: penalized, penalty };
  }

  #penaltyOf({ l2, variable }: ModelWeight): number {
    const { tf } = this;
    return l2 === 0 ? 0 : l2 * (tf.sum(tf.square(variable)).dataSync()[0] as number);
  }

  /** Scales all gradients by clipNorm/norm where their joint norm is larger. */
  #clip(gradients: readonly Tensor[]): readonly Tensor[] {
    const { tf } = this;
    const { clipNorm } = this.definition;
    if (clipNorm === undefined) return gradients;
    const squares = tf.addN(gradients.map((gradient) => tf.sum(tf.square(gradient))));
    const norm = Math.sqrt(squares.dataSync()[0] as number);
    if (norm <= clipNorm) return gradients;
    return gradients.map((gradient) => tf.mul(gradient, clipNorm / norm));
  }
}

function requireGradient(name: string, gradient: Tensor | undefined): Tensor {
  if (gradient) return gradient;
  throw new SweepError('INTERNAL', `TensorFlow.js has no gradient of ${name}`);
}
