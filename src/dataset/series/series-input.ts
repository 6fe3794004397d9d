// Which of several series a window is of, as a model is told: one more feature, the last, the same at every time step.
import type { SampleSet } from '../sample-set.js';

/** `seriesOf`: the place of a sample's series among those of the dataset. */
export function withSeriesInput(samples: SampleSet, seriesOf: (index: number) => number): SampleSet {
  // Windows that gain a feature on their way cannot be copied by a kernel.
  const { windows: _, windowsFromLast: __, ...rest } = samples;
  const { timesteps, features } = samples;
  return {
    ...rest,
    features: features + 1,
    gather(indices, first, rows, out, offset, timeStride, rowStride) {
      samples.gather(indices, first, rows, out, offset, timeStride, rowStride);
      for (let row = 0; row < rows; row++) {
        const series = seriesOf(indices[first + row]!);
        const at = offset + row * rowStride + features;
        for (let time = 0; time < timesteps; time++) out[at + time * timeStride] = series;
      }
    },
  };
}
