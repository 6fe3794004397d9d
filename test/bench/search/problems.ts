// Functions whose least value is known, for judging what a search finds: regret is how far above it the best trial lies.
import { evaluateFunction } from '../../../src/engine/test-functions.js';
import type { Space } from '../../../src/search/space/dimension.js';
import type { FunctionConfig, Params } from '../../../src/study/trial/trial.js';
import { SURFACES } from './surfaces.js';

export interface Problem {
  readonly name: string;
  readonly space: Space;
  readonly least: number;
  valueAt(params: Params): number;
}

function box(names: readonly string[], low: number, high: number): Space {
  return Object.fromEntries(names.map((name) => [name, { type: 'float', low, high, log: false } as const]));
}

function numbered(count: number): string[] {
  return Array.from({ length: count }, (_, place) => `x${place + 1}`);
}

function known(name: FunctionConfig['name'], title: string, space: Space, least: number): Problem {
  return {
    name: title,
    space,
    least,
    valueAt: (params) => evaluateFunction({ kind: 'function', name, params, seed: 0 } as FunctionConfig),
  };
}

/** Eggholder's and Ackley's kind: many valleys around the deepest one (Ackley 1987), in `dimensions` dimensions. */
function ackley(dimensions: number): Problem {
  return {
    name: `ackley${dimensions}`,
    // Off the middle of the space, which some samplers try first.
    space: box(numbered(dimensions), -20, 32),
    least: 0,
    valueAt(params) {
      const x = Object.values(params).map(Number);
      const squares = x.reduce((sum, value) => sum + value * value, 0) / dimensions;
      const waves = x.reduce((sum, value) => sum + Math.cos(2 * Math.PI * value), 0) / dimensions;
      return -20 * Math.exp(-0.2 * Math.sqrt(squares)) - Math.exp(waves) + 20 + Math.E;
    },
  };
}

/** Slanted ripples, deepest where all are 1 (Levy & Montalvo 1985, SIAM J. Sci. Stat. Comput. 6). */
function levy(dimensions: number): Problem {
  return {
    name: `levy${dimensions}`,
    space: box(numbered(dimensions), -10, 10),
    least: 0,
    valueAt(params) {
      const w = Object.values(params).map((value) => 1 + (Number(value) - 1) / 4);
      const [first = 1, last = 1] = [w[0], w.at(-1)];
      const middle = w
        .slice(0, -1)
        .reduce((sum, own) => sum + (own - 1) ** 2 * (1 + 10 * Math.sin(Math.PI * own + 1) ** 2), 0);
      return (
        Math.sin(Math.PI * first) ** 2 + middle + (last - 1) ** 2 * (1 + Math.sin(2 * Math.PI * last) ** 2)
      );
    },
  };
}

/** Two valleys in each dimension, one of them deeper (Styblinski & Tang 1990, Neural Networks 3). */
function styblinski(dimensions: number): Problem {
  return {
    name: `styblinski${dimensions}`,
    space: box(numbered(dimensions), -5, 5),
    least: -39.16616570377142 * dimensions,
    valueAt: (params) =>
      Object.values(params).reduce<number>((sum, value) => {
        const x = Number(value);
        return sum + (x ** 4 - 16 * x ** 2 + 5 * x) / 2;
      }, 0),
  };
}

/** Plains with steep furrows (Michalewicz 1992, m = 10); its least value is known of five dimensions. */
const MICHALEWICZ: Problem = {
  name: 'michalewicz5',
  space: box(numbered(5), 0, Math.PI),
  least: -4.687658179,
  valueAt: (params) =>
    -Object.values(params).reduce<number>((sum, value, place) => {
      const x = Number(value);
      return sum + Math.sin(x) * Math.sin(((place + 1) * x * x) / Math.PI) ** 20;
    }, 0),
};

export const PROBLEMS: readonly Problem[] = [
  known(
    'branin',
    'branin',
    {
      x1: { type: 'float', low: -5, high: 10, log: false },
      x2: { type: 'float', low: 0, high: 15, log: false },
    },
    0.39788735772973816,
  ),
  known('hartmann6', 'hartmann6', box(numbered(6), 0, 1), -3.322368011415515),
  known('rosenbrock', 'rosenbrock5', box(numbered(5), -5, 10), 0),
  ackley(4),
  levy(6),
  styblinski(5),
  MICHALEWICZ,
  ...SURFACES,
];
