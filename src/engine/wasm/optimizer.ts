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
  ) {
    const { table } = parameters;
    if (table) table.replay = (row, first, count) => this.#replay(row * table.rowBytes, first, count);
  }

  step(learningRate: number): void {
    const { table, tableBytes, regionValues } = this.parameters;
    const rate = this.#nextRate(learningRate);
    this.#move(tableBytes, regionValues - tableBytes / 4, rate);
    if (!table) return;
    for (const row of table.usedRows) this.#move(row * table.rowBytes, table.rowBytes / 4, rate);
    this.parameters.rememberRate(rate);
    table.endStep();
  }

  /** The learning rate, with Adam's bias correction in it. */
  #nextRate(learningRate: number): number {
    if (this.spec.type !== 'adam') return learningRate;
    // Running products: the same bits everywhere, which a host's pow does not promise.
    this.#beta1Power *= this.spec.beta1;
    this.#beta2Power *= this.spec.beta2;
    return (learningRate * Math.sqrt(1 - this.#beta2Power)) / (1 - this.#beta1Power);
  }

  /** One step of `count` values that lie `offset` bytes into the regions. */
  #move(offset: number, count: number, rate: number): void {
    const { kernels } = this.parameters.arena;
    const { values, gradients, slots } = this.parameters.regions;
    const p = values + offset;
    const g = gradients + offset;
    const [first = 0, second = 0] = slots.map((slot) => slot + offset);
    switch (this.spec.type) {
      case 'sgd':
        kernels.stepSgd(p, g, first, count, rate, this.spec.momentum);
        return;
      case 'rmsprop': {
        const { rho, epsilon } = this.spec;
        kernels.stepRmsprop(p, g, first, count, rate, rho, 1 - rho, epsilon);
        return;
      }
      case 'adam': {
        const { beta1, beta2, epsilon } = this.spec;
        kernels.stepAdam(p, g, first, second, count, rate, beta1, 1 - beta1, beta2, 1 - beta2, epsilon);
        return;
      }
    }
  }

  /** Steps `from` to `from + steps − 1` of a table row, which missed them: its gradient was 0 in each. */
  #replay(offset: number, from: number, steps: number): void {
    const { kernels } = this.parameters.arena;
    const { values, slots } = this.parameters.regions;
    const { zeros, rates, count } = this.parameters.replaying;
    const p = values + offset;
    const rateAt = rates + 4 * from;
    const [first = 0, second = 0] = slots.map((slot) => slot + offset);
    switch (this.spec.type) {
      case 'sgd':
        if (this.spec.momentum !== 0)
          kernels.replaySgd(p, zeros, first, count, rateAt, steps, this.spec.momentum);
        return;
      case 'rmsprop': {
        const { rho, epsilon } = this.spec;
        kernels.replayRmsprop(p, zeros, first, count, rateAt, steps, rho, 1 - rho, epsilon);
        return;
      }
      case 'adam': {
        const { beta1, beta2, epsilon } = this.spec;
        kernels.replayAdam(
          p,
          zeros,
          first,
          second,
          count,
          rateAt,
          steps,
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
