// An optimiser step over all parameters of a model. Owns the slots and Adam's bias correction; formulas: the kernels.
import { SweepError } from '../../errors.js';
import type { OptimizerSpec } from '../../study/layer-spec.js';
import type { NamedTensor } from '../engine.js';
import type { ParameterStore } from './parameters.js';

export const OPTIMIZER_SLOTS: Record<OptimizerSpec['type'], readonly string[]> = {
  sgd: ['velocity'],
  rmsprop: ['meanSquare'],
  adam: ['firstMoment', 'secondMoment'],
};

/** Adam's running powers of its betas, kept as doubles in the checkpoint through two float32 words each. */
const POWERS = 'optimizer/powers';

export class WasmOptimizer {
  #beta1Power = 1;
  #beta2Power = 1;

  constructor(
    readonly spec: OptimizerSpec,
    readonly parameters: ParameterStore,
  ) {}

  step(learningRate: number): void {
    const { kernels } = this.parameters.arena;
    const { values, gradients, slots } = this.parameters.regions;
    const count = this.parameters.regionValues;
    const [first = 0, second = 0] = slots;
    switch (this.spec.type) {
      case 'sgd':
        kernels.stepSgd(values, gradients, first, count, learningRate, this.spec.momentum);
        return;
      case 'rmsprop':
        kernels.stepRmsprop(
          values,
          gradients,
          first,
          count,
          learningRate,
          this.spec.rho,
          1 - this.spec.rho,
          this.spec.epsilon,
        );
        return;
      case 'adam': {
        const { beta1, beta2, epsilon } = this.spec;
        // Running products: the same bits everywhere, which a host's pow does not promise.
        this.#beta1Power *= beta1;
        this.#beta2Power *= beta2;
        const rate = (learningRate * Math.sqrt(1 - this.#beta2Power)) / (1 - this.#beta1Power);
        kernels.stepAdam(
          values,
          gradients,
          first,
          second,
          count,
          rate,
          beta1,
          1 - beta1,
          beta2,
          1 - beta2,
          epsilon,
        );
        return;
      }
    }
  }

  state(): NamedTensor[] {
    const names = OPTIMIZER_SLOTS[this.spec.type];
    const tensors = names.flatMap((slot, at) =>
      this.parameters
        .read(this.parameters.regions.slots[at])
        .map((tensor) => ({ ...tensor, name: `${slot}/${tensor.name}` })),
    );
    const powers = new Float32Array(new Float64Array([this.#beta1Power, this.#beta2Power]).buffer);
    return [...tensors, { name: POWERS, shape: [4], values: powers }];
  }

  load(state: readonly NamedTensor[]): void {
    const names = OPTIMIZER_SLOTS[this.spec.type];
    for (const [at, slot] of names.entries()) {
      const prefix = `${slot}/`;
      const tensors = state
        .filter(({ name }) => name.startsWith(prefix))
        .map((tensor) => ({ ...tensor, name: tensor.name.slice(prefix.length) }));
      this.parameters.write(tensors, this.parameters.regions.slots[at]);
    }
    const powers = state.find(({ name }) => name === POWERS);
    if (powers?.values.length !== 4)
      throw new SweepError('CHECKPOINT_CORRUPT', 'checkpoint lacks the optimiser’s running powers');
    const [beta1Power, beta2Power] = new Float64Array(powers.values.slice().buffer);
    this.#beta1Power = beta1Power as number;
    this.#beta2Power = beta2Power as number;
  }
}
