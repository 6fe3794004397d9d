// What an optimiser keeps between steps, by the names that stand in checkpoints: one slot or two for each weight, and
// Adam's running powers. The formulas are each engine's own.
import { SweepError } from '../errors.js';
import type { OptimizerSpec } from '../model/optimizer.js';
import type { NamedTensor } from './engine.js';

/** Adam's running powers of its betas, kept as doubles in the checkpoint through two float32 words each. */
const POWERS = 'optimizer/powers';

/** The learning rate of each step, with Adam's bias correction in it; of other optimisers as it is. */
export class StepRate {
  #beta1Power = 1;
  #beta2Power = 1;

  constructor(private readonly spec: OptimizerSpec) {}

  next(learningRate: number): number {
    if (this.spec.type !== 'adam') return learningRate;
    // Running products: the same bits everywhere, which a host's pow does not promise.
    this.#beta1Power *= this.spec.beta1;
    this.#beta2Power *= this.spec.beta2;
    return (learningRate * Math.sqrt(1 - this.#beta2Power)) / (1 - this.#beta1Power);
  }

  save(): NamedTensor {
    const values = new Float32Array(new Float64Array([this.#beta1Power, this.#beta2Power]).buffer);
    return { name: POWERS, shape: [4], values };
  }

  /** Throws CHECKPOINT_CORRUPT when the state lacks the powers. */
  load(state: readonly NamedTensor[]): void {
    const powers = state.find(({ name }) => name === POWERS);
    if (powers?.values.length !== 4)
      throw new SweepError('CHECKPOINT_CORRUPT', 'checkpoint lacks the optimiser’s running powers');
    const [beta1Power, beta2Power] = new Float64Array(powers.values.slice().buffer);
    this.#beta1Power = beta1Power as number;
    this.#beta2Power = beta2Power as number;
  }
}

/** The tensors of one slot of a saved state, under the names of their weights. */
export function slotTensors(state: readonly NamedTensor[], slot: string): NamedTensor[] {
  const prefix = `${slot}/`;
  return state
    .filter(({ name }) => name.startsWith(prefix))
    .map((tensor) => ({ ...tensor, name: tensor.name.slice(prefix.length) }));
}

export function asSlot(slot: string, tensors: readonly NamedTensor[]): NamedTensor[] {
  return tensors.map((tensor) => ({ ...tensor, name: `${slot}/${tensor.name}` }));
}

/** Throws CHECKPOINT_CORRUPT when the tensors of a checkpoint are not those that the model has, in its order. */
export function requireSameTensors(
  tensors: readonly NamedTensor[],
  expected: readonly { readonly name: string; readonly shape: readonly number[] }[],
): void {
  if (tensors.length !== expected.length)
    throw new SweepError(
      'CHECKPOINT_CORRUPT',
      `checkpoint holds ${tensors.length} weights, the model has ${expected.length}`,
    );
  expected.forEach(({ name, shape }, at) => {
    const tensor = tensors[at] as NamedTensor;
    if (tensor.name !== name || tensor.shape.join() !== shape.join())
      throw new SweepError(
        'CHECKPOINT_CORRUPT',
        `checkpoint has ${tensor.name} [${tensor.shape}], the model ${name} [${shape}]`,
      );
  });
}
