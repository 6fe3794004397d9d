// Dropout masks of a model on TensorFlow.js: drawn by the kernel that draws those of the wasm engine, in tiles of 16 rows,
// and laid out as tensors have it. A trial drops the same values on both engines.
import { Arena } from '../../../kernels/arena.js';
import { instantiateKernels } from '../../../kernels/load-kernels.js';
import { dropoutConstants, PURPOSE, type RandomKey } from '../../../kernels/random.js';
import type { StepPosition } from '../../engine.js';
import { TILE_ROWS } from '../../wasm/layer.js';

/** One kind of mask of one layer: `[outer, rows, features]`, where outer counts gates or time steps. */
export interface MaskPlan {
  readonly outer: number;
  readonly features: number;
  /** Values from one row to the next in a tile; at least `features`. */
  readonly stride: number;
  readonly rate: number;
  /** One of the four purposes of the layer (PURPOSE.masks). */
  readonly purpose: number;
}

export class DropoutMasks {
  readonly #arena: Arena;
  readonly #addresses = new Map<MaskPlan, number>();

  constructor(
    kernels: WebAssembly.Module,
    private readonly key: RandomKey,
  ) {
    this.#arena = new Arena(instantiateKernels(kernels));
  }

  /** While the model is built. */
  plan(layer: number, mask: Omit<MaskPlan, 'purpose'> & { readonly purpose: number }): MaskPlan {
    const plan = { ...mask, purpose: PURPOSE.masks + 4 * layer + mask.purpose };
    this.#addresses.set(plan, this.#arena.allocate(4 * tileValues(plan)));
    return plan;
  }

  /** After the last plan. */
  commit(): void {
    this.#arena.commit();
  }

  /** `[outer, rows, features]`: 0 or 1/(1 − rate). */
  draw(plan: MaskPlan, rows: number, at: StepPosition): Float32Array {
    const { outer, features, stride } = plan;
    const mask = new Float32Array(outer * rows * features);
    for (let first = 0; first < rows; first += TILE_ROWS) {
      const tile = this.#drawTile(plan, first / TILE_ROWS, at);
      const tileRows = Math.min(TILE_ROWS, rows - first);
      for (let o = 0; o < outer; o++)
        for (let row = 0; row < tileRows; row++) {
          const from = (o * TILE_ROWS + row) * stride;
          mask.set(tile.subarray(from, from + features), (o * rows + first + row) * features);
        }
    }
    return mask;
  }

  #drawTile(plan: MaskPlan, tile: number, at: StepPosition): Float32Array {
    const { kernels, floats } = this.#arena;
    const address = this.#addresses.get(plan) as number;
    const values = tileValues(plan);
    const { threshold, keep } = dropoutConstants(plan.rate);
    kernels.fillDropoutMask(
      address,
      values,
      threshold,
      keep,
      this.key.low,
      this.key.high,
      (tile * values) / 4,
      plan.purpose,
      at.epoch,
      at.step,
    );
    return floats.subarray(address / 4, address / 4 + values);
  }
}

function tileValues({ outer, stride }: MaskPlan): number {
  return outer * TILE_ROWS * stride;
}
