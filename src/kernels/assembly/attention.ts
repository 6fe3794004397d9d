// Additive attention over a time-major tile: what stands between the scores of the steps and their weighted sum, forwards
// and backwards. Scores, weights and their gradients are `[steps][rows]`, rows a multiple of 4: over time each row is a lane.
// Twin: ../reference/attention.ts; the product before the scores is dense.ts.
import { exponential } from './math';

// @ts-ignore: decorator
@inline function addLanes(v: v128): f32 {
  return f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3));
}

/** out[t, r] = x[t, r]·y[r]; `yStride` 0: one y for all rows. Sums run over four lanes, as in layer-normalization.ts. */
export function rowProducts(
  steps: i32,
  rows: i32,
  x: usize,
  xStride: i32,
  y: usize,
  yStride: i32,
  columns: i32,
  out: usize,
): void {
  const bytes = <usize>columns << 2;
  const whole = bytes & ~15;
  for (let step = 0; step < steps; step++) {
    let other = y;
    for (let row = 0; row < rows; row++) {
      let lanes: v128 = f32x4.splat(0);
      for (let at: usize = 0; at < whole; at += 16)
        lanes = f32x4.add(lanes, f32x4.mul(v128.load(x + at), v128.load(other + at)));
      let sum = addLanes(lanes);
      for (let at = whole; at < bytes; at += 4) sum += load<f32>(x + at) * load<f32>(other + at);
      store<f32>(out, sum);
      x += <usize>xStride;
      other += <usize>yStride;
      out += 4;
    }
  }
}

/** Scores to weights in place: e^(s − largest) over their sum, each row over its steps. */
export function softmaxOverTime(scores: usize, steps: i32, rows: i32): void {
  const stepBytes = <usize>rows << 2;
  const bytes = <usize>steps * stepBytes;
  for (let row: usize = 0; row < stepBytes; row += 16) {
    const start = scores + row;
    let largest = v128.load(start);
    for (let at: usize = 0; at < bytes; at += stepBytes) largest = f32x4.pmax(largest, v128.load(start + at));
    let sum: v128 = f32x4.splat(0);
    for (let at: usize = 0; at < bytes; at += stepBytes) {
      const power = exponential(f32x4.sub(v128.load(start + at), largest));
      v128.store(start + at, power);
      sum = f32x4.add(sum, power);
    }
    for (let at: usize = 0; at < bytes; at += stepBytes)
      v128.store(start + at, f32x4.div(v128.load(start + at), sum));
  }
}

/** Gradients of the weights to those of the scores, in place: w∘(d − Σ w∘d). */
export function softmaxGradient(weights: usize, d: usize, steps: i32, rows: i32): void {
  const stepBytes = <usize>rows << 2;
  const bytes = <usize>steps * stepBytes;
  for (let row: usize = 0; row < stepBytes; row += 16) {
    let sum: v128 = f32x4.splat(0);
    for (let at: usize = row; at < bytes; at += stepBytes)
      sum = f32x4.add(sum, f32x4.mul(v128.load(weights + at), v128.load(d + at)));
    for (let at: usize = row; at < bytes; at += stepBytes)
      v128.store(d + at, f32x4.mul(v128.load(weights + at), f32x4.sub(v128.load(d + at), sum)));
  }
}

/** out[r] = Σ_t weights[t, r]·x[t, r]. */
export function weightedSum(
  steps: i32,
  rows: i32,
  weights: usize,
  x: usize,
  xStride: i32,
  columns: i32,
  out: usize,
  outStride: i32,
): void {
  const bytes = <usize>columns << 2;
  const whole = bytes & ~15;
  memory.fill(out, 0, <usize>rows * <usize>outStride);
  for (let step = 0; step < steps; step++) {
    let to = out;
    for (let row = 0; row < rows; row++) {
      const weight = load<f32>(weights);
      const weightLanes = f32x4.splat(weight);
      for (let at: usize = 0; at < whole; at += 16)
        v128.store(to + at, f32x4.add(v128.load(to + at), f32x4.mul(weightLanes, v128.load(x + at))));
      for (let at = whole; at < bytes; at += 4) store<f32>(to + at, load<f32>(to + at) + weight * load<f32>(x + at));
      weights += 4;
      x += <usize>xStride;
      to += <usize>outStride;
    }
  }
}

/** dx[t, r] += weights[t, r]·d[r]: the gradient of the weighted sum by what is summed. */
export function addWeighted(
  steps: i32,
  rows: i32,
  weights: usize,
  d: usize,
  dStride: i32,
  columns: i32,
  dx: usize,
  dxStride: i32,
): void {
  const bytes = <usize>columns << 2;
  const whole = bytes & ~15;
  for (let step = 0; step < steps; step++) {
    let from = d;
    for (let row = 0; row < rows; row++) {
      const weight = load<f32>(weights);
      const weightLanes = f32x4.splat(weight);
      for (let at: usize = 0; at < whole; at += 16)
        v128.store(dx + at, f32x4.add(v128.load(dx + at), f32x4.mul(weightLanes, v128.load(from + at))));
      for (let at = whole; at < bytes; at += 4) store<f32>(dx + at, load<f32>(dx + at) + weight * load<f32>(from + at));
      weights += 4;
      dx += <usize>dxStride;
      from += <usize>dStride;
    }
  }
}

/** With scores s = x·query: dx = d·query, queryGradient += Σ d·x. Rows of `panels` panels follow each other. */
export function scoreGradient(
  rows: i32,
  d: usize,
  x: usize,
  query: usize,
  panels: i32,
  queryGradient: usize,
  dx: usize,
): void {
  const bytes = <usize>panels << 5;
  for (let at: usize = 0; at < bytes; at += 16) {
    const own = v128.load(query + at);
    let sum = v128.load(queryGradient + at);
    let from = x + at;
    let to = dx + at;
    for (let row = 0; row < rows; row++) {
      const gradient = v128.load32_splat(d + (<usize>row << 2));
      sum = f32x4.add(sum, f32x4.mul(gradient, v128.load(from)));
      v128.store(to, f32x4.mul(gradient, own));
      from += bytes;
      to += bytes;
    }
    v128.store(queryGradient + at, sum);
  }
}
