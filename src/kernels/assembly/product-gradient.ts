// Gradients of a product's B and bias: sums over the rows of A and D, where D is the gradient of the result. Layouts are those
// of product.ts; rows are added in order.

/** One block of the gradient: `width` (4, 2 or 1) rows of dB, summed over all rows of A and D. */
// @ts-ignore: decorator
@inline function gradientBlock(
  width: i32,
  rows: i32,
  a: usize,
  aStride: usize,
  d: usize,
  dStride: usize,
  gradient: usize,
): void {
  let c00 = v128.load(gradient);
  let c01 = v128.load(gradient, 16);
  let c10: v128 = f32x4.splat(0);
  let c11: v128 = f32x4.splat(0);
  let c20: v128 = f32x4.splat(0);
  let c21: v128 = f32x4.splat(0);
  let c30: v128 = f32x4.splat(0);
  let c31: v128 = f32x4.splat(0);
  if (width > 1) {
    c10 = v128.load(gradient, 32);
    c11 = v128.load(gradient, 48);
  }
  if (width > 2) {
    c20 = v128.load(gradient, 64);
    c21 = v128.load(gradient, 80);
    c30 = v128.load(gradient, 96);
    c31 = v128.load(gradient, 112);
  }
  // Loads whose values nobody wants: V8 computes base + offset of a splatting load where it is first used, and only if
  // that is before the loop does it keep the sum in a register instead of adding again for each row (a tenth of the time).
  if (width > 1) v128.load32_splat(a, 4);
  if (width > 2) {
    v128.load32_splat(a, 8);
    v128.load32_splat(a, 12);
  }
  const end = d + <usize>rows * dStride;
  while (d < end) {
    const d0 = v128.load(d);
    const d1 = v128.load(d, 16);
    let value = v128.load32_splat(a);
    c00 = f32x4.add(c00, f32x4.mul(value, d0));
    c01 = f32x4.add(c01, f32x4.mul(value, d1));
    if (width > 1) {
      value = v128.load32_splat(a, 4);
      c10 = f32x4.add(c10, f32x4.mul(value, d0));
      c11 = f32x4.add(c11, f32x4.mul(value, d1));
    }
    if (width > 2) {
      value = v128.load32_splat(a, 8);
      c20 = f32x4.add(c20, f32x4.mul(value, d0));
      c21 = f32x4.add(c21, f32x4.mul(value, d1));
      value = v128.load32_splat(a, 12);
      c30 = f32x4.add(c30, f32x4.mul(value, d0));
      c31 = f32x4.add(c31, f32x4.mul(value, d1));
    }
    a += aStride;
    d += dStride;
  }
  v128.store(gradient, c00);
  v128.store(gradient, c01, 16);
  if (width > 1) {
    v128.store(gradient, c10, 32);
    v128.store(gradient, c11, 48);
  }
  if (width > 2) {
    v128.store(gradient, c20, 64);
    v128.store(gradient, c21, 80);
    v128.store(gradient, c30, 96);
    v128.store(gradient, c31, 112);
  }
}

/**
 * gradient[panel][i][8] += Σ over rows A[row, i] · D[row, 8·panel …] for i < depth; rows in order.
 * `gradient` has the layout of the packed B whose gradient it is.
 */
export function accumulateGradient(
  rows: i32,
  a: usize,
  aStride: usize,
  depth: i32,
  d: usize,
  dStride: usize,
  panels: i32,
  gradient: usize,
): void {
  for (let panel = 0; panel < panels; panel++) {
    const panelD = d + (<usize>panel << 5);
    let i = 0;
    for (; i + 4 <= depth; i += 4) {
      gradientBlock(4, rows, a + (<usize>i << 2), aStride, panelD, dStride, gradient);
      gradient += 128;
    }
    if (depth & 2) {
      gradientBlock(2, rows, a + (<usize>i << 2), aStride, panelD, dStride, gradient);
      gradient += 64;
      i += 2;
    }
    if (depth & 1) {
      gradientBlock(1, rows, a + (<usize>i << 2), aStride, panelD, dStride, gradient);
      gradient += 32;
    }
  }
}

/** biasGradient[8·panels] += column sums of D; even and odd rows on two accumulators each, `rows` even. */
export function accumulateBias(rows: i32, d: usize, dStride: usize, panels: i32, biasGradient: usize): void {
  for (let panel = 0; panel < panels; panel++) {
    let row = d + (<usize>panel << 5);
    const end = row + <usize>rows * dStride;
    let even0 = v128.load(biasGradient);
    let even1 = v128.load(biasGradient, 16);
    let odd0: v128 = f32x4.splat(0);
    let odd1: v128 = f32x4.splat(0);
    while (row < end) {
      even0 = f32x4.add(even0, v128.load(row));
      even1 = f32x4.add(even1, v128.load(row, 16));
      row += dStride;
      odd0 = f32x4.add(odd0, v128.load(row));
      odd1 = f32x4.add(odd1, v128.load(row, 16));
      row += dStride;
    }
    v128.store(biasGradient, f32x4.add(even0, odd0));
    v128.store(biasGradient, f32x4.add(even1, odd1), 16);
    biasGradient += 32;
  }
}
