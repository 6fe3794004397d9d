// Loss of a tile and its gradient, in double precision sums of float32 values, row after row: by a kernel where the loss is
// one of distance, else by the formulas themselves, which give the kernel's bits.
import type { SampleSet } from '../../dataset/sample-set.js';
import type { Arena } from '../../kernels/arena.js';
import { LOSS_CODE } from '../../kernels/loss-code.js';
import type { Loss } from '../../model/loss.js';
import type { SampleLoss } from '../sample-loss.js';
import { TILE_ROWS, type TileTensor, tileValues } from './layer.js';

export class TileLoss {
  readonly #code: number | undefined;
  /** Address of the tile's targets, never more values than outputs, and of the kernel's sum. */
  readonly #targets: number;
  readonly #sum: number;

  /** Weighted by class, a loss has no kernel. */
  constructor(
    private readonly arena: Arena,
    private readonly output: TileTensor,
    loss: Loss,
    isWeighted: boolean,
  ) {
    this.#code = isWeighted ? undefined : LOSS_CODE[loss];
    this.#targets = arena.allocate(4 * TILE_ROWS * output.features);
    this.#sum = arena.allocate(8);
  }

  /**
   * Adds up the terms of the loss over a tile's `rows` predictions against the targets of `indices[first] …`, and writes
   * their slopes · scale; of the other rows they are 0.
   */
  of(
    loss: SampleLoss,
    samples: SampleSet,
    indices: Uint32Array,
    first: number,
    rows: number,
    scale: number,
  ): number {
    const { floats } = this.arena;
    const { address, gradient, stride } = this.output;
    samples.gatherTargets(indices, first, rows, floats, this.#targets / 4);
    floats.fill(0, gradient / 4, gradient / 4 + tileValues(this.output));
    if (this.#code !== undefined) return this.#byKernel(this.#code, loss, rows, scale);
    let sum = 0;
    for (let row = 0; row < rows; row++) {
      const prediction = (address + row * stride) / 4;
      const target = this.#targets / 4 + row * loss.targets;
      sum += loss.sum(floats, prediction, floats, target);
      loss.slopes(floats, prediction, floats, target, scale, floats, (gradient + row * stride) / 4);
    }
    return sum;
  }

  #byKernel(code: number, { units, targets }: SampleLoss, rows: number, scale: number): number {
    const { kernels, buffer } = this.arena;
    const { address, gradient, stride } = this.output;
    const isOne = targets === 1 ? 1 : 0;
    kernels.distanceLoss(
      code,
      rows,
      units,
      address,
      stride,
      this.#targets,
      isOne,
      scale,
      gradient,
      this.#sum,
    );
    return new Float64Array(buffer, this.#sum, 1)[0]!;
  }
}
