// A Parzen estimator of points in the cube: a mixture of one kernel for each observation and a wide one, the prior. A kernel
// is a product over the dimensions: normals cut at the ends, of choices a share for the same and one for each other.
import type { SeededRandom } from '../../statistics/seeded-random.js';
import type { Axis } from '../space/axes.js';
import { decay } from './decay.js';
import { drawNormal, normalCdf } from './normal.js';

/** Cut normals are drawn until they lie inside; the least likely case, a corner with a wide kernel, needs three draws. */
const MOST_DRAWS = 64;
/** Φ from a table, error below 1e-6: a density needs no more, and a proposal asks for thousands. */
const TABLE_REACH = 6;
const TABLE_STEPS = 256;
const CDF_TABLE = Float64Array.from({ length: 2 * TABLE_REACH * TABLE_STEPS + 2 }, (_, place) =>
  normalCdf(place / TABLE_STEPS - TABLE_REACH),
);

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
  /** Weight of each other choice against 1 for the kernel's own. */
  private readonly choiceShare: number;

  constructor(private readonly options: ParzenOptions) {
    const { axes, centres, widths, weights, priorWeight } = options;
    const count = weights.length - 1;
    this.count = count;
    this.squares = new Float64Array(count);
    this.middles = centres.map((column) => column.map((centre) => (Number.isNaN(centre) ? 0 : centre)));
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
      const column = centres[place] as Float64Array;
      const own = widths[place] as Float64Array;
      // A value owns its cell: the kernel spread by the cell's own variance.
      const spread = (cell * cell) / 12;
      for (let kernel = 0; kernel < count; kernel++) {
        const centre = column[kernel] as number;
        if (Number.isNaN(centre)) continue;
        const width = Math.sqrt((own[kernel] as number) ** 2 + spread);
        inverse[kernel] = 1 / width;
        const inside = cdf((1 - centre) / width) - cdf(-centre / width);
        const mass = width * SQRT_2_PI * inside;
        (masses[place] as Float64Array)[kernel] = mass;
        heights[kernel] = (heights[kernel] as number) / mass;
      }
      return inverse;
    });
  }

  /** Density at a row of shares; NaN there: a dimension that the point does not have. */
  density(row: Float64Array): number {
    const { squares, count } = this;
    const heights = this.heightsFor(row);
    squares.fill(0);
    for (const [place, axis] of this.options.axes.entries()) {
      const share = row[place] as number;
      if (Number.isNaN(share)) continue;
      if (axis.isChoice) this.addChoice(axis, this.options.centres[place] as Float64Array, share);
      else
        addNumber(
          squares,
          this.middles[place] as Float64Array,
          this.inverseWidths[place] as Float64Array,
          share,
        );
    }
    let density = (heights[count] as number) * this.priorDensity(row);
    for (let kernel = 0; kernel < count; kernel++)
      density += (heights[kernel] as number) * decay(0.5 * (squares[kernel] as number));
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

/** All kernels, far ones too: a loop without branches is quicker than one that leaves some out. */
function addNumber(squares: Float64Array, middles: Float64Array, inverse: Float64Array, share: number): void {
  const count = squares.length;
  for (let kernel = 0; kernel < count; kernel++) {
    const z = (share - (middles[kernel] as number)) * (inverse[kernel] as number);
    squares[kernel] = (squares[kernel] as number) + z * z;
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
