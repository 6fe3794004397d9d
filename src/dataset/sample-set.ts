// The contract between the dataset room and the engines: one split seen as numbered samples. Nothing is materialised:
// a batch is gathered from the map straight into memory the engine owns.
import { SweepError } from '../errors.js';
import type { WindowSource } from './series/gather.js';

export interface SampleSet {
  /** Number of samples; valid indices are 0 … count − 1, in time order. */
  readonly count: number;
  readonly timesteps: number;
  readonly features: number;
  /** Of windows some of which are left out, whatever the stride: the place of each sample among all, ascending. */
  readonly kept?: Uint32Array;
  /**
   * Writes `rows` samples, `indices[first] …`, into `out`:
   * feature f of time step t of the r-th goes to `offset + t·timeStride + r·rowStride + f`.
   * Time-major tiles and batch-major tensors are both a choice of strides. `out` belongs to the caller.
   */
  gather(
    indices: Uint32Array,
    first: number,
    rows: number,
    out: Float32Array,
    offset: number,
    timeStride: number,
    rowStride: number,
  ): void;
  /**
   * Where the samples lie, for an engine that copies them by a kernel; absent where they are not windows of one array.
   * Asked for each batch: the array may be closed meanwhile, which is refused then.
   */
  windows?(): WindowSource;
  /** The same of windows that are told from their last row, in all columns: where their values lie before they are. */
  windowsFromLast?(): WindowSource;
  /** Values that a sample's target has; absent: one. */
  readonly targetUnits?: number;
  /** Writes the targets (`[rows, targetUnits]`, normalised) of the same samples at `offset`. */
  gatherTargets(indices: Uint32Array, first: number, rows: number, out: Float32Array, offset: number): void;
  /**
   * Puts targets of the same samples, or predictions of them with `each` values a target (quantiles), in place: from what a
   * model learns to the level, normalised. Absent: they are levels.
   */
  restore?(
    indices: Uint32Array,
    first: number,
    rows: number,
    values: Float32Array,
    offset: number,
    each?: number,
  ): void;
}

/** An index past the end would read another split's rows. Throws INTERNAL. */
export function checkIndices(indices: Uint32Array, first: number, rowCount: number, count: number): void {
  for (let row = first; row < first + rowCount; row++) {
    const index = indices[row];
    if (index === undefined || index >= count) {
      throw new SweepError('INTERNAL', `sample ${index} at place ${row} is not one of 0 … ${count - 1}`);
    }
  }
}

/** Throws SPEC_INVALID. */
export function checkStride(stride: number): void {
  if (Number.isSafeInteger(stride) && stride >= 1) return;
  throw new SweepError('SPEC_INVALID', `the stride is ${stride}: it must be a whole number, 1 or more`);
}
