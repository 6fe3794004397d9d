// Where layers keep the gradients of what leaves them. On its way back a gradient is read by one layer only, so that two
// arrays of a shape serve all layers of a chain in turn: they stay in the cache, where one a layer would not.
import type { Arena } from '../../kernels/arena.js';
import type { LayerOutput } from '../layer-inputs.js';

export class GradientTurns {
  readonly #arrays = new Map<string, { readonly addresses: number[]; turn: number }>();
  #inside: GradientTurns | null = null;

  /** `rows`: of a time step. */
  constructor(
    private readonly arena: Arena,
    private readonly rows: number,
  ) {}

  /** An array for what leaves a layer; the one that was taken before it for the same shape stays as it is. */
  take({ steps, features }: LayerOutput, stride: number): number {
    // Of one shape only: lanes past the features stay 0.
    const shape = `${steps}, ${features}, ${stride}`;
    const arrays = this.#arrays.get(shape) ?? { addresses: [], turn: 0 };
    this.#arrays.set(shape, arrays);
    const at = arrays.turn++ % 2;
    arrays.addresses[at] ??= this.arena.allocate(steps * this.rows * stride);
    return arrays.addresses[at];
  }

  /** For the layers inside another one, which come and go while its own gradients stay. */
  get inside(): GradientTurns {
    this.#inside ??= new GradientTurns(this.arena, this.rows);
    return this.#inside;
  }
}
