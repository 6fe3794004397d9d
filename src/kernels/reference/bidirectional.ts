// Scalar twin of how a bidirectional layer joins its two directions, in double precision, for one sample.
import type { Merge } from '../../model/layers/bidirectional.js';

/**
 * `forward` and `backward` are `[T, U]` as the two recurrent layers answer: the second's steps come in reverse. Returns
 * `[T, 2U]` for concat, else `[T, U]`. A layer that returns its last state alone has T = 1.
 */
export function mergeDirections(
  forward: Float64Array,
  backward: Float64Array,
  steps: number,
  units: number,
  merge: Merge,
): Float64Array {
  const columns = merge === 'concat' ? 2 * units : units;
  const out = new Float64Array(steps * columns);
  for (let t = 0; t < steps; t++)
    for (let u = 0; u < units; u++) {
      const a = forward[t * units + u] as number;
      const b = backward[(steps - 1 - t) * units + u] as number;
      if (merge === 'concat') {
        out[t * columns + u] = a;
        out[t * columns + units + u] = b;
      } else if (merge === 'mul') out[t * columns + u] = a * b;
      else out[t * columns + u] = merge === 'sum' ? a + b : (a + b) / 2;
    }
  return out;
}
