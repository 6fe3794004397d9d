// Scalar twin of assembly/attention.ts in double precision, forward only: x [T, F], W [F, U], bias and query [U].
import { denseForward } from './dense.js';

/** Σ_t softmax(query·tanh(x_t·W + bias))·x_t, `[F]`. */
export function attend(
  x: Float64Array,
  kernel: Float64Array,
  bias: Float64Array,
  query: Float64Array,
  steps: number,
): Float64Array {
  const [units, features] = [bias.length, x.length / steps];
  const hidden = denseForward(x, kernel, bias, steps, features, units).map(Math.tanh);
  const scores = Array.from({ length: steps }, (_, t) =>
    query.reduce((sum, value, u) => sum + value * (hidden[t * units + u] as number), 0),
  );
  const largest = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - largest));
  const total = powers.reduce((sum, power) => sum + power, 0);
  const out = new Float64Array(features);
  powers.forEach((power, t) => {
    for (let f = 0; f < features; f++) out[f]! += (power / total) * (x[t * features + f] as number);
  });
  return out;
}
