// Register-blocked matrix products. One body, inlined with constant `start` and `finish` codes into each product the
// layers need: four rows times one 8-column panel on eight accumulators that stay in registers, chained over segments.
//
// Layout: A is row-major with its own stride; B is packed in panels `[columns/8][depth][8]`; results are row-major with
// `stride` bytes a row, a multiple of 32. Rows are a multiple of 4. Summation runs over depth in order, segment after
// segment, so the bits do not depend on blocking. Do not unroll the depth loop: V8 does, and long bodies spill.
import { hardSigmoid, slope } from './math';

// Where the accumulators start.
// @ts-ignore: decorator
@inline export const FROM_ZERO: i32 = 0;
/** From a row of `columns` values, the same for each row. */
// @ts-ignore: decorator
@inline export const FROM_BIAS: i32 = 1;
/** From what the result holds. */
// @ts-ignore: decorator
@inline export const FROM_RESULT: i32 = 2;

// What happens to them at the end; `x`, `y`, … are arrays of the result's layout.
// @ts-ignore: decorator
@inline export const STORE: i32 = 0;
/** out = hardSigmoid(acc) */
// @ts-ignore: decorator
@inline export const STORE_HARD_SIGMOID: i32 = 1;
/** out = hardSigmoid(acc), y = out ∘ x */
// @ts-ignore: decorator
@inline export const STORE_HARD_SIGMOID_TIMES: i32 = 2;
/** out += acc ∘ x */
// @ts-ignore: decorator
@inline export const ADD_MASKED: i32 = 3;
/** GRU, reset before the product: acc = d(r∘h); dr = acc ∘ h ∘ σ'(r); dh = acc ∘ r (∘ mask) + dh ∘ z */
// @ts-ignore: decorator
@inline export const GRU_RESET: i32 = 4;

/** Arrays that a `finish` reads and writes besides the result. */
// @ts-ignore: decorator
@inline function finishAt(
  finish: i32,
  acc: v128,
  at: usize,
  out: usize,
  x: usize,
  y: usize,
  z: usize,
  r: usize,
  mask: usize,
  recurrentActivation: i32,
): void {
  if (finish == STORE) {
    v128.store(out + at, acc);
  } else if (finish == STORE_HARD_SIGMOID) {
    v128.store(out + at, hardSigmoid(acc));
  } else if (finish == STORE_HARD_SIGMOID_TIMES) {
    const gate = hardSigmoid(acc);
    v128.store(out + at, gate);
    v128.store(y + at, f32x4.mul(gate, v128.load(x + at)));
  } else if (finish == ADD_MASKED) {
    v128.store(out + at, f32x4.add(v128.load(out + at), f32x4.mul(acc, v128.load(x + at))));
  } else {
    const reset = v128.load(r + at);
    v128.store(y + at, f32x4.mul(f32x4.mul(acc, v128.load(x + at)), slope(recurrentActivation, reset)));
    let state = f32x4.mul(acc, reset);
    if (mask) state = f32x4.mul(state, v128.load(mask + at));
    v128.store(out + at, f32x4.add(state, f32x4.mul(v128.load(out + at), v128.load(z + at))));
  }
}

/**
 * result[rows, 8·panels] = start + L[rows, leadDepth]·M[leadDepth, 8·panels] + Σ over segments
 * A_s[rows, depth]·B_s[depth, 8·panels], then `finish`. L is the lead at `lead`, M at `leadB`; `leadDepth` 0 leaves it
 * out. A_s begins at `a + s·aNext`, B_s at `b + s·bNext`; there is at least one segment, its depth may be 0.
 *
 * Addresses run along instead of being multiplied out, and the loops over rows and segments test at their end: V8 would
 * else compute each address anew for every register tile and keep the depth loop's values on the stack.
 * The depth loop stands twice, for the lead and for the segments: accumulators are named locals, which no function can
 * share, and the lead as one more segment, of its own strides, made a recurrent step 2 % slower.
 */
