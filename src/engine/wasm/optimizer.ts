// An optimiser step over all parameters of a model: which kernel steps which memory. Formulas: the kernels.
import type { Kernels } from '../../kernels/kernels.js';
import {
  type OptimizerSpec,
  type OptimizerSpecOf,
  type OptimizerType,
  slotsOf,
} from '../../model/optimizer.js';
import type { NamedTensor } from '../engine.js';
import { asSlot, StepRate, slotTensors } from '../optimizer-state.js';
import type { ParameterStore } from './parameters.js';

/** Addresses of `count` values, their gradients, and what the optimiser keeps for each (0: no such slot). */
interface Values {
  readonly p: number;
  readonly g: number;
  readonly first: number;
  readonly second: number;
  readonly count: number;
}

interface StepKernels<Spec> {
  step(kernels: Kernels, spec: Spec, values: Values, rate: number): void;
  /** `steps` steps with the rates that stand at `rates`. */
  replay(kernels: Kernels, spec: Spec, values: Values, rates: number, steps: number): void;
}

/** One line an optimiser of the table: what is missing does not compile. */
const STEP_KERNELS: { readonly [Type in OptimizerType]: StepKernels<OptimizerSpecOf<Type>> } = {
  sgd: {
    step: (kernels, { momentum }, { p, g, first, count }, rate) =>
      kernels.stepSgd(p, g, first, count, rate, momentum),
    replay(kernels, { momentum }, { p, g, first, count }, rates, steps) {
      if (momentum !== 0) kernels.replaySgd(p, g, first, count, rates, steps, momentum);
    },
  },
  rmsprop: {
    step: (kernels, { rho, epsilon }, { p, g, first, count }, rate) =>
      kernels.stepRmsprop(p, g, first, count, rate, rho, 1 - rho, epsilon),
    replay: (kernels, { rho, epsilon }, { p, g, first, count }, rates, steps) =>
      kernels.replayRmsprop(p, g, first, count, rates, steps, rho, 1 - rho, epsilon),
  },
  adam: {
    step(kernels, { beta1, beta2, epsilon }, { p, g, first, second, count }, rate) {
      kernels.stepAdam(p, g, first, second, count, rate, beta1, 1 - beta1, beta2, 1 - beta2, epsilon);
    },
    replay(kernels, { beta1, beta2, epsilon }, { p, g, first, second, count }, rates, steps) {
      const [rest1, rest2] = [1 - beta1, 1 - beta2];
      kernels.replayAdam(p, g, first, second, count, rates, steps, beta1, rest1, beta2, rest2, epsilon);
    },
  },
};

export class WasmOptimizer {
  readonly #rate: StepRate;
  readonly #kernels: StepKernels<OptimizerSpec>;

  constructor(
    readonly spec: OptimizerSpec,
    readonly parameters: ParameterStore,
  ) {
    this.#rate = new StepRate(spec);
    this.#kernels = STEP_KERNELS[spec.type] as StepKernels<OptimizerSpec>;
    const { table } = parameters;
    if (table) table.replay = (row, first, count) => this.#replay(row * table.rowBytes, first, count);
  }

  step(learningRate: number): void {
    const { table, tableBytes, regionValues } = this.parameters;
    const rate = this.#rate.next(learningRate);
    this.#move(tableBytes, regionValues - tableBytes / 4, rate);
    if (!table) return;
    for (const [row, count] of table.usedRuns())
      this.#move(row * table.rowBytes, (count * table.rowBytes) / 4, rate);
    this.parameters.rememberRate(rate);
    table.endStep();
  }

  /** One step of `count` values that lie `offset` bytes into the regions. */
  #move(offset: number, count: number, rate: number): void {
    const { arena, regions } = this.parameters;
    const values = this.#valuesAt(offset, regions.gradients + offset, count);
    this.#kernels.step(arena.kernels, this.spec, values, rate);
  }

  /** Steps `from` to `from + steps − 1` of a table row, which missed them: its gradient was 0 in each. */
  #replay(offset: number, from: number, steps: number): void {
    const { arena, replaying } = this.parameters;
    const { zeros, rates, count } = replaying;
    const values = this.#valuesAt(offset, zeros, count);
    this.#kernels.replay(arena.kernels, this.spec, values, rates + 4 * from, steps);
  }

  #valuesAt(offset: number, g: number, count: number): Values {
    const { values, slots } = this.parameters.regions;
    const [first = 0, second = 0] = slots.map((slot) => slot + offset);
    return { p: values + offset, g, first, second, count };
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
