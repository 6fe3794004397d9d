// An optimiser step by Keras 2's formulas (kernels/assembly/optimizer.ts), as TensorFlow.js operations. Its own optimisers
// differ: they keep epsilon inside RMSprop's root and correct Adam's bias elsewhere.
import { type OptimizerSpec, slotsOf } from '../../model/optimizer.js';
import type { NamedTensor } from '../engine.js';
import { asSlot, requireSameTensors, StepRate, slotTensors } from '../optimizer-state.js';
import type { ModelWeight } from './model-weights.js';
import { readValues, writeValues } from './model-weights.js';
import type { Tensor, Tensorflow, Variable } from './tensors.js';

export class TfjsOptimizer {
  readonly #rate: StepRate;
  /** By slot, then by weight. */
  readonly #slots: readonly (readonly Variable[])[];

  constructor(
    private readonly tf: Tensorflow,
    private readonly spec: OptimizerSpec,
    private readonly weights: readonly ModelWeight[],
  ) {
    this.#rate = new StepRate(spec);
    this.#slots = slotsOf(spec).map(() =>
      weights.map(({ shape }) => tf.tidy(() => tf.variable(tf.zeros([...shape]), false))),
    );
  }

  /** `gradients` by weight. Call it inside a tidy. */
  step(gradients: readonly Tensor[], learningRate: number): void {
    const rate = this.#rate.next(learningRate);
    this.weights.forEach(({ variable }, at) => {
      const slots = this.#slots.map((slot) => slot[at] as Variable);
      const move = this.#move(gradients[at] as Tensor, slots, rate);
      variable.assign(this.tf.sub(variable, move));
    });
  }

  /** What is taken off a weight; steps its slots. */
  #move(gradient: Tensor, slots: readonly Variable[], rate: number): Tensor {
    const { tf, spec } = this;
    const [first, second] = slots as [Variable, Variable];
    switch (spec.type) {
      case 'sgd': {
        const step = tf.mul(gradient, rate);
        if (spec.momentum === 0) return step;
        const move = tf.sub(step, tf.mul(first, spec.momentum));
        first.assign(tf.neg(move));
        return move;
      }
      case 'rmsprop': {
        average(tf, first, tf.square(gradient), spec.rho);
        return tf.div(tf.mul(gradient, rate), tf.add(tf.sqrt(first), spec.epsilon));
      }
      case 'adam': {
        average(tf, first, gradient, spec.beta1);
        average(tf, second, tf.square(gradient), spec.beta2);
        return tf.div(tf.mul(first, rate), tf.add(tf.sqrt(second), spec.epsilon));
      }
    }
  }

  state(): NamedTensor[] {
    const tensors = slotsOf(this.spec).flatMap((slot, at) =>
      asSlot(slot, readValues(this.weights, this.#slots[at] as readonly Variable[])),
    );
    return [...tensors, this.#rate.save()];
  }

  load(state: readonly NamedTensor[]): void {
    slotsOf(this.spec).forEach((slot, at) => {
      const tensors = slotTensors(state, slot);
      requireSameTensors(tensors, this.weights);
      writeValues(this.tf, this.#slots[at] as readonly Variable[], tensors);
    });
    this.#rate.load(state);
  }

  dispose(): void {
    for (const slot of this.#slots) for (const variable of slot) variable.dispose();
  }
}

/** mean ← keep·mean + (1 − keep)·value */
function average(tf: Tensorflow, mean: Variable, value: Tensor, keep: number): void {
  mean.assign(tf.add(tf.mul(mean, keep), tf.mul(value, 1 - keep)));
}
