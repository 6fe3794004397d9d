// Scalar twin of the conv1d layer in double precision and Keras layout, forward only, for one sample: x [T, F], kernel
// [K, F, U]. Gradients are held by finite differences of it. Returns [windows, U] before the activation.
import { placeWindows, type SlidingWindow } from '../../model/sliding-window.js';

export function conv1d(
  x: Float64Array,
  kernel: Float64Array,
  bias: Float64Array,
  steps: number,
  features: number,
  window: SlidingWindow,
): Float64Array {
  const { count, padBefore } = placeWindows(steps, window);
  const units = bias.length;
  const out = new Float64Array(count * units);
  for (let w = 0; w < count; w++)
    for (let u = 0; u < units; u++) {
      let sum = bias[u] as number;
      for (let k = 0; k < window.size; k++) {
        const t = w * window.strides - padBefore + k * window.dilationRate;
        if (t < 0 || t >= steps) continue;
        for (let f = 0; f < features; f++)
          sum += (x[t * features + f] as number) * (kernel[(k * features + f) * units + u] as number);
      }
      out[w * units + u] = sum;
    }
  return out;
}
