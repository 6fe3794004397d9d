// Columns whose values are known before their time: a calendar, a forecast of others. A time step of a window has their value
// as many rows later as the target stands after the last row, so that the last step has the one of the target's time.
// Everything else is read up to the last row only.
import type { SampleSet } from '../sample-set.js';
import { checkIndices } from '../sample-set.js';
import type { WindowSource } from './gather.js';

/** `samples`: windows of `source`. `rowsAhead`: from the last row read to the target. */
export function readAhead(
  samples: SampleSet,
  source: () => WindowSource,
  columns: readonly number[],
  rowsAhead: number,
): SampleSet {
  const { windows: _, ...rest } = samples;
  return {
    ...rest,
    gather(indices, first, rows, out, offset, timeStride, rowStride) {
      samples.gather(indices, first, rows, out, offset, timeStride, rowStride);
      const {
        values,
        firstValue,
        anchorStride,
        stepValues,
        timesteps,
        features,
        rowValues = features,
        placesOf,
      } = source();
      checkIndices(indices, first, rows, samples.count);
      const places = placesOf?.(indices, first, rows) ?? indices.subarray(first, first + rows);
      for (let row = 0; row < rows; row++) {
        const from = firstValue + places[row]! * anchorStride + rowsAhead * rowValues;
        const to = offset + row * rowStride;
        for (let time = 0; time < timesteps; time++)
          for (const column of columns)
            out[to + time * timeStride + column] = values[from + time * stepValues + column]!;
      }
    },
  };
}
