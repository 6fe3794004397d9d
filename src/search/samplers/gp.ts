// Bayesian optimisation with a Gaussian process (Jones et al. 1998; log EI of Ament et al. 2023; priors of Optuna 5): points
// of the greatest expected improvement, those still running taken to come out as expected.
import { z } from 'zod';
import { strictObject, wholeNumber } from '../../schema/fields.js';
import { rankByImprovement } from '../learning/acquisition.js';
import {
  firstParameters,
  fitParameters,
  GaussianProcess,
  type KernelParameters,
} from '../learning/gaussian-process.js';
import { Observations } from '../learning/observations.js';
import { learningFields } from '../learning/section.js';
import { warpLosses } from '../learning/warping.js';
import type { History, Sampler } from '../sampler.js';
import { createSobol, mix } from '../sequences/sobol-sequence.js';
import type { Space } from '../space/dimension.js';
import { createPointCode, firstFree } from '../space/point-code.js';
import { randomOfPoint } from './random.js';

const schema = strictObject({
  type: z.literal('gp'),
  ...learningFields,
  startup: wholeNumber(2, 1_000_000).default(10).describe('Points spread evenly before any is learnt from'),
  candidates: wholeNumber(16, 65_536)
    .default(2048)
    .describe('Points of a Sobol sequence looked at for each proposal'),
  mostPoints: wholeNumber(10, 2000)
    .default(250)
    .describe(
      'Of more results the best half and the newest half of so many are learnt from: time grows with their cube',
    ),
});
export type GpSection = z.output<typeof schema>;
export const GP_DEFAULTS: GpSection = schema.parse({ type: 'gp' });

/** Parameters are fitted anew at each of so few points, then at each tenth more. */
const FIT_EACH_UNTIL = 40;
const FIT_GROWTH = 1.1;
/** Best points that are climbed from beside the candidates. */
const STARTS = 3;

export const gpSampler = {
  schema,
  summary: 'Gaussian process: wastes least where trials are few (up to 250) and most dimensions are numbers',
  create: createGp,
};

export function createGp(
  space: Space,
  section: GpSection,
  seed: number,
  constraints?: readonly string[],
): Sampler {
  const code = createPointCode(space, constraints);
  const { axes } = code;
  const startup = createSobol(axes.length, mix(seed, 0));
  const observed = new Observations(code);
  const fits = new ParameterFits(observed, section.mostPoints);
  const spread = createSobol(axes.length, mix(seed, 1));
  let candidates: Float64Array[] | null = null;
  const isConstrained = code.rules.constraints.length > 0;

  const proposeRows = (point: number, { pending }: History) => {
    const chosen = choosePlaces(observed, observed.count, section.mostPoints);
    const rows = new Float64Array((chosen.length + pending.length) * axes.length);
    for (const [place, of] of chosen.entries()) rows.set(observed.row(of), place * axes.length);
    for (const [place, { params }] of pending.entries())
      rows.set(code.encode(params), (chosen.length + place) * axes.length);
    const values = warpLosses(lossesOf(observed, chosen));
    const process = GaussianProcess.condition(axes, rows, values, fits.at(observed.count));
    candidates ??= Array.from({ length: section.candidates }, (_, place) => spread.at(place));
    const random = randomOfPoint(seed, point);
    const shift = axes.map(() => random.uniform());
    const moved = candidates.map((row) => {
      const own = row.map((share, place) => (share + (shift[place] as number)) % 1);
      return code.snap(own);
    });
    const isAllowed = isConstrained ? (row: Float64Array) => code.allows(code.decode(row)) : null;
    const starts = observed.ranking.slice(0, STARTS).map((place) => observed.row(place).slice());
    const allowed = isAllowed === null ? moved : moved.filter(isAllowed);
    return rankByImprovement({ process, axes, candidates: allowed, starts, isAllowed });
  };

  return {
    count: code.count,
    window: section.window,
    suggest(point, history) {
      if (code.count !== null && point >= code.count) return null;
      if (!observed.read(history)) fits.clear();
      const isTaken = (key: string) => observed.isTaken(key, history);
      const drawFree = () => code.drawFree(randomOfPoint(seed, point), isTaken);
      if (point < section.startup || usable(observed) < 2) {
        const rowAt = (attempt: number) => startup.at(point + attempt * section.startup);
        return firstFree(code, rowAt, isTaken) ?? drawFree();
      }
      for (const { row } of proposeRows(point, history)) {
        const params = code.accept(row, isTaken);
        if (params !== null) return params;
      }
      return drawFree();
    },
  };
}

/** Fits follow one another, each from the one before, at counts that the history alone decides. */
class ParameterFits {
  private count = 0;
  private parameters: KernelParameters | null = null;

  constructor(
    private readonly observed: Observations,
    private readonly mostPoints: number,
  ) {}

  clear(): void {
    this.count = 0;
    this.parameters = null;
  }

  at(count: number): KernelParameters {
    const { axes } = this.observed.code;
    let parameters = this.parameters ?? firstParameters(axes.length);
    for (let next = nextFit(this.count); next <= count; next = nextFit(next)) {
      const chosen = choosePlaces(this.observed, next, this.mostPoints);
      const rows = new Float64Array(chosen.length * axes.length);
      for (const [place, of] of chosen.entries()) rows.set(this.observed.row(of), place * axes.length);
      parameters = fitParameters(axes, rows, warpLosses(lossesOf(this.observed, chosen)), parameters);
      this.count = next;
    }
    this.parameters = parameters;
    return parameters;
  }
}

function nextFit(count: number): number {
  return count < FIT_EACH_UNTIL ? count + 1 : Math.ceil(count * FIT_GROWTH);
}

/** Places of the first `count` points that are learnt from, ascending: all, or the best and the newest. */
function choosePlaces({ ranking }: Observations, count: number, most: number): number[] {
  if (count <= most) return Array.from({ length: count }, (_, place) => place);
  const best = ranking.filter((place) => place < count).slice(0, Math.floor(most / 2));
  const chosen = new Set(best);
  for (let place = count - 1; chosen.size < most; place--) chosen.add(place);
  return [...chosen].sort((one, other) => one - other);
}

/** A failed point counts as the worst that was seen: it is no place to go on. */
function lossesOf({ told }: Observations, places: readonly number[]): Float64Array {
  const losses = places.map((place) => told[place]?.losses[0] ?? Number.NaN);
  const worst = losses.reduce((most, loss) => (loss > most ? loss : most), Number.NEGATIVE_INFINITY);
  return Float64Array.from(losses, (loss) =>
    Number.isNaN(loss) ? (Number.isFinite(worst) ? worst : 0) : loss,
  );
}

function usable({ told }: Observations): number {
  return told.reduce((count, { losses }) => count + (losses.length > 0 ? 1 : 0), 0);
}
