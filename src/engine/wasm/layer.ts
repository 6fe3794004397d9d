// The contract between the wasm model and its layers. A tile of 16 rows goes through all layers forward, then backward,
// before the next one: the state stays in cache, and the fixed tile and order of sums keep results bit-identical.
import type { Arena } from '../../kernels/arena.js';
import type { RandomKey } from '../../kernels/random.js';
import type { StepPosition } from '../engine.js';
import type { LayerOutput } from '../layer-inputs.js';
import type { GradientTurns } from './gradient-turns.js';
import type { ParameterStore } from './parameters.js';

/** Rows of a tile; part of the definition of the numbers: changing it changes every result. */
export const TILE_ROWS = 16;

/** Values between two layers for one tile: time-major `[steps][TILE_ROWS][features]`, rows `stride` bytes apart. */
export interface TileTensor extends LayerOutput {
  readonly address: number;
  /** Where the layer above writes the gradient (same layout, all of it overwritten); 0: not wanted. */
  readonly gradient: number;
  /** Bytes; a multiple of 32 but for the model's input and what dropout and pools make of it. Lanes past `features` are 0 in values and gradients. */
  readonly stride: number;
}

export function stepBytes(tensor: TileTensor): number {
  return TILE_ROWS * tensor.stride;
}

/** Float32 values of a whole tile, padding included. */
export function tileValues(tensor: TileTensor): number {
  return (tensor.steps * stepBytes(tensor)) / 4;
}

export interface LayerContext {
  readonly arena: Arena;
  readonly parameters: ParameterStore;
  readonly gradients: GradientTurns;
  readonly key: RandomKey;
  /** Prefix of the weights' names: `2.dense`. */
  readonly name: string;
  /** Keys random numbers: the 0-based place in the model; of a layer inside another, see layer-inputs.ts. */
  readonly index: number;
}

export interface WasmLayer {
  readonly output: TileTensor;
  /** After parameters got their addresses and memory stands: write plans. */
  attach(): void;
  /** Once before the tiles of a batch: repack what depends on the weights. */
  prepare(training: boolean): void;
  /** `at` is null outside training: no dropout, nothing kept for backward. */
  forward(tile: number, at: StepPosition | null): void;
  /** Reads output.gradient, adds to the parameters' gradients, overwrites input.gradient where wanted. */
  backward(): void;
}
