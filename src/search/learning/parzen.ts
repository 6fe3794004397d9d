// A Parzen estimator of points in the cube: a mixture of one kernel for each observation and a wide one, the prior. A kernel
// is a product over the dimensions: normals cut at the ends, of choices a share for the same and one for each other.
import type { SeededRandom } from '../../statistics/seeded-random.js';
import type { Axis } from '../space/axes.js';
import { DECAY_REACH, decay } from './decay.js';
import { drawNormal, normalCdf } from './normal.js';

/** Cut normals are drawn until they lie inside; the least likely case, a corner with a wide kernel, needs three draws. */
const MOST_DRAWS = 64;
/** Φ from a table, error below 1e-6: a density needs no more, and a proposal asks for thousands. */
const TABLE_REACH = 6;
const TABLE_STEPS = 256;
const CDF_TABLE = Float64Array.from({ length: 2 * TABLE_REACH * TABLE_STEPS + 2 }, (_, place) =>
  normalCdf(place / TABLE_STEPS - TABLE_REACH),
);

/** Dimensions that are summed before a kernel may be left: after three of them nine of ten are too far off. */
const BLOCK = 3;
/** The squared distance from which on a kernel's density is 0. */
const FARTHEST = 2 * DECAY_REACH;

export interface ParzenOptions {
  readonly axes: readonly Axis[];
  /** [d, n], a column for each dimension: centres of the kernels; NaN: the observation has no such dimension. */
  readonly centres: readonly Float64Array[];
  /** [d, n]: bandwidths of the numbers. */
  readonly widths: readonly Float64Array[];
  /** [n + 1], the prior's last. */
  readonly weights: Float64Array;
  readonly priorWeight: number;
}

export class Parzen {
  private readonly count: number;
  /** [d, n]; 0 where the observation has no such dimension. */
  private readonly inverseWidths: readonly Float64Array[];
  /** [n + 1]: weight over all that normalises the kernel's numbers; the prior's last. */
  private readonly heights: Float64Array;
  /** [d, n]: what a number takes from the height, 1 where there is none: given back where a point does not have it. */
  private readonly masses: readonly Float64Array[];
  private readonly cumulated: Float64Array;
  /** [n]: squared distances of the point that is looked at. */
  private readonly squares: Float64Array;
  /** [d, n]: the centres of the numbers, 0 where there is none. */
  private readonly middles: readonly Float64Array[];
  /**
   * [n, blocks, centre and inverse width of a block's dimensions, 0 past the last]: what a point that has all dimensions is
   * measured by in one pass; null where there are choices.
   */
  private readonly packed: Float64Array | null;
  /** Weight of each other choice against 1 for the kernel's own. */
  private readonly choiceShare: number;

  constructor(private readonly options: ParzenOptions) {
    const { axes, centres, widths, weights, priorWeight } = options;
    const count = weights.length - 1;
    this.count = count;
    this.squares = new Float64Array(count);
    this.middles = centres.map(withoutGaps);
    this.choiceShare = priorWeight / (count + 1);
    this.cumulated = new Float64Array(weights.length);
    let total = 0;
    for (let kernel = 0; kernel <= count; kernel++) {
      total += weights[kernel] as number;
      this.cumulated[kernel] = total;
    }
    const heights = weights.map((weight) => weight / total);
    this.heights = heights;
    const masses = axes.map(({ isChoice }) => new Float64Array(isChoice ? 0 : count).fill(1));
    this.masses = masses;
    this.inverseWidths = axes.map(({ isChoice, cell }, place) => {
      const inverse = new Float64Array(count);
      if (isChoice) return inverse;
      const mass = masses[place] as Float64Array;
      measureKernels(centres[place] as Float64Array, widths[place] as Float64Array, cell, inverse, mass);
      for (let kernel = 0; kernel < count; kernel++)
        heights[kernel] = (heights[kernel] as number) / (mass[kernel] as number);
      return inverse;
    });
    this.packed = axes.some(({ isChoice }) => isChoice) ? null : this.pack();
  }

