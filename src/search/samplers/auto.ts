// The sampler for whoever does not want to choose one: the Gaussian process while trials are few and most of what is searched
// are numbers, the Parzen estimator beyond, and now and then where there are choices or points are open side by side. Which of
// them proposes a point follows from the space, the window and the point's number.
import { z } from 'zod';
import { strictObject } from '../../schema/fields.js';
import { learningFields } from '../learning/section.js';
import type { Sampler } from '../sampler.js';
import { axesOf } from '../space/axes.js';
import { conditionsOf, type Space } from '../space/dimension.js';
import { createGp, GP_DEFAULTS } from './gp.js';
import { createTpe, TPE_DEFAULTS } from './tpe.js';

const schema = strictObject({ type: z.literal('auto'), ...learningFields });

/** Beyond it a proposal of the process takes longer than it is worth. */
const MOST_GP_POINTS = 250;
/** Combinations of choices that a process of few trials can tell apart. */
const MOST_COMBINATIONS = 32;
/**
 * One point in so many is the estimator's where there are choices: a process takes all choices to share their slopes, and
 * gives up one that is good in a narrow valley alone. And where points are open side by side: those of a process all trust
 * one picture of ripples that are finer than it, those of an estimator try what lies around good points.
 */
const POINTS_A_TURN = 4;

export const autoSampler = {
  schema,
  summary:
    'picks for you: `gp` for the first 250 points, each fourth by `tpe` where points are open side by side or choices ' +
    'searched; `tpe` alone beyond, where choices abound and with conditions',
  create(
    space: Space,
    { window }: z.output<typeof schema>,
    seed: number,
    constraints?: readonly string[],
  ): Sampler {
    const tpe = createTpe(space, { ...TPE_DEFAULTS, window }, seed, constraints);
    if (!suitsProcess(space)) return tpe;
    const gp = createGp(space, { ...GP_DEFAULTS, window }, seed, constraints);
    const takesTurns = window > 1 || axesOf(space).some(({ isChoice, count }) => isChoice && count !== 1);
    const samplerOf = (point: number) =>
      point >= MOST_GP_POINTS || (takesTurns && point % POINTS_A_TURN === POINTS_A_TURN - 1) ? tpe : gp;
    return {
      count: gp.count,
      window,
      suggest: (point, history) => samplerOf(point).suggest(point, history),
    };
  },
};

/** Of parameters that are not always there the estimator learns by itself; a process would need a value for them. */
function suitsProcess(space: Space): boolean {
  if (Object.values(space).some((dimension) => conditionsOf(dimension).length > 0)) return false;
  const choices = axesOf(space).filter(({ isChoice }) => isChoice);
  return choices.reduce((product, { count }) => product * (count ?? 1), 1) <= MOST_COMBINATIONS;
}
