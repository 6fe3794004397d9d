// What samplers find of two objectives: the area between the front and a point that is worse than all of it, eight points open
// at once. Functions whose fronts are known in shape, and the play of a study with several losses.
import { SAMPLERS } from '../../../src/search/registry.js';
import type { Sampler, ToldPoint } from '../../../src/search/sampler.js';
import type { Space } from '../../../src/search/space/dimension.js';
import type { Params } from '../../../src/study/trial/trial.js';

export interface FrontProblem {
  readonly name: string;
  readonly space: Space;
  /** Worse than whatever is worth finding. */
  readonly worst: readonly [number, number];
  lossesOf(params: Params): readonly [number, number];
}

const UNIT = { type: 'float', low: 0, high: 1, log: false } as const;

export const FRONT_PROBLEMS: readonly FrontProblem[] = [
  {
    // Zitzler, Deb & Thiele 2000: its front is f2 = 1 − √f1, where all but x1 are 0.
    name: 'ZDT1',
    space: { x1: UNIT, x2: UNIT, x3: UNIT, x4: UNIT, x5: UNIT },
    worst: [1.1, 6],
    lossesOf(params) {
      const [first = 0, ...others] = Object.values(params).map(Number);
      const height = 1 + (9 * others.reduce((sum, value) => sum + value, 0)) / others.length;
      return [first, height * (1 - Math.sqrt(first / height))];
    },
  },
  {
    // The larger the better, but for a share that suits it and a cell that it wants.
    name: 'error and size',
    space: {
      units: { type: 'int', low: 4, high: 128, log: true },
      cell: ['gru', 'lstm', 'conv'],
      share: { ...UNIT, when: { cell: ['gru', 'lstm'] } },
      layers: { type: 'int', low: 1, high: 3, log: false },
    },
    worst: [0.5, 1.2],
    lossesOf({ units, cell, share = 0, layers }) {
      const weights = Number(units) ** 2 * Number(layers) * (cell === 'lstm' ? 4 : cell === 'gru' ? 3 : 1);
      const misfit = 0.3 * (Number(share) - 0.2) ** 2 + 0.03 * Number(layers) + (cell === 'gru' ? 0 : 0.05);
      return [1 / Number(units) + misfit, Math.log10(weights) / 5];
    },
  },
];

/** A study without a coordinator, as playStudy. `stateOf`: how a point ends; a failed one has no losses. */
export function playFront(
  sampler: Sampler,
  lossesOf: (params: Params) => readonly number[],
  points: number,
  stateOf: (params: Params) => ToldPoint['state'] = () => 'COMPLETE',
): ToldPoint[] {
  const all: ToldPoint[] = [];
  for (let point = 0; point < points; point++) {
    const known = Math.max(0, point + 1 - (sampler.window ?? 1));
    const params = sampler.suggest(point, { told: all.slice(0, known), pending: all.slice(known) });
    if (params === null) break;
    const state = stateOf(params);
    all.push({ point, params, state, losses: state === 'FAILED' ? [] : lossesOf(params) });
  }
  return all;
}

/** The hypervolume of two losses. */
export function areaBehind(told: readonly ToldPoint[], worst: readonly [number, number]): number {
  const losses = told
    .map(({ losses: [first = 0, second = 0] }) => [first, second] as const)
    .sort((one, other) => one[0] - other[0]);
  let area = 0;
  let height = worst[1];
  for (const [first, second] of losses) {
    if (first >= worst[0] || second >= height) continue;
    area += (worst[0] - first) * (height - second);
    height = second;
  }
  return area;
}

const CONTESTANTS = ['random', 'sobol', 'nsga2'] as const;

export function createContestant(type: (typeof CONTESTANTS)[number], space: Space, seed: number): Sampler {
  return SAMPLERS[type].create(space, SAMPLERS[type].schema.parse({ type }) as never, seed);
}

export interface FrontArea {
  readonly problem: string;
  readonly sampler: string;
  readonly trials: number;
  /** By seed. */
  readonly areas: readonly number[];
}

export function benchFronts(seeds: number, counts: readonly number[]): FrontArea[] {
  return FRONT_PROBLEMS.flatMap(({ name, space, worst, lossesOf }) =>
    CONTESTANTS.flatMap((sampler) => {
      const courses = Array.from({ length: seeds }, (_, seed) =>
        playFront(createContestant(sampler, space, seed + 1), lossesOf, Math.max(...counts)),
      );
      return counts.map((trials) => ({
        problem: name,
        sampler,
        trials,
        areas: courses.map((told) => areaBehind(told.slice(0, trials), worst)),
      }));
    }),
  );
}
