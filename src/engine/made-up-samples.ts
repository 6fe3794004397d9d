// Samples made by formulas, for the checks of engines and kernels: nothing is read.
import type { SampleSet } from '../dataset/sample-set.js';

/** `valueAt`: of a sample's feature at a time step; `targetAt`: of a sample. */
export function madeUpSamples(
  shape: { readonly samples: number; readonly timesteps: number; readonly features: number },
  valueAt: (sample: number, timestep: number, feature: number) => number,
  targetAt: (sample: number) => number,
): SampleSet {
  const { samples, timesteps, features } = shape;
  return {
    count: samples,
    timesteps,
    features,
    gather(indices, first, rows, out, offset, timeStride, rowStride) {
      for (let row = 0; row < rows; row++)
        for (let t = 0; t < timesteps; t++)
          for (let f = 0; f < features; f++)
            out[offset + t * timeStride + row * rowStride + f] = valueAt(indices[first + row] ?? 0, t, f);
    },
    gatherTargets(indices, first, rows, out, offset) {
      for (let row = 0; row < rows; row++) out[offset + row] = targetAt(indices[first + row] ?? 0);
    },
  };
}
