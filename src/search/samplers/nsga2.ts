// NSGA-II (Deb et al. 2002, IEEE TEVC 6) for studies of two objectives: children of the best points found, best by front and
// then by how alone they stand in it. In the steady form (after Durillo et al. 2009), which replaces the worst by each result
// instead of all by a generation: it learns from the first results on. Of one objective it is a plain genetic algorithm.
import { z } from 'zod';
import { strictObject, wholeNumber } from '../../schema/fields.js';
import { crowdingDistances, dominates, sortFronts } from '../../statistics/pareto.js';
import type { SeededRandom } from '../../statistics/seeded-random.js';
import { Observations } from '../learning/observations.js';
import { learningFields } from '../learning/section.js';
import { crossShares, mutateShare } from '../learning/variation.js';
import type { Sampler, ToldPoint } from '../sampler.js';
import { createSobol, mix } from '../sequences/sobol-sequence.js';
import type { Axis } from '../space/axes.js';
import type { Space } from '../space/dimension.js';
import { createPointCode, firstFree } from '../space/point-code.js';
import { randomOfPoint } from './random.js';

const schema = strictObject({
  type: z.literal('nsga2'),
  ...learningFields,
  startup: wholeNumber(2, 1_000_000).default(10).describe('Points spread evenly before any is learnt from'),
  population: wholeNumber(4, 1000).default(20).describe('The best points, of which new ones are made'),
});
type Nsga2Section = z.output<typeof schema>;

/** Deb's η for real values, and how often two parents are crossed at all. */
const CROSSOVER_INDEX = 20;
const CROSSOVER_CHANCE = 0.9;
/** Wider steps than Deb's 20: studies have tens or hundreds of trials, not ten thousands. */
const MUTATION_INDEX = 3;
/** Of a child, until constraints allow one that was not proposed before. */
const MOST_DRAWS = 100;

export const nsga2Sampler = {
  schema,
  summary: 'NSGA-II: looks for the front of two objectives (`objective.also`), any space, hundreds of trials',
  create(space: Space, section: Nsga2Section, seed: number, constraints?: readonly string[]): Sampler {
    const code = createPointCode(space, constraints);
    const startup = createSobol(code.axes.length, mix(seed, 0));
    const observed = new Observations(code, Number.NaN);
    const population = new Population(observed, section.population);
    /** A child may be like a point before it, of real numbers too. */
    const known = new Set<string>();
    return {
      count: code.count,
      window: section.window,
      suggest(point, history) {
        if (code.count !== null && point >= code.count) return null;
        const before = observed.count;
        const goesOn = observed.read(history);
        if (!goesOn) {
          population.clear();
          known.clear();
        }
        for (const { params } of history.told.slice(goesOn ? before : 0)) known.add(code.keyOf(params));
        population.grow();
        const random = randomOfPoint(seed, point);
        const isTaken = (key: string) => known.has(key) || observed.isTaken(key, history);
        if (population.count < 2 || point < section.startup) {
          const rowAt = (attempt: number) => startup.at(point + attempt * section.startup);
          return firstFree(code, rowAt, isTaken) ?? code.drawFree(random, isTaken);
        }
        for (let draw = 0; draw < MOST_DRAWS; draw++) {
          const params = code.accept(bear(code.axes, population, random), isTaken);
          if (params !== null) return params;
        }
        return code.drawFree(random, isTaken);
      },
    };
  },
};

/** A row of shares made of two of the population. */
function bear(axes: readonly Axis[], population: Population, random: SeededRandom): Float64Array {
  const one = population.pick(random);
  const other = population.pick(random);
  const isCrossed = random.uniform() < CROSSOVER_CHANCE;
  return Float64Array.from(axes, (axis, place) => {
    const own = one[place] ?? Number.NaN;
    const beside = other[place] ?? Number.NaN;
    let share = isCrossed ? crossed(axis, own, beside, random) : own;
    if (random.uniform() * axes.length < 1) share = mutated(axis, share, random);
    // Inactive in both parents: should it be active in the child, it may be anything.
    return Number.isNaN(share) ? random.uniform() : share;
  });
}

