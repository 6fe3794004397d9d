// Scalar twin of assembly/pooling.ts in double precision, forward only, for one sample: x [T, F], result [windows, F].
import { placeWindows, type SlidingWindow } from '../../model/sliding-window.js';

export function pool1d(
  kind: 'max' | 'average',
  x: Float64Array,
  steps: number,
  features: number,
  window: SlidingWindow,
): Float64Array {
  const { count, padBefore } = placeWindows(steps, window);
  const out = new Float64Array(count * features);
  for (let w = 0; w < count; w++)
    for (let f = 0; f < features; f++) {
      const seen: number[] = [];
      for (let k = 0; k < window.size; k++) {
        const t = w * window.strides - padBefore + k;
        if (t >= 0 && t < steps) seen.push(x[t * features + f] as number);
      }
      out[w * features + f] =
        kind === 'max' ? Math.max(...seen) : seen.reduce((sum, value) => sum + value, 0) / seen.length;
    }
  return out;
}
