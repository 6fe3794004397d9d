// Densities of points under a mixture of kernels, two points at a time: what a proposal of tpe asks thousands of. See
// ../mixture-kernel.ts, which lays the memory out. Every value is computed by plain double operations, and each point's sum in
// the order of the kernels, so that the bits are those of a loop in JavaScript, on every machine.

/** Dimensions of numbers that are summed in one go; a kernel's are padded to a multiple. */
const BLOCK = 3;
/** exp(−x) is read from a table of so many steps for each 1, and is 0 from its end on. */
const DECAY_STEPS: f64 = 64;
const DECAY_REACH: f64 = 60;
/** 2⁴⁹: added to a whole number, it leaves eight times that number in the low bits: its place among doubles, in bytes. */
const TO_BYTES: f64 = 562949953421312;

/** Where the memory's own use begins. */
export function heapBase(): usize {
  return __heap_base;
}

/** exp(−square/2), to 7e-7 of itself; 0 from the table's end on. */
// @ts-ignore: decorator
@inline function decay(square: v128, table: usize): v128 {
  const one = f64x2.splat(1);
  const end = f64x2.splat(DECAY_REACH * DECAY_STEPS);
  const at = f64x2.pmin(end, f64x2.mul(square, f64x2.splat(DECAY_STEPS / 2)));
  const step = f64x2.floor(at);
  const bytes = f64x2.add(step, f64x2.splat(TO_BYTES));
  let value = v128.load64_zero(table + <usize>i32x4.extract_lane(bytes, 0));
  value = v128.load_lane<f64>(table + <usize>i32x4.extract_lane(bytes, 2), value, 1);
  const rest = f64x2.mul(f64x2.sub(at, step), f64x2.splat(1 / DECAY_STEPS));
  const curve = f64x2.sub(one, f64x2.mul(rest, f64x2.sub(one, f64x2.mul(f64x2.splat(0.5), rest))));
  return v128.and(f64x2.mul(value, curve), f64x2.lt(at, end));
}

/** Bits of `lanes` where they are numbers, 0 where they are NaN. */
// @ts-ignore: decorator
@inline function orZero(lanes: v128): v128 {
  return v128.and(lanes, f64x2.eq(lanes, lanes));
}

/**
 * Adds to `densities` [pairs, 2] what `count` kernels add up to at `rows` [pairs, 3·blocks + choices, 2], where NaN is a
 * dimension that the point does not have; `hasGaps`: there are any. `kernels` [count, 3·blocks · (centre, inverse width), choices
 * · centre]; `masses` [count, 3·blocks], read where there are gaps; `heights` [count]; `terms` [choices, 4]: half a cell, and
 * −2·log of the share of the kernel's own choice, of another one, and of any where it has none. `squares` [pairs, 2]: scratch.
 */
export function addDensities(
  count: i32,
  blocks: i32,
  choices: i32,
  pairs: i32,
  hasGaps: bool,
  kernels: usize,
  masses: usize,
  heights: usize,
  terms: usize,
  rows: usize,
  densities: usize,
  squares: usize,
  table: usize,
): void {
  const numbers = <usize>(BLOCK * blocks);
  const rowBytes = (numbers + <usize>choices) << 4;
  const pairBytes = <usize>pairs << 4;
  const farthest = f64x2.splat(2 * DECAY_REACH);
  const stride = ((numbers << 1) + <usize>choices) << 3;
  for (let k = 0; k < count; k++, kernels += stride) {
    let at = kernels;
    let column = rows;
    let isFar = false;
    for (let block = 0; block < blocks; block++, at += 16 * BLOCK, column += 16 * BLOCK) {
      const centreX = v128.load64_splat(at);
      const inverseX = v128.load64_splat(at, 8);
      const centreY = v128.load64_splat(at, 16);
      const inverseY = v128.load64_splat(at, 24);
      const centreZ = v128.load64_splat(at, 32);
      const inverseZ = v128.load64_splat(at, 40);
      let least = farthest;
      let row = column;
      for (let pair: usize = 0; pair < pairBytes; pair += 16, row += rowBytes) {
        let x = f64x2.mul(f64x2.sub(v128.load(row), centreX), inverseX);
        let y = f64x2.mul(f64x2.sub(v128.load(row, 16), centreY), inverseY);
        let z = f64x2.mul(f64x2.sub(v128.load(row, 32), centreZ), inverseZ);
        if (hasGaps) {
          x = orZero(x);
          y = orZero(y);
          z = orZero(z);
        }
        let square = f64x2.mul(x, x);
        if (block > 0) square = f64x2.add(v128.load(squares + pair), square);
        square = f64x2.add(square, f64x2.mul(y, y));
        square = f64x2.add(square, f64x2.mul(z, z));
        v128.store(squares + pair, square);
        least = f64x2.pmin(least, square);
      }
      // Far from every point, as most kernels are: the other dimensions take it no nearer.
      if (!v128.any_true(f64x2.lt(least, farthest))) {
        isFar = true;
        break;
      }
    }
    if (isFar) continue;
    for (let choice = 0, term = terms; choice < choices; choice++, term += 32, at += 8, column += 16) {
      const centre = v128.load64_splat(at);
      const half = v128.load64_splat(term);
      const own = v128.load64_splat(term, 8);
      const other = v128.load64_splat(term, 16);
      const any = v128.load64_splat(term, 24);
      const isThere = f64x2.eq(centre, centre);
      let row = column;
      for (let pair: usize = 0; pair < pairBytes; pair += 16, row += rowBytes) {
        const share = v128.load(row);
        const isOwn = f64x2.lt(f64x2.abs(f64x2.sub(share, centre)), half);
        const added = v128.bitselect(v128.bitselect(own, other, isOwn), any, isThere);
        const sum = f64x2.add(v128.load(squares + pair), v128.and(added, f64x2.eq(share, share)));
        v128.store(squares + pair, sum);
      }
    }
    const height = v128.load64_splat(heights + (<usize>k << 3));
    let row = rows;
    for (let pair: usize = 0; pair < pairBytes; pair += 16, row += rowBytes) {
      const square = v128.load(squares + pair);

      let own = height;
      // Over a dimension that the point does not have a kernel adds up to 1: its height gets back what that took.
      if (hasGaps)
        for (let place: usize = 0; place < numbers; place++) {
          const share = v128.load(row + (place << 4));
          const mass = v128.load64_splat(masses + ((<usize>k * numbers + place) << 3));
          own = f64x2.mul(own, v128.bitselect(f64x2.splat(1), mass, f64x2.eq(share, share)));
        }
      const sum = f64x2.add(v128.load(densities + pair), f64x2.mul(own, decay(square, table)));
      v128.store(densities + pair, sum);
    }
  }
}