  /** Density at a row of shares; NaN there: a dimension that the point does not have. */
  density(row: Float64Array): number {
    const { squares, count, packed } = this;
    if (packed !== null && !row.some(Number.isNaN)) return this.numbersDensity(packed, row);
    const heights = this.heightsFor(row);
    squares.fill(0);
    /** A number's place that waits for another: two at a time are half the stores. */
    let waiting = -1;
    for (const [place, axis] of this.options.axes.entries()) {
      const share = row[place] as number;
      if (Number.isNaN(share)) continue;
      if (axis.isChoice) this.addChoice(axis, this.options.centres[place] as Float64Array, share);
      else if (waiting < 0) waiting = place;
      else {
        this.addNumbers(row, waiting, place);
        waiting = -1;
      }
    }
    if (waiting >= 0) this.addNumbers(row, waiting, waiting);
    let density = (heights[count] as number) * this.priorDensity(row);
    for (let kernel = 0; kernel < count; kernel++)
      density += (heights[kernel] as number) * decay(0.5 * (squares[kernel] as number));
    return density;
  }

  private pack(): Float64Array {
    const { count, middles, inverseWidths } = this;
    const stride = 2 * BLOCK * Math.ceil(middles.length / BLOCK);
    const packed = new Float64Array(count * stride);
    for (const [place, column] of middles.entries()) {
      const inverse = inverseWidths[place] as Float64Array;
      for (let kernel = 0, at = 2 * place; kernel < count; kernel++, at += stride) {
        packed[at] = column[kernel] as number;
        packed[at + 1] = inverse[kernel] as number;
      }
    }
    return packed;
  }

  /** The same sums in the same order as by columns; a kernel is left as soon as it is too far off to count. */
  private numbersDensity(packed: Float64Array, row: Float64Array): number {
    const { heights, count } = this;
    const shares = new Float64Array(BLOCK * Math.ceil(row.length / BLOCK));
    shares.set(row);
    const places = shares.length;
    let density = (heights[count] as number) * this.priorDensity(row);
    for (let kernel = 0, first = 0; kernel < count; kernel++, first += 2 * places) {
      let square = 0;
      for (let place = 0, at = first; place < places && square < FARTHEST; place += BLOCK, at += 2 * BLOCK) {
        const x = ((shares[place] as number) - (packed[at] as number)) * (packed[at + 1] as number);
        const y = ((shares[place + 1] as number) - (packed[at + 2] as number)) * (packed[at + 3] as number);
        const z = ((shares[place + 2] as number) - (packed[at + 4] as number)) * (packed[at + 5] as number);
        square = square + x * x + y * y + z * z;
      }
      if (square < FARTHEST) density += (heights[kernel] as number) * decay(0.5 * square);
    }
    return density;
  }

  /** Of the dimensions that the point has: over the others a kernel's density adds up to 1. */
  private heightsFor(row: Float64Array): Float64Array {
    let { heights } = this;
    for (const [place, { isChoice }] of this.options.axes.entries()) {
      if (isChoice || !Number.isNaN(row[place] as number)) continue;
      const masses = this.masses[place] as Float64Array;
      heights = heights.map((height, kernel) => height * (masses[kernel] ?? 1));
    }
    return heights;
  }

  /** All kernels, far ones too: a loop without branches is quicker than one that leaves some out. The same place twice: once. */
  private addNumbers(row: Float64Array, one: number, other: number): void {
    const { squares, count } = this;
    const middles = this.middles[one] as Float64Array;
    const inverse = this.inverseWidths[one] as Float64Array;
    const share = row[one] as number;
    if (one === other) {
      for (let kernel = 0; kernel < count; kernel++) {
        const z = (share - (middles[kernel] as number)) * (inverse[kernel] as number);
        squares[kernel] = (squares[kernel] as number) + z * z;
      }
      return;
    }
    const otherMiddles = this.middles[other] as Float64Array;
    const otherInverse = this.inverseWidths[other] as Float64Array;
    const otherShare = row[other] as number;
    for (let kernel = 0; kernel < count; kernel++) {
      const z = (share - (middles[kernel] as number)) * (inverse[kernel] as number);
      const y = (otherShare - (otherMiddles[kernel] as number)) * (otherInverse[kernel] as number);
      squares[kernel] = (squares[kernel] as number) + z * z + y * y;
    }
  }

