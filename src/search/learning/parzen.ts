// A Parzen estimator of points in the cube: a mixture of one kernel for each observation and a wide one, the prior. A kernel
// is a product over the dimensions: normals cut at the ends, of choices a share for the same and one for each other.
import type { SeededRandom } from '../../statistics/seeded-random.js';
import type { Axis } from '../space/axes.js';
import { addDensities, type Mixture } from './mixture-kernel.js';
import { drawNormal, normalCdf } from './normal.js';

/** Cut normals are drawn until they lie inside; the least likely case, a corner with a wide kernel, needs three draws. */
const MOST_DRAWS = 64;

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
  private readonly mixture: Mixture;
  private readonly priorHeight: number;
  private readonly cumulated: Float64Array;
  /** Weight of each other choice against 1 for the kernel's own. */
  private readonly choiceShare: number;

  constructor(private readonly options: ParzenOptions) {
    const { axes, centres, widths, weights, priorWeight } = options;
    const count = weights.length - 1;
    this.count = count;
    this.choiceShare = priorWeight / (count + 1);
    this.cumulated = new Float64Array(weights.length);
    let total = 0;
    for (let kernel = 0; kernel <= count; kernel++) {
      total += weights[kernel] as number;
      this.cumulated[kernel] = total;
    }
    const shares = new Float64Array(weights.length);
    for (let kernel = 0; kernel <= count; kernel++) shares[kernel] = (weights[kernel] as number) / total;
    this.priorHeight = shares[count] as number;
    const columns = axes.map((axis, place) => ({ axis, place, centres: centres[place] as Float64Array }));
    this.mixture = {
      count,
      weights: shares,
      numbers: columns
        .filter(({ axis }) => !axis.isChoice)
        .map(({ axis, place, centres: own }) => ({
          place,
          centres: own,
          widths: widths[place] as Float64Array,
          spread: spreadOf(axis),
        })),
      choices: columns
        .filter(({ axis }) => axis.isChoice)
        .map(({ axis, place, centres: own }) => ({ place, centres: own, terms: this.termsOf(axis) })),
    };
  }

  /** Densities at rows of shares; NaN there: a dimension that the point does not have. */
  densities(rows: readonly Float64Array[]): Float64Array {
    const densities = Float64Array.from(rows, (row) => this.priorHeight * this.priorDensity(row));
    addDensities(this.mixture, rows, densities);
    return densities;
  }

  density(row: Float64Array): number {
    return this.densities([row])[0] as number;
  }

  /** −2·log of the share of a choice: the kernel's own, another one, or any where it has none. */
  private termsOf({ count, cell }: Axis): [number, number, number, number] {
    const { choiceShare } = this;
    const choices = count ?? 1;
    const all = 1 + choices * choiceShare;
    const same = -2 * Math.log((1 + choiceShare) / all);
    const other = -2 * Math.log(Math.max(choiceShare / all, Number.MIN_VALUE));
    return [cell / 2, same, other, 2 * Math.log(choices)];
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
      else into[place] = drawCut(random, centre, this.widthOf(axis, place, kernel));
    }
  }

  /** Inverted twice, as densities have it inverted: a last bit would be another trial than in earlier studies. */
  private widthOf(axis: Axis, place: number, kernel: number): number {
    const own = this.options.widths[place]?.[kernel] ?? 1;
    const spread = spreadOf(axis);
    return 1 / (1 / (spread === 0 ? own : Math.sqrt(own * own + spread)));
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

/** A value owns its cell: its kernel is spread by the cell's own variance. */
function spreadOf({ cell }: Axis): number {
  return (cell * cell) / 12;
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
