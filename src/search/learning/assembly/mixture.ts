// Densities of points under a mixture of kernels, two of each at a time: what a proposal of tpe asks thousands of. See
// ../mixture-kernel.ts, which lays the memory out. Every value is computed by plain double operations in the order of a loop in
// JavaScript, so that its bits are the same on every machine.

/** Dimensions that are summed before a kernel may be left: after three of them nine of ten are too far off. */
const BLOCK = 3;
/** exp(−x) is read from a table of so many steps for each 1, and is 0 from its end on. */
const DECAY_STEPS: f64 = 64;
const DECAY_REACH: f64 = 60;
/** Φ(z) likewise, of −reach to reach. */
const CDF_STEPS: f64 = 256;
const CDF_REACH: f64 = 6;
const SQRT_2_PI: f64 = 2.5066282746310002;

/** Where the memory's own use begins. */
export function heapBase(): usize {
  return __heap_base;
}

/** Of each lane the value at its place in a table. */
// @ts-ignore: decorator
@inline function lookUp(table: usize, places: v128): v128 {
  const first = v128.load64_splat(table + (<usize>i32x4.extract_lane(places, 0) << 3));
  return v128.load_lane<f64>(table + (<usize>i32x4.extract_lane(places, 1) << 3), first, 1);
}

/** exp(−x) for x ≥ 0, to 7e-7 of itself; 0 from x = 60 on. */
// @ts-ignore: decorator
@inline function decay(x: v128, table: usize): v128 {
  const one = f64x2.splat(1);
  const at = f64x2.mul(f64x2.pmin(f64x2.splat(DECAY_REACH), x), f64x2.splat(DECAY_STEPS));
  const places = i32x4.trunc_sat_f64x2_s_zero(at);
  const rest = f64x2.mul(f64x2.sub(at, f64x2.convert_low_i32x4_s(places)), f64x2.splat(1 / DECAY_STEPS));
  const curve = f64x2.sub(one, f64x2.mul(rest, f64x2.sub(one, f64x2.mul(f64x2.splat(0.5), rest))));
  return v128.and(f64x2.mul(lookUp(table, places), curve), f64x2.lt(x, f64x2.splat(DECAY_REACH)));
}

/** Φ(z), error below 1e-6; 0 and 1 from the ends of the table on. */
// @ts-ignore: decorator
@inline function cdf(z: v128, table: usize): v128 {
  const reach = f64x2.splat(CDF_REACH);
  const inner = f64x2.pmin(reach, f64x2.pmax(f64x2.neg(reach), z));
  const at = f64x2.mul(f64x2.add(inner, reach), f64x2.splat(CDF_STEPS));
  const places = i32x4.trunc_sat_f64x2_s_zero(at);
  const low = lookUp(table, places);
  const step = f64x2.sub(lookUp(table + 8, places), low);
  const share = f64x2.add(low, f64x2.mul(f64x2.sub(at, f64x2.convert_low_i32x4_s(places)), step));
  const above = f64x2.ge(z, reach);
  return v128.bitselect(f64x2.splat(1), v128.and(share, f64x2.gt(z, f64x2.neg(reach))), above);
}

/** Bits of `lanes` where they are numbers, 0 where they are NaN. */
// @ts-ignore: decorator
@inline function orZero(lanes: v128): v128 {
  return v128.and(lanes, f64x2.eq(lanes, lanes));
}

/**
 * A dimension of numbers of `count` kernels, a multiple of two: from `centres` (NaN: the kernel has none) and `widths` to
 * `kernels` (centre, inverse width; `stride` bytes apart) and `masses`, what the share inside the cube must be divided by;
 * `heights` are. `spread` is the variance of a value's cell.
 */
export function measureKernels(
  count: i32,
  centres: usize,
  widths: usize,
  spread: f64,
  kernels: usize,
  stride: i32,
  masses: usize,
  heights: usize,
  table: usize,
): void {
  const one = f64x2.splat(1);
  for (let k = 0; k < count; k += 2) {
    const given = v128.load(centres);
    const isThere = f64x2.eq(given, given);
    const centre = v128.and(given, isThere);
    let width = v128.load(widths);
    if (spread != 0) width = f64x2.sqrt(f64x2.add(f64x2.mul(width, width), f64x2.splat(spread)));
    const reach = f64x2.mul(f64x2.splat(CDF_REACH), width);
    const rest = f64x2.sub(one, centre);
    const isWhole = v128.and(f64x2.ge(centre, reach), f64x2.ge(rest, reach));
    let inside = f64x2.sub(cdf(f64x2.div(rest, width), table), cdf(f64x2.div(f64x2.neg(centre), width), table));
    inside = v128.bitselect(one, inside, isWhole);
    let mass = f64x2.mul(f64x2.mul(width, f64x2.splat(SQRT_2_PI)), inside);
    mass = v128.bitselect(mass, one, isThere);
    const inverse = v128.and(f64x2.div(one, width), isThere);
    v128.store(masses, mass);
    v128.store(heights, f64x2.div(v128.load(heights), mass));
    v128.store(kernels, i64x2.shuffle(centre, inverse, 0, 2));
    v128.store(kernels + <usize>stride, i64x2.shuffle(centre, inverse, 1, 3));
    kernels += <usize>stride << 1;
    centres += 16;
    widths += 16;
    masses += 16;
    heights += 16;
  }
}