function crossed({ isChoice }: Axis, own: number, beside: number, random: SeededRandom): number {
  if (Number.isNaN(own)) return beside;
  if (Number.isNaN(beside) || random.uniform() < 0.5) return own;
  return isChoice ? beside : crossShares(own, beside, CROSSOVER_INDEX, random);
}

/** Of a value in a cell always another one, if there is one: near by among numbers, any among choices. */
function mutated({ isChoice, count, valueAt }: Axis, share: number, random: SeededRandom): number {
  if (Number.isNaN(share)) return share;
  const near = isChoice ? share : mutateShare(share, MUTATION_INDEX, random);
  if (count === null || valueAt(near) !== valueAt(share)) return near;
  if (isChoice || count < 3) return (share + (1 + random.below(Math.max(1, count - 1))) / count) % 1;
  const step = random.uniform() < 0.5 ? -1 / count : 1 / count;
  return share + step < 0 || share + step >= 1 ? share - step : share + step;
}

/** The best of the points that have ended, in the order in which they were told. Follows from the history alone. */
class Population {
  private members: number[] = [];
  private readonly ranks = new Map<number, { readonly front: number; readonly distance: number }>();
  private seen = 0;

  constructor(
    private readonly observed: Observations,
    private readonly size: number,
  ) {}

  get count(): number {
    return this.members.length;
  }

  clear(): void {
    this.members = [];
    this.ranks.clear();
    this.seen = 0;
  }

  /** With all that was told since. O(size²) a point. */
  grow(): void {
    if (this.seen === this.observed.count) return;
    for (; this.seen < this.observed.count; this.seen++) {
      if (this.told(this.seen).state === 'FAILED') continue;
      this.members.push(this.seen);
      if (this.members.length > this.size) this.dropWorst();
    }
    this.ranks.clear();
    for (const [front, places] of this.fronts().entries()) {
      const distances = crowdingDistances(places.map((place) => this.told(place).losses));
      for (const [at, place] of places.entries())
        this.ranks.set(place, { front, distance: distances[at] ?? 0 });
    }
  }

  /** The row of the better one of two at random. */
  pick(random: SeededRandom): Float64Array {
    const one = this.members[random.below(this.count)] ?? 0;
    const other = this.members[random.below(this.count)] ?? 0;
    return this.observed.row(this.isBetter(other, one) ? other : one);
  }

  private isBetter(one: number, other: number): boolean {
    const left = this.ranks.get(one);
    const right = this.ranks.get(other);
    if (left === undefined || right === undefined) return false;
    return left.front === right.front ? left.distance > right.distance : left.front < right.front;
  }

  /** Of the last front the one that others stand nearest to; of equally near ones the newest. */
  private dropWorst(): void {
    const last = this.fronts().at(-1) ?? [];
    const distances = crowdingDistances(last.map((place) => this.told(place).losses));
    let worst = 0;
    for (const [at, distance] of distances.entries()) if (distance <= (distances[worst] ?? 0)) worst = at;
    this.members = this.members.filter((place) => place !== last[worst]);
  }

  private fronts(): number[][] {
    const told = this.members.map((place) => this.told(place));
    return sortFronts(told.length, (one, other) => beats(told[one], told[other])).map((front) =>
      front.map((at) => this.members[at] ?? 0),
    );
  }

  private told(place: number): ToldPoint {
    return this.observed.told[place] as ToldPoint;
  }
}

/** What was stopped early is behind all that was trained to its end. */
function beats(one: ToldPoint | undefined, other: ToldPoint | undefined): boolean {
  if (one === undefined || other === undefined) return false;
  if (one.state !== other.state) return one.state === 'COMPLETE';
  return dominates(one.losses, other.losses);
}