// @ts-ignore: decorator
@inline export function product(
  start: i32,
  finish: i32,
  rows: i32,
  panels: i32,
  out: usize,
  stride: usize,
  bias: usize,
  lead: usize,
  leadStride: usize,
  leadDepth: i32,
  leadB: usize,
  segments: i32,
  a: usize,
  aNext: usize,
  aStride: usize,
  depth: i32,
  b: usize,
  bNext: usize,
  x: usize,
  y: usize,
  z: usize,
  r: usize,
  mask: usize,
  recurrentActivation: i32,
): void {
  const rowBytes = <usize>depth << 2;
  const leadBytes = <usize>leadDepth << 2;
  // Rows are counted by their addresses, which move on even where a row holds nothing.
  if (!aStride) aStride = 4;
  const aEnd = a + <usize>rows * aStride;
  const columnEnd = <usize>panels << 5;
  for (let column: usize = 0; column < columnEnd; column += 32) {
    let leadRow = lead;
    let at = column;
    let row = a;
    do {
      let c00: v128, c01: v128, c10: v128, c11: v128, c20: v128, c21: v128, c30: v128, c31: v128;
      if (start == FROM_BIAS) {
        c00 = v128.load(bias);
        c01 = v128.load(bias, 16);
        c10 = c00;
        c11 = c01;
        c20 = c00;
        c21 = c01;
        c30 = c00;
        c31 = c01;
      } else if (start == FROM_RESULT) {
        const row0 = out + at;
        const row1 = row0 + stride;
        const row2 = row1 + stride;
        const row3 = row2 + stride;
        c00 = v128.load(row0);
        c01 = v128.load(row0, 16);
        c10 = v128.load(row1);
        c11 = v128.load(row1, 16);
        c20 = v128.load(row2);
        c21 = v128.load(row2, 16);
        c30 = v128.load(row3);
        c31 = v128.load(row3, 16);
      } else {
        c00 = f32x4.splat(0);
        c01 = f32x4.splat(0);
        c10 = f32x4.splat(0);
        c11 = f32x4.splat(0);
        c20 = f32x4.splat(0);
        c21 = f32x4.splat(0);
        c30 = f32x4.splat(0);
        c31 = f32x4.splat(0);
      }
      if (leadDepth) {
        let a0 = leadRow;
        let a1 = a0 + leadStride;
        let a2 = a1 + leadStride;
        let a3 = a2 + leadStride;
        let panelB = leadB;
        const end = a0 + leadBytes;
        while (a0 < end) {
          const b0 = v128.load(panelB);
          const b1 = v128.load(panelB, 16);
          let value = v128.load32_splat(a0);
          c00 = f32x4.add(c00, f32x4.mul(value, b0));
          c01 = f32x4.add(c01, f32x4.mul(value, b1));
          value = v128.load32_splat(a1);
          c10 = f32x4.add(c10, f32x4.mul(value, b0));
          c11 = f32x4.add(c11, f32x4.mul(value, b1));
          value = v128.load32_splat(a2);
          c20 = f32x4.add(c20, f32x4.mul(value, b0));
          c21 = f32x4.add(c21, f32x4.mul(value, b1));
          value = v128.load32_splat(a3);
          c30 = f32x4.add(c30, f32x4.mul(value, b0));
          c31 = f32x4.add(c31, f32x4.mul(value, b1));
          a0 += 4;
          a1 += 4;
          a2 += 4;
          a3 += 4;
          panelB += 32;
        }
        leadRow += leadStride << 2;
      }
      let segmentA = row;
      let segmentB = b;
      let left = segments;
      do {
        let a0 = segmentA;
        let a1 = a0 + aStride;
        let a2 = a1 + aStride;
        let a3 = a2 + aStride;
        let panelB = segmentB;
        const end = a0 + rowBytes;
        while (a0 < end) {
          const b0 = v128.load(panelB);
          const b1 = v128.load(panelB, 16);
          let value = v128.load32_splat(a0);
          c00 = f32x4.add(c00, f32x4.mul(value, b0));
          c01 = f32x4.add(c01, f32x4.mul(value, b1));
          value = v128.load32_splat(a1);
          c10 = f32x4.add(c10, f32x4.mul(value, b0));
          c11 = f32x4.add(c11, f32x4.mul(value, b1));
          value = v128.load32_splat(a2);
          c20 = f32x4.add(c20, f32x4.mul(value, b0));
          c21 = f32x4.add(c21, f32x4.mul(value, b1));
          value = v128.load32_splat(a3);
          c30 = f32x4.add(c30, f32x4.mul(value, b0));
          c31 = f32x4.add(c31, f32x4.mul(value, b1));
          a0 += 4;
          a1 += 4;
          a2 += 4;
          a3 += 4;
          panelB += 32;
        }
        segmentA += aNext;
        segmentB += bNext;
      } while (--left > 0);
      let to = at;
      finishAt(finish, c00, to, out, x, y, z, r, mask, recurrentActivation);
      finishAt(finish, c01, to + 16, out, x, y, z, r, mask, recurrentActivation);
      to += stride;
      finishAt(finish, c10, to, out, x, y, z, r, mask, recurrentActivation);
      finishAt(finish, c11, to + 16, out, x, y, z, r, mask, recurrentActivation);
      to += stride;
      finishAt(finish, c20, to, out, x, y, z, r, mask, recurrentActivation);
      finishAt(finish, c21, to + 16, out, x, y, z, r, mask, recurrentActivation);
      to += stride;
      finishAt(finish, c30, to, out, x, y, z, r, mask, recurrentActivation);
      finishAt(finish, c31, to + 16, out, x, y, z, r, mask, recurrentActivation);
      at += stride << 2;
      row += aStride << 2;
    } while (row < aEnd);
    bias += 32;
    leadB += leadBytes << 3;
    b += rowBytes << 3;
  }
}

/**
 * Repacks panels of B `[columns/8][depth][8]` into panels of its transpose `[ceil(depth/8)][columns][8]`, for products
 * with Bᵀ. Lanes past `depth` become 0.
 */
export function transposePanels(b: usize, depth: i32, columns: i32, transposed: usize): void {
  const panels = (depth + 7) >> 3;
  for (let panel = 0; panel < panels; panel++) {
    for (let column = 0; column < columns; column++) {
      const source = b + <usize>((((column >> 3) * depth) << 3) + (column & 7)) * 4;
      for (let lane = 0; lane < 8; lane++) {
        const i = (panel << 3) + lane;
        store<f32>(transposed, i < depth ? load<f32>(source + (<usize>i << 5)) : 0);
        transposed += 4;
      }
    }
  }
}
