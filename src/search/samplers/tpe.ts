// The tree-structured Parzen estimator (Bergstra et al. 2011, NeurIPS 24; constants of Optuna 5's multivariate one): what lies
// where good points are dense and bad ones are not. l(x): the best points, g(x): the others and those still running. Its
// kernels may be narrower than Optuna's while points are few (Watanabe 2023, arXiv 2304.11127).
import { z } from 'zod';
import { strictObject, wholeNumber } from '../../schema/fields.js';
import { NeighbourKernels } from '../learning/neighbour-kernels.js';
import { Observations } from '../learning/observations.js';
import { Parzen } from '../learning/parzen.js';
import { learningFields } from '../learning/section.js';
import type { History, Sampler } from '../sampler.js';
import { createSobol, mix } from '../sequences/sobol-sequence.js';
import type { Space } from '../space/dimension.js';
import { createPointCode, firstFree, type PointCode } from '../space/point-code.js';
import { randomOfPoint } from './random.js';

const schema = strictObject({
  type: z.literal('tpe'),
  ...learningFields,
  startup: wholeNumber(1, 1_000_000).default(10).describe('Points spread evenly before any is learnt from'),
  candidates: wholeNumber(1, 10_000)
    .default(24)
    .describe('Points drawn for each proposal: the best of them is taken'),
  goodShare: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.1)
    .describe('Share of the points that count as good, rounded up (gamma in the paper)'),
  mostGood: wholeNumber(1, 1_000_000).default(25).describe('At most so many points count as good'),
  priorWeight: z.number().gt(0).max(1000).default(1).describe('Weight of the whole space against one point'),
});
export type TpeSection = z.output<typeof schema>;
export const TPE_DEFAULTS: TpeSection = schema.parse({ type: 'tpe' });

/** The newest points weigh 1, those before them less the older they are. */
const FULL_WEIGHTS = 25;
/** Of a candidate, until constraints allow one. */
const MOST_DRAWS = 50;
/**
 * No kernel is narrower than this share of a dimension, nor, of n, than (n + 2)^−1.5 of it. Optuna's 0.01 and exponent 1 keep
 * the few good points' kernels so wide that candidates fall all over the space.
 */
const LEAST_WIDTH = 0.03;
const WIDTH_EXPONENT = 1.5;

export const tpeSampler = {
  schema,
  summary: 'tree-structured Parzen estimator: learns from results, any space, thousands of trials',
  create: createTpe,
};

export function createTpe(
  space: Space,
  section: TpeSection,
  seed: number,
  constraints?: readonly string[],
): Sampler {
  const code = createPointCode(space, constraints);
  const startup = createSobol(code.axes.length, mix(seed, 0));
  const observed = new Observations(code, Number.NaN);
  const kernels: Kernels = {
    promising: new NeighbourKernels(code.axes, leastWidth),
    others: new NeighbourKernels(code.axes, leastWidth),
  };
  return {
    count: code.count,
    window: section.window,
    suggest(point, history) {
      if (code.count !== null && point >= code.count) return null;
      observed.read(history);
      const random = randomOfPoint(seed, point);
      const isTaken = (key: string) => observed.isTaken(key, history);
      if (observed.count < Math.max(1, section.startup - section.window + 1) || point < section.startup) {
        const rowAt = (attempt: number) => startup.at(point + attempt * section.startup);
        return firstFree(code, rowAt, isTaken) ?? code.drawFree(random, isTaken);
      }
      const rows = propose(code, section, observed, kernels, history, random);
      for (const row of rows) {
        const params = code.accept(row, isTaken);
        if (params !== null) return params;
      }
      return code.drawFree(random, isTaken);
    },
  };
}

/** Of the best points, and of all others. */
interface Kernels {
  readonly promising: NeighbourKernels;
  readonly others: NeighbourKernels;
}

/** Candidates, the most promising first. */
function propose(
  code: PointCode,
  section: TpeSection,
  observed: Observations,
  kernels: Kernels,
  { pending }: History,
  random: ReturnType<typeof randomOfPoint>,
): Float64Array[] {
  const { axes } = code;
  const good = Math.min(Math.ceil(section.goodShare * observed.count), section.mostGood);
  const count = observed.count + pending.length;
  const isGood = new Uint8Array(count);
  for (const place of observed.ranking.slice(0, good)) isGood[place] = 1;
  const all = withPending(code, observed, pending);
  kernels.promising.read(all, isGood, 1);
  kernels.others.read(all, isGood, 0);
  const promising = estimator(kernels.promising, section.priorWeight);
  const others = estimator(kernels.others, section.priorWeight);
  const rows = Array.from({ length: section.candidates }, () => {
    const row = new Float64Array(axes.length);
    // Constraints rule out some: those are drawn again.
    for (let draw = 0; draw < MOST_DRAWS; draw++) {
      promising.draw(random, row);
      if (code.rules.constraints.length === 0 || code.allows(code.decode(row))) break;
    }
    return code.snap(row, Number.NaN);
  });
  const otherDensities = others.densities(rows);
  const scored = Array.from(promising.densities(rows), (density, place) => ({
    row: rows[place] as Float64Array,
    score: density / (otherDensities[place] as number),
  }));
  return scored.sort((one, other) => other.score - one.score).map(({ row }) => row);
}

/** The rows of all observations, and of those that run after them; may be longer. */
function withPending(
  code: PointCode,
  { rows, count }: Observations,
  pending: History['pending'],
): Float64Array {
  if (pending.length === 0) return rows;
  const dimensions = code.axes.length;
  const all = new Float64Array((count + pending.length) * dimensions);
  all.set(rows.subarray(0, count * dimensions));
  for (const [place, { params }] of pending.entries()) {
    const at = (count + place) * dimensions;
    code.encode(params, all.subarray(at, at + dimensions), Number.NaN);
  }
  return all;
}

function estimator({ table, members }: NeighbourKernels, priorWeight: number): Parzen {
  return new Parzen({ table, members, weights: weightsByAge(members.length, priorWeight), priorWeight });
}

function leastWidth(kernels: number): number {
  return Math.max(LEAST_WIDTH, (kernels + 2) ** -WIDTH_EXPONENT);
}

/** Optuna's ramp: 1 while there are few; of more the newest 25 weigh 1, the oldest 1/n. The prior's last. */
function weightsByAge(kernels: number, priorWeight: number): Float64Array {
  const weights = new Float64Array(kernels + 1).fill(1);
  const ramp = kernels - FULL_WEIGHTS;
  for (let place = 0; place < ramp; place++)
    weights[place] = ramp === 1 ? 1 / kernels : 1 / kernels + (1 - 1 / kernels) * (place / (ramp - 1));
  weights[kernels] = priorWeight;
  return weights;
}
