// An optimiser step over all parameters of a model: which kernel steps which memory. Formulas: the kernels.
import { type OptimizerSpec, slotsOf } from '../../model/optimizer.js';
import type { NamedTensor } from '../engine.js';
import { asSlot, StepRate, slotTensors } from '../optimizer-state.js';
import type { ParameterStore } from './parameters.js';

export class WasmOptimizer {
  readonly #rate: StepRate;

  constructor(
    readonly spec: OptimizerSpec,
    readonly parameters: ParameterStore,
  ) {
    this.#rate = new StepRate(spec);
    const { table } = parameters;
    if (table) table.replay = (row, first, count) => this.#replay(row * table.rowBytes, first, count);
  }

  step(learningRate: number): void {
    const { table, tableBytes, regionValues } = this.parameters;
    const rate = this.#rate.next(learningRate);
    this.#move(tableBytes, regionValues - tableBytes / 4, rate);
    if (!table) return;
    for (const row of table.usedRows) this.#move(row * table.rowBytes, table.rowBytes / 4, rate);
    this.parameters.rememberRate(rate);
    table.endStep();
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
    const tensors = slotsOf(this.spec).flatMap((slot, at) =>
      asSlot(slot, this.parameters.read(this.parameters.regions.slots[at])),
    );
    return [...tensors, this.#rate.save()];
  }

  load(state: readonly NamedTensor[]): void {
    slotsOf(this.spec).forEach((slot, at) => {
      this.parameters.write(slotTensors(state, slot), this.parameters.regions.slots[at]);
    });
    this.#rate.load(state);
  }
}
