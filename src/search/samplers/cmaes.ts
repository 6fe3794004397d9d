// CMA-ES (Hansen 2016, arXiv 1604.00772) in the cube of shares: generations drawn from a normal that follows the good ones.
// One that has shrunk to nothing starts again elsewhere, with twice the points (Auger & Hansen 2005). Of values in cells a
// margin keeps the neighbours in reach (after Hamano et al. 2022).
import { z } from 'zod';
import { strictObject, wholeNumber } from '../../schema/fields.js';
import { type Evolution, evolve, startEvolution, stretch } from '../learning/evolution.js';
import { drawNormal } from '../learning/normal.js';
import { Observations } from '../learning/observations.js';
import { learningFields } from '../learning/section.js';
import type { Sampler } from '../sampler.js';
import type { Space } from '../space/dimension.js';
import { createPointCode } from '../space/point-code.js';
import { randomOfPoint } from './random.js';

const schema = strictObject({
  type: z.literal('cmaes'),
  ...learningFields,
  population: wholeNumber(4, 10_000)
    .optional()
    .describe('Points of a generation; 4 + 3·ln d, rounded down, in d dimensions unless given'),
  spread: z
    .number()
    .gt(0)
    .max(1)
    .default(0.3)
    .describe('Deviation of the first generation, as a share of each dimension'),
});
type CmaesSection = z.output<typeof schema>;

/** A generation whose widest axis is below this share of the space has nothing left to find. */
const LEAST_DEVIATION = 1e-9;
const MOST_CONDITION = 1e14;
const GROWTH = 2;
/** Draws until a point lies in the cube; then it is moved to its side. */
const MOST_DRAWS = 20;
/** And where conditions and constraints must hold. */
const MOST_CONSTRAINED_DRAWS = 1000;
/** Salts of the generators of starts, which no point has. */
const START_SALT = 2 ** 30;

export const cmaesSampler = {
  schema,
  summary: 'CMA-ES: many trials (hundreds) of numbers that depend on one another; few or no choices',
  create(space: Space, section: CmaesSection, seed: number, constraints?: readonly string[]): Sampler {
    const code = createPointCode(space, constraints);
    const draws = code.rules.isPlain ? MOST_DRAWS : MOST_CONSTRAINED_DRAWS;
    const observed = new Observations(code);
    const course = new Course(observed, section, seed);
    return {
      count: code.count,
      window: section.window,
      suggest(point, history) {
        if (code.count !== null && point >= code.count) return null;
        if (!observed.read(history)) course.clear();
        const random = randomOfPoint(seed, point);
        const isTaken = (key: string) => observed.isTaken(key, history);
        const state = course.stateFor(point);
        for (let draw = 0; draw < draws; draw++) {
          const row = drawRow(state, random);
          const margin = 1 / (state.constants.lambda * row.length);
          for (const [place, { cell }] of code.axes.entries())
            if (cell > 0 && random.uniform() < margin)
              row[place] = (row[place] as number) + (random.uniform() < 0.5 ? -cell : cell);
          const isInside = row.every((share) => share >= 0 && share <= 1);
          if (!isInside && draw < draws - 1) continue;
          const inside = row.map((share) => Math.min(1, Math.max(0, share)));
          const params = code.accept(inside, isTaken);
          if (params !== null) return params;
        }
        return code.drawFree(random, isTaken);
      },
    };
  },
};

function drawRow(state: Evolution, random: ReturnType<typeof randomOfPoint>): Float64Array {
  const step = stretch(
    state,
    Float64Array.from(state.mean, () => drawNormal(random)),
  );
  return state.mean.map((own, place) => own + state.sigma * (step[place] as number));
}

/** A generation and the state that it is drawn from. */
interface Generation {
  readonly start: number;
  readonly end: number;
  readonly state: Evolution;
}

/**
 * Which state each point is drawn from. A generation is drawn from the state after all generations whose results its first
 * point may look at: all before it at a window of 1, else one less. Follows from the history alone.
 */
class Course {
  private generations: Generation[] = [];
  /** After the first `updates` generations. */
  private state: Evolution | null = null;
  private updates = 0;
  private starts = 0;

  constructor(
    private readonly observed: Observations,
    private readonly section: CmaesSection,
    private readonly seed: number,
  ) {}

  clear(): void {
    this.generations = [];
    this.state = null;
    this.updates = 0;
    this.starts = 0;
  }

  stateFor(point: number): Evolution {
    for (;;) {
      const last = this.generations.at(-1);
      if (last !== undefined && point < last.end) return last.state;
      const start = last?.end ?? 0;
      this.update(start - this.section.window + 1);
      const state = this.state ?? this.begin();
      this.state = state;
      this.generations.push({ start, end: start + state.constants.lambda, state });
    }
  }

  /** With all generations that end at or before the first `known` results. */
  private update(known: number): void {
    for (;;) {
      const next = this.generations[this.updates];
      if (next === undefined || next.end > known || this.state === null) return;
      const places = this.observed.ranking.filter((place) => place >= next.start && place < next.end);
      const state = evolve(
        this.state,
        places.map((place) => this.observed.row(place)),
      );
      this.updates += 1;
      this.state = isSpent(state) ? this.begin(state.constants.lambda * GROWTH) : state;
    }
  }

  /** The first from the middle, the others from anywhere. */
  private begin(lambda?: number): Evolution {
    const dimensions = this.observed.code.axes.length;
    const random = randomOfPoint(this.seed, START_SALT + this.starts);
    const mean = Float64Array.from({ length: dimensions }, () =>
      this.starts === 0 ? 0.5 : random.uniform(),
    );
    this.starts += 1;
    return startEvolution(mean, this.section.spread, lambda ?? this.section.population);
  }
}

function isSpent({ sigma, eigen: { values } }: Evolution): boolean {
  const most = Math.max(...values);
  const least = Math.min(...values);
  return !(sigma * Math.sqrt(most) > LEAST_DEVIATION) || !(most < MOST_CONDITION * Math.max(least, 0));
}