/**
 * Adds to `densities` [pairs, 2] what `count` kernels add up to at `rows` [pairs, 3·blocks + choices, 2]. `kernels` [count,
 * 3·blocks · (centre, inverse width), choices · centre]; `masses` [3·blocks, massStride bytes]; `heights` [count]; `terms`
 * [choices, 4]: half a cell, and −2·log of the share of the kernel's own choice, of another one, and of any where it has none.
 */
export function addDensities(
  count: i32,
  blocks: i32,
  choices: i32,
  pairs: i32,
  kernels: usize,
  masses: usize,
  massStride: i32,
  heights: usize,
  terms: usize,
  rows: usize,
  densities: usize,
  table: usize,
): void {
  const numbers = <usize>(BLOCK * blocks);
  const stride = ((numbers << 1) + <usize>choices) << 3;
  const rowBytes = (numbers + <usize>choices) << 4;
  const farthest = f64x2.splat(2 * DECAY_REACH);
  for (let pair = 0; pair < pairs; pair++, rows += rowBytes, densities += 16) {
    let density = v128.load(densities);
    let hasGaps = false;
    for (let at: usize = 0; at < numbers << 4; at += 16) {
      const share = v128.load(rows + at);
      if (v128.any_true(f64x2.ne(share, share))) hasGaps = true;
    }
    let kernel = kernels;
    for (let k = 0; k < count; k++, kernel += stride) {
      let square = f64x2.splat(0);
      let at = kernel;
      let row = rows;
      let isFar = false;
      for (let block = 0; block < blocks; block++, at += 16 * BLOCK, row += 16 * BLOCK) {
        let x = f64x2.mul(f64x2.sub(v128.load(row), v128.load64_splat(at)), v128.load64_splat(at, 8));
        let y = f64x2.mul(f64x2.sub(v128.load(row, 16), v128.load64_splat(at, 16)), v128.load64_splat(at, 24));
        let z = f64x2.mul(f64x2.sub(v128.load(row, 32), v128.load64_splat(at, 32)), v128.load64_splat(at, 40));
        if (hasGaps) {
          x = orZero(x);
          y = orZero(y);
          z = orZero(z);
        }
        square = f64x2.add(square, f64x2.mul(x, x));
        square = f64x2.add(square, f64x2.mul(y, y));
        square = f64x2.add(square, f64x2.mul(z, z));
        if (!v128.any_true(f64x2.lt(square, farthest))) {
          isFar = true;
          break;
        }
      }
      if (isFar) continue;
      for (let choice = 0, term = terms; choice < choices; choice++, term += 32, at += 8, row += 16) {
        const share = v128.load(row);
        const centre = v128.load64_splat(at);
        const isOwn = f64x2.lt(f64x2.abs(f64x2.sub(share, centre)), v128.load64_splat(term));
        let added = v128.bitselect(v128.load64_splat(term, 8), v128.load64_splat(term, 16), isOwn);
        added = v128.bitselect(added, v128.load64_splat(term, 24), f64x2.eq(centre, centre));
        square = f64x2.add(square, v128.and(added, f64x2.eq(share, share)));
      }
      let height = v128.load64_splat(heights + (<usize>k << 3));
      // Over a dimension that the point does not have a kernel adds up to 1: its height gets back what that took.
      if (hasGaps)
        for (let place: usize = 0; place < numbers; place++) {
          const share = v128.load(rows + (place << 4));
          const mass = v128.load64_splat(masses + place * <usize>massStride + (<usize>k << 3));
          height = f64x2.mul(height, v128.bitselect(f64x2.splat(1), mass, f64x2.eq(share, share)));
        }
      density = f64x2.add(density, f64x2.mul(height, decay(f64x2.mul(f64x2.splat(0.5), square), table)));
    }
    v128.store(densities, density);
  }
}
