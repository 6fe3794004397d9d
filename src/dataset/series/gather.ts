// Copies the rows of a batch of windows out of the map. Inside every training step, so written for speed: floats move in
// pairs, through Float64Array views of the same bytes, wherever all offsets are even.

export interface WindowSource {
  readonly values: Float32Array;
  /** Place of the first value of sample 0, and how far the samples and their time steps are apart, in values. */
  readonly firstValue: number;
  readonly anchorStride: number;
  readonly stepValues: number;
  readonly timesteps: number;
  readonly features: number;
  /** From a row to the next, in values; absent: `features`. */
  readonly rowValues?: number;
  /**
   * Of samples that do not follow each other at one distance: which multiples of `anchorStride` they lie at, used again at
   * the next call. Absent: a sample's index is that.
   */
  readonly placesOf?: (indices: Uint32Array, first: number, rowCount: number) => Uint32Array;
}

export interface GatherTarget {
  readonly out: Float32Array;
  readonly offset: number;
  readonly timeStride: number;
  readonly rowStride: number;
}

/** Writes `rowCount` windows; O(rowCount · timesteps · features). The caller has checked the indices. */
export function gatherRows(
  source: WindowSource,
  indices: Uint32Array,
  first: number,
  rowCount: number,
  target: GatherTarget,
): void {
  const { timesteps, features } = source;
  const { out, offset, timeStride, rowStride } = target;
  const end = offset + (timesteps - 1) * timeStride + (rowCount - 1) * rowStride + features;
  if (rowCount > 0 && end > out.length) {
    throw new RangeError(`a batch that ends at value ${end} does not fit an output of ${out.length}`);
  }
  if (canCopyPairs(source, target)) {
    copyPairs(source, indices, first, rowCount, target);
  } else {
    copySingles(source, indices, first, rowCount, target);
  }
}

/**
 * A pair of finite floats is never the bit pattern of a float64 NaN (that would need an upper float which is itself
 * NaN), so no engine may canonicalise it on its way; prepare.ts stores finite values only.
 */
function canCopyPairs(source: WindowSource, target: GatherTarget): boolean {
  const inValues = source.features | source.firstValue | source.anchorStride | source.stepValues;
  const inTarget = target.offset | target.timeStride | target.rowStride;
  return ((inValues | inTarget) & 1) === 0 && ((source.values.byteOffset | target.out.byteOffset) & 7) === 0;
}

function copyPairs(
  source: WindowSource,
  indices: Uint32Array,
  first: number,
  rowCount: number,
  target: GatherTarget,
): void {
  const from = new Float64Array(source.values.buffer, source.values.byteOffset, source.values.length >>> 1);
  const to = new Float64Array(target.out.buffer, target.out.byteOffset, target.out.length >>> 1);
  const pairs = source.features / 2;
  const stepPairs = source.stepValues / 2;
  const timePairs = target.timeStride / 2;
  for (let row = 0; row < rowCount; row++) {
    let read = (source.firstValue + indices[first + row]! * source.anchorStride) / 2;
    let write = (target.offset + row * target.rowStride) / 2;
    for (let time = 0; time < source.timesteps; time++) {
      let pair = 0;
      for (; pair + 4 <= pairs; pair += 4) {
        to[write + pair] = from[read + pair]!;
        to[write + pair + 1] = from[read + pair + 1]!;
        to[write + pair + 2] = from[read + pair + 2]!;
        to[write + pair + 3] = from[read + pair + 3]!;
      }
      // The rest without a loop: with 14 features it would run three times a row, at a fifth of the whole time.
      if (pair + 2 <= pairs) {
        to[write + pair] = from[read + pair]!;
        to[write + pair + 1] = from[read + pair + 1]!;
        pair += 2;
      }
      if (pair < pairs) to[write + pair] = from[read + pair]!;
      read += stepPairs;
      write += timePairs;
    }
  }
}

function copySingles(
  source: WindowSource,
  indices: Uint32Array,
  first: number,
  rowCount: number,
  target: GatherTarget,
): void {
  const { values, features, stepValues } = source;
  const { out, timeStride } = target;
  for (let row = 0; row < rowCount; row++) {
    let read = source.firstValue + indices[first + row]! * source.anchorStride;
    let write = target.offset + row * target.rowStride;
    for (let time = 0; time < source.timesteps; time++) {
      for (let feature = 0; feature < features; feature++) out[write + feature] = values[read + feature]!;
      read += stepValues;
      write += timeStride;
    }
  }
}
