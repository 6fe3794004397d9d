// A study without a coordinator: points in ascending order, each proposed from the results that the sampler's window lets it
// see, which is what any number of workers would have shown it.
import type { Sampler, ToldPoint } from '../../../src/search/sampler.js';
import type { Params } from '../../../src/study/trial/trial.js';
import type { Problem } from './problems.js';

export interface Course {
  /** Best value so far less the least, after each trial. */
  readonly regrets: readonly number[];
  /** Of each proposal. */
  readonly proposalMs: readonly number[];
}

export function playStudy(sampler: Sampler, problem: Problem, trials: number): Course {
  const told: ToldPoint[] = [];
  const open: { point: number; params: Params; value: number }[] = [];
  const regrets: number[] = [];
  const proposalMs: number[] = [];
  let best = Number.POSITIVE_INFINITY;
  const window = sampler.window ?? 1;
  for (let point = 0; point < trials; point++) {
    while (open.length >= window) {
      const { value, ...ended } = open.shift() as (typeof open)[number];
      told.push({ ...ended, state: 'COMPLETE', losses: [value] });
    }
    const startedMs = performance.now();
    const params = sampler.suggest(point, {
      told,
      pending: open.map(({ point: at, params: own }) => ({ point: at, params: own })),
    });
    proposalMs.push(performance.now() - startedMs);
    if (params === null) break;
    const value = problem.valueAt(params);
    open.push({ point, params, value });
    best = Math.min(best, value);
    regrets.push(best - problem.least);
  }
  return { regrets, proposalMs };
}
