// A Parzen estimator of points in the cube: a mixture of one kernel for each observation and a wide one, the prior. A kernel
// is a product over the dimensions: normals cut at the ends, of choices a share for the same and one for each other.
import type { SeededRandom } from '../../statistics/seeded-random.js';
import type { Axis } from '../space/axes.js';
import type { KernelTable } from './kernel-table.js';
import { addDensities, type Mixture } from './mixture-kernel.js';
import { drawNormal, normalCdf } from './normal.js';

/** Cut normals are drawn until they lie inside; the least likely case, a corner with a wide kernel, needs three draws. */
const MOST_DRAWS = 64;

export interface ParzenOptions {
  readonly table: KernelTable;
  /** Rows of the table that are its kernels, ascending. */
  readonly members: Int32Array;
  /** [members + 1], the prior's last. */
  readonly weights: Float64Array;
  readonly priorWeight: number;
}

export class Parzen {
  private readonly axes: readonly Axis[];
  private readonly mixture: Mixture;
  private readonly priorHeight: number;
  private readonly total: number;
  /** Weight of each other choice against 1 for the kernel's own. */
  private readonly choiceShare: number;

  constructor(private readonly options: ParzenOptions) {
    const { table, members, weights, priorWeight } = options;
    this.axes = table.axes;
    this.choiceShare = priorWeight / weights.length;
    let total = 0;
    for (let kernel = 0; kernel < weights.length; kernel++) total += weights[kernel] as number;
    this.total = total;
    this.priorHeight = (weights[members.length] as number) / total;
    const terms = table.choices.map((place) => this.termsOf(this.axes[place] as Axis));
    this.mixture = { table, members, heights: heightsOf(options, total), terms };
  }

  /** Densities at rows of shares; NaN there: a dimension that the point does not have. */
  densities(rows: readonly Float64Array[]): Float64Array {
    const densities = new Float64Array(rows.length);
    for (const [place, row] of rows.entries()) densities[place] = this.priorHeight * this.priorDensity(row);
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
    const { table, members } = this.options;
    const row = members[this.drawKernel(random)];
    for (const [place, axis] of this.axes.entries()) {
      // The prior has no centre.
      const centre = row === undefined ? Number.NaN : table.centreAt(row, place);
      if (axis.isChoice) {
        const keepsOwn = random.uniform() * (1 + (axis.count ?? 1) * this.choiceShare) < 1;
        into[place] = keepsOwn && !Number.isNaN(centre) ? centre : random.uniform();
      } else if (Number.isNaN(centre)) into[place] = drawCut(random, 0.5, 1);
      else into[place] = drawCut(random, centre, table.widthAt(row as number, place));
    }
  }

  /** The place of a kernel; one past the last: the prior. */
  private drawKernel(random: SeededRandom): number {
    const { weights, members } = this.options;
    const mark = random.uniform() * this.total;
    let sum = 0;
    for (let kernel = 0; kernel < members.length; kernel++) {
      sum += weights[kernel] as number;
      if (mark < sum) return kernel;
    }
    return members.length;
  }

  /** A normal as wide as the cube around its middle, and each choice alike. */
  private priorDensity(row: Float64Array): number {
    const { axes } = this;
    let density = 1;
    for (let place = 0; place < axes.length; place++) {
      const { isChoice, count } = axes[place] as Axis;
      const share = row[place] as number;
      if (Number.isNaN(share)) continue;
      density *= isChoice ? 1 / (count ?? 1) : Math.exp(-0.5 * (share - 0.5) ** 2) / PRIOR_MASS;
    }
    return density;
  }
}

/** Of each member: its share of the weights over what its numbers take. */
function heightsOf({ table, members, weights }: ParzenOptions, total: number): Float64Array {
  const { masses, padded, numbers } = table;
  const heights = new Float64Array(members.length);
  for (let kernel = 0; kernel < heights.length; kernel++) {
    let height = (weights[kernel] as number) / total;
    const first = (members[kernel] as number) * padded;
    for (let place = first; place < first + numbers.length; place++) height /= masses[place] as number;
    heights[kernel] = height;
  }
  return heights;
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