  /** −2·log of the share of the choice: the kernel's own, another one, or any where it has none. */
  private addChoice({ count, cell }: Axis, centres: Float64Array, share: number): void {
    const { squares, choiceShare } = this;
    const choices = count ?? 1;
    const all = 1 + choices * choiceShare;
    const same = -2 * Math.log((1 + choiceShare) / all);
    const other = -2 * Math.log(Math.max(choiceShare / all, Number.MIN_VALUE));
    const none = 2 * Math.log(choices);
    for (let kernel = 0; kernel < squares.length; kernel++) {
      const centre = centres[kernel] as number;
      const term = Number.isNaN(centre) ? none : Math.abs(share - centre) < cell / 2 ? same : other;
      squares[kernel] = (squares[kernel] as number) + term;
    }
  }

  /** A row of shares drawn from the mixture, numbers not yet snapped to their cells. */
  draw(random: SeededRandom, into: Float64Array): void {
    const { axes, centres } = this.options;
    const kernel = this.drawKernel(random);
    for (const [place, axis] of axes.entries()) {
      // The prior has no centre.
      const centre = centres[place]?.[kernel] ?? Number.NaN;
      if (axis.isChoice) {
        const keepsOwn = random.uniform() * (1 + (axis.count ?? 1) * this.choiceShare) < 1;
        into[place] = keepsOwn && !Number.isNaN(centre) ? centre : random.uniform();
      } else if (Number.isNaN(centre)) into[place] = drawCut(random, 0.5, 1);
      else into[place] = drawCut(random, centre, 1 / (this.inverseWidths[place]?.[kernel] ?? 1));
    }
  }

  private drawKernel(random: SeededRandom): number {
    const mark = random.uniform() * (this.cumulated[this.count] ?? 0);
    const kernel = this.cumulated.findIndex((sum) => mark < sum);
    return kernel < 0 ? this.count : kernel;
  }

  /** A normal as wide as the cube around its middle, and each choice alike. */
  private priorDensity(row: Float64Array): number {
    let density = 1;
    for (const [place, axis] of this.options.axes.entries()) {
      const share = row[place] ?? Number.NaN;
      if (Number.isNaN(share)) continue;
      density *= axis.isChoice ? 1 / (axis.count ?? 1) : Math.exp(-0.5 * (share - 0.5) ** 2) / PRIOR_MASS;
    }
    return density;
  }
}

function withoutGaps(column: Float64Array): Float64Array {
  const filled = new Float64Array(column.length);
  for (let kernel = 0; kernel < filled.length; kernel++) {
    const centre = column[kernel] as number;
    filled[kernel] = centre >= 0 ? centre : 0;
  }
  return filled;
}

/** Writes one over each kernel's width, and what its share inside the cube must be divided by; of a kernel without a centre 0 and 1. */
function measureKernels(
  centres: Float64Array,
  widths: Float64Array,
  cell: number,
  inverse: Float64Array,
  masses: Float64Array,
): void {
  // A value owns its cell: the kernel spread by the cell's own variance.
  const spread = (cell * cell) / 12;
  for (let kernel = 0; kernel < centres.length; kernel++) {
    const centre = centres[kernel] as number;
    if (Number.isNaN(centre)) continue;
    const own = widths[kernel] as number;
    const width = spread === 0 ? own : Math.sqrt(own * own + spread);
    const reach = TABLE_REACH * width;
    const isWhole = centre >= reach && 1 - centre >= reach;
    const inside = isWhole ? 1 : cdf((1 - centre) / width) - cdf(-centre / width);
    inverse[kernel] = 1 / width;
    masses[kernel] = width * SQRT_2_PI * inside;
  }
}

function drawCut(random: SeededRandom, centre: number, width: number): number {
  for (let draw = 0; draw < MOST_DRAWS; draw++) {
    const share = centre + width * drawNormal(random);
    if (share >= 0 && share <= 1) return share;
  }
  return centre;
}

const SQRT_2_PI = Math.sqrt(2 * Math.PI);
const PRIOR_MASS = SQRT_2_PI * (normalCdf(0.5) - normalCdf(-0.5));

function cdf(z: number): number {
  if (z <= -TABLE_REACH) return 0;
  if (z >= TABLE_REACH) return 1;
  const at = (z + TABLE_REACH) * TABLE_STEPS;
  const place = Math.floor(at);
  const low = CDF_TABLE[place] as number;
  return low + (at - place) * ((CDF_TABLE[place + 1] as number) - low);
}
