// A Parzen estimator of points in the cube: a mixture of one kernel for each observation and a wide one, the prior. A kernel
// is a product over the dimensions: normals cut at the ends, of choices a share for the same and one for each other.
import type { SeededRandom } from '../../statistics/seeded-random.js';
import type { Axis } from '../space/axes.js';
import { drawNormal, normalCdf } from './normal.js';

/** exp(−½·this) is nothing beside the prior's density. */
const NEGLIGIBLE = 90;
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
  /** [n, d] row by row: centres of the kernels; NaN: the observation has no such dimension. */
  readonly centres: Float64Array;
  /** [n, d]: bandwidths of the numbers. */
  readonly widths: Float64Array;
  /** [n], and the prior's last. */
  readonly weights: Float64Array;
  readonly priorWeight: number;
}

export class Parzen {
  private readonly count: number;
  private readonly inverseWidths: Float64Array;
  /** Weight over all that normalises the kernel's numbers; the prior's last. */
  private readonly heights: Float64Array;
  /** −2·log of a choice's share, by dimension: of the kernel's own value, of each other. */
  private readonly same: Float64Array;
  private readonly other: Float64Array;
  private readonly cumulated: Float64Array;

  constructor(private readonly options: ParzenOptions) {
    const { axes, centres, widths, weights, priorWeight } = options;
    const dimensions = axes.length;
    this.count = weights.length - 1;
    this.inverseWidths = new Float64Array(centres.length);
    this.heights = new Float64Array(weights.length);
    this.cumulated = new Float64Array(weights.length);
    this.same = new Float64Array(dimensions);
    this.other = new Float64Array(dimensions);
    for (const [place, axis] of axes.entries()) {
      const share = priorWeight / (this.count + 1);
      const all = 1 + (axis.count ?? 1) * share;
      this.same[place] = -2 * Math.log((1 + share) / all);
      this.other[place] = -2 * Math.log(Math.max(share / all, Number.MIN_VALUE));
    }
    let total = 0;
    for (const [kernel, weight] of weights.entries()) {
      total += weight;
      this.cumulated[kernel] = total;
    }
    for (let kernel = 0; kernel < this.count; kernel++) {
      let height = (weights[kernel] ?? 0) / total;
      for (let place = 0; place < dimensions; place++) {
        const at = kernel * dimensions + place;
        const centre = centres[at] ?? 0;
        if (axes[place]?.isChoice || Number.isNaN(centre)) continue;
        const cell = axes[place]?.cell ?? 0;
        const own = widths[at] ?? 1;
        // A value owns its cell: the kernel spread by the cell's own variance.
        const width = cell === 0 ? own : Math.sqrt(own * own + (cell * cell) / 12);
        this.inverseWidths[at] = 1 / width;
        height /= width * SQRT_2_PI * (cdf((1 - centre) / width) - cdf(-centre / width));
      }
      this.heights[kernel] = height;
    }
    this.heights[this.count] = (weights[this.count] ?? 0) / total;
  }

  /** Density at a row of shares; NaN there: a dimension that the point does not have. */
  density(row: Float64Array): number {
    const { axes, centres } = this.options;
    const dimensions = axes.length;
    let density = (this.heights[this.count] ?? 0) * this.priorDensity(row);
    for (let kernel = 0; kernel < this.count; kernel++) {
      const from = kernel * dimensions;
      let square = 0;
      for (let place = 0; place < dimensions && square < NEGLIGIBLE; place++) {
        const share = row[place] as number;
        if (share !== share) continue;
        const centre = centres[from + place] as number;
        const axis = axes[place] as Axis;
        if (axis.isChoice) {
          if (centre !== centre) square += 2 * Math.log(axis.count ?? 1);
          else square += (Math.abs(share - centre) < axis.cell / 2 ? this.same[place] : this.other[place]) ?? 0;
        } else if (centre === centre) {
          const z = (share - centre) * (this.inverseWidths[from + place] as number);
          square += z * z;
        }
      }
      if (square < NEGLIGIBLE) density += (this.heights[kernel] as number) * Math.exp(-0.5 * square);
    }
    return density;
  }

  /** A row of shares drawn from the mixture, numbers not yet snapped to their cells. */
  draw(random: SeededRandom, into: Float64Array): void {
    const { axes, centres, priorWeight } = this.options;
    const kernel = this.drawKernel(random);
    const dimensions = axes.length;
    const share = priorWeight / (this.count + 1);
    for (const [place, axis] of axes.entries()) {
      const at = kernel * dimensions + place;
      const centre = kernel < this.count ? (centres[at] ?? Number.NaN) : Number.NaN;
      if (axis.isChoice) {
        const keepsOwn = random.uniform() * (1 + (axis.count ?? 1) * share) < 1;
        into[place] = keepsOwn && !Number.isNaN(centre) ? centre : random.uniform();
      } else into[place] = Number.isNaN(centre) ? this.drawPrior(random) : this.drawCut(random, centre, at);
    }
  }

  private drawKernel(random: SeededRandom): number {
    const mark = random.uniform() * (this.cumulated[this.count] ?? 0);
    const kernel = this.cumulated.findIndex((sum) => mark < sum);
    return kernel < 0 ? this.count : kernel;
  }

  private drawCut(random: SeededRandom, centre: number, at: number): number {
    const width = 1 / (this.inverseWidths[at] ?? 1);
    for (let draw = 0; draw < MOST_DRAWS; draw++) {
      const share = centre + width * drawNormal(random);
      if (share >= 0 && share <= 1) return share;
    }
    return centre;
  }

  private drawPrior(random: SeededRandom): number {
    for (let draw = 0; draw < MOST_DRAWS; draw++) {
      const share = 0.5 + drawNormal(random);
      if (share >= 0 && share <= 1) return share;
    }
    return 0.5;
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
