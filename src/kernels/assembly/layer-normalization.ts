// Layer normalisation over the features of each row (Ba et al. 2016, as in Keras): x̂ = (x − mean)/√(variance + ε),
// out = γ∘x̂ + β. Sums run over four lanes, which are then added in pairs, then over what is left, in order: lanes past
// `units` are neither read nor written. Twin: ../reference/layer-normalization.ts.

// @ts-ignore: decorator
@inline function addLanes(v: v128): f32 {
  return f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3));
}

/** Keeps x̂ (rows like the output's) and 1/√(variance + ε) of each row for the way back. */
export function layerNormForward(
  rows: i32,
  x: usize,
  xStride: i32,
  units: i32,
  gamma: usize,
  beta: usize,
  epsilon: f32,
  normalized: usize,
  scales: usize,
  out: usize,
  stride: i32,
): void {
  const bytes = <usize>units << 2;
  const whole = bytes & ~15;
  for (let row = 0; row < rows; row++) {
    let lanes: v128 = f32x4.splat(0);
    for (let at: usize = 0; at < whole; at += 16) lanes = f32x4.add(lanes, v128.load(x + at));
    let sum = addLanes(lanes);
    for (let at = whole; at < bytes; at += 4) sum += load<f32>(x + at);
    const mean = sum / <f32>units;
    const means = f32x4.splat(mean);
    lanes = f32x4.splat(0);
    for (let at: usize = 0; at < whole; at += 16) {
      const centred = f32x4.sub(v128.load(x + at), means);
      v128.store(normalized + at, centred);
      lanes = f32x4.add(lanes, f32x4.mul(centred, centred));
    }
    let square = addLanes(lanes);
    for (let at = whole; at < bytes; at += 4) {
      const centred = load<f32>(x + at) - mean;
      store<f32>(normalized + at, centred);
      square += centred * centred;
    }
    const scale: f32 = <f32>1 / sqrt<f32>(square / <f32>units + epsilon);
    store<f32>(scales, scale);
    const scaleLanes = f32x4.splat(scale);
    for (let at: usize = 0; at < whole; at += 16) {
      const value = f32x4.mul(v128.load(normalized + at), scaleLanes);
      v128.store(normalized + at, value);
      v128.store(out + at, f32x4.add(f32x4.mul(value, v128.load(gamma + at)), v128.load(beta + at)));
    }
    for (let at = whole; at < bytes; at += 4) {
      const value = load<f32>(normalized + at) * scale;
      store<f32>(normalized + at, value);
      store<f32>(out + at, value * load<f32>(gamma + at) + load<f32>(beta + at));
    }
    x += <usize>xStride;
    normalized += <usize>stride;
    out += <usize>stride;
    scales += 4;
  }
}

/** dx = (g − mean(g) − x̂·mean(g∘x̂))·scale with g = d∘γ; the gradients of γ and β are column sums, taken elsewhere. */
export function layerNormInputGradient(
  rows: i32,
  d: usize,
  stride: i32,
  units: i32,
  gamma: usize,
  normalized: usize,
  scales: usize,
  dx: usize,
  dxStride: i32,
): void {
  const bytes = <usize>units << 2;
  const whole = bytes & ~15;
  for (let row = 0; row < rows; row++) {
    let lanes: v128 = f32x4.splat(0);
    let productLanes: v128 = f32x4.splat(0);
    for (let at: usize = 0; at < whole; at += 16) {
      const g = f32x4.mul(v128.load(d + at), v128.load(gamma + at));
      lanes = f32x4.add(lanes, g);
      productLanes = f32x4.add(productLanes, f32x4.mul(g, v128.load(normalized + at)));
    }
    let sum = addLanes(lanes);
    let productSum = addLanes(productLanes);
    for (let at = whole; at < bytes; at += 4) {
      const g = load<f32>(d + at) * load<f32>(gamma + at);
      sum += g;
      productSum += g * load<f32>(normalized + at);
    }
    const mean = sum / <f32>units;
    const slope = productSum / <f32>units;
    const scale = load<f32>(scales);
    const meanLanes = f32x4.splat(mean);
    const slopeLanes = f32x4.splat(slope);
    const scaleLanes = f32x4.splat(scale);
    for (let at: usize = 0; at < whole; at += 16) {
      const g = f32x4.mul(v128.load(d + at), v128.load(gamma + at));
      const along = f32x4.mul(v128.load(normalized + at), slopeLanes);
      v128.store(dx + at, f32x4.mul(f32x4.sub(f32x4.sub(g, meanLanes), along), scaleLanes));
    }
    for (let at = whole; at < bytes; at += 4) {
      const g = load<f32>(d + at) * load<f32>(gamma + at);
      store<f32>(dx + at, (g - mean - load<f32>(normalized + at) * slope) * scale);
    }
    d += <usize>stride;
    normalized += <usize>stride;
    dx += <usize>dxStride;
    scales += 4;
  }
}
