// Objectives that train nothing: known functions of the parameters, for studies that test the search or measure overhead.
// Each takes the space's numeric dimensions in the order of their names (x1, x2, … x10).

import { SweepError } from '../errors.js';
import { FUNCTION_INPUTS } from '../study/test-functions.js';
import type { FunctionConfig, TrialResult } from '../study/trial/trial.js';

/** The result of a trial that evaluates a function: one "epoch", no weights. Throws TRIAL_BAD_INPUT. */
export function runFunction(config: FunctionConfig, now: () => number): TrialResult {
  const startedAt = now();
  const value = evaluateFunction(config);
  if (!Number.isFinite(value))
    throw new SweepError('TRIAL_DIVERGED', `${config.name} is ${value} at this point`, {
      hint: 'narrow the ranges of the space',
    });
  return {
    state: 'COMPLETE',
    objective: value,
    objectiveInterval: null,
    objectiveIntervalReason: 'not-sampled',
    bestEpoch: 1,
    epochs: 1,
    metrics: { value },
    baselineMae: null,
    parameters: 0,
    modelDigest: null,
    durationMs: now() - startedAt,
  };
}

/** The value of a named function at the trial's parameters. Throws TRIAL_BAD_INPUT when the dimensions do not fit. */
export function evaluateFunction(config: FunctionConfig): number {
  if (config.name === 'noop') return 0;
  const x = readCoordinates(config);
  switch (config.name) {
    case 'branin':
      return branin(x[0] ?? 0, x[1] ?? 0);
    case 'rosenbrock':
      return rosenbrock(x);
    case 'hartmann6':
      return hartmann6(x);
  }
}

function readCoordinates(config: FunctionConfig): number[] {
  const names = Object.keys(config.params).sort((a, b) =>
    a.localeCompare(b, 'en', { numeric: true, sensitivity: 'variant' }),
  );
  const coordinates = names.map((name) => {
    const value = config.params[name];
    if (typeof value === 'number') return value;
    throw new SweepError('TRIAL_BAD_INPUT', `${config.name} needs numbers, but ${name} is ${String(value)}`, {
      path: `space.${name}`,
      hint: 'give the dimension numeric values',
    });
  });
  const [least, most] = FUNCTION_INPUTS[config.name];
  if (coordinates.length >= least && coordinates.length <= most) return coordinates;
  throw new SweepError(
    'TRIAL_BAD_INPUT',
    `${config.name} takes ${least} dimensions${most > least ? ' or more' : ''}, the space has ${coordinates.length}`,
    { path: 'space', hint: `name them x1 … x${least}` },
  );
}

/** Branin (Dixon & Szegő 1978): minimum 0.397887 at (π, 2.275) and two more; usual domain [−5, 10] × [0, 15]. */
function branin(x1: number, x2: number): number {
  const parabola = x2 - (5.1 / (4 * Math.PI ** 2)) * x1 ** 2 + (5 / Math.PI) * x1 - 6;
  return parabola ** 2 + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x1) + 10;
}

/** Rosenbrock (1960), any number of dimensions: minimum 0 at (1, …, 1). */
function rosenbrock(x: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i + 1 < x.length; i++) {
    const here = x[i] ?? 0;
    const next = x[i + 1] ?? 0;
    sum += 100 * (next - here ** 2) ** 2 + (1 - here) ** 2;
  }
  return sum;
}

const HARTMANN_ALPHA = [1.0, 1.2, 3.0, 3.2];
const HARTMANN_A = [
  [10, 3, 17, 3.5, 1.7, 8],
  [0.05, 10, 17, 0.1, 8, 14],
  [3, 3.5, 1.7, 10, 17, 8],
  [17, 8, 0.05, 10, 0.1, 14],
];
const HARTMANN_P = [
  [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
  [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
  [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.665],
  [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
];

/** Hartmann, six dimensions in [0, 1]: minimum −3.32237. */
function hartmann6(x: readonly number[]): number {
  let sum = 0;
  HARTMANN_ALPHA.forEach((alpha, term) => {
    let exponent = 0;
    for (let i = 0; i < 6; i++) {
      exponent += (HARTMANN_A[term]?.[i] ?? 0) * ((x[i] ?? 0) - (HARTMANN_P[term]?.[i] ?? 0)) ** 2;
    }
    sum -= alpha * Math.exp(-exponent);
  });
  return sum;
}
