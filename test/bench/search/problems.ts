// Functions whose least value is known, for judging what a search finds: regret is how far above it the best trial lies.
import { evaluateFunction } from '../../../src/engine/test-functions.js';
import type { Space } from '../../../src/search/space/dimension.js';
import type { FunctionConfig, Params } from '../../../src/study/trial/trial.js';

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

/** As a sweep of models is: a rate on a logarithmic range, whole numbers, steps, choices that shift the best rate. */
const MIXED: Problem = {
  name: 'mixed',
  space: {
    cell: ['gru', 'lstm', 'conv'],
    rate: { type: 'float', low: 1e-5, high: 1e-1, log: true },
    units: { type: 'int', low: 4, high: 256, log: true },
    layers: { type: 'int', low: 1, high: 4, log: false },
    dropout: { type: 'float', low: 0, high: 0.6, log: false, step: 0.05 },
    decay: { type: 'float', low: 0, high: 1, log: false },
  },
  least: 0,
  valueAt({ cell, rate, units, layers, dropout, decay }) {
    const bestRate = { gru: -2.7, lstm: -2.2, conv: -3.4 }[String(cell)] ?? 0;
    const offset = { gru: 0, lstm: 0.15, conv: 0.4 }[String(cell)] ?? 0;
    const size = Math.log2(Number(units)) - 6;
    return (
      offset +
      0.6 * (Math.log10(Number(rate)) - bestRate) ** 2 +
      0.08 * size ** 2 +
      0.1 * (Number(layers) - 2) ** 2 * (1 + 0.2 * size) +
      2 * (Number(dropout) - 0.2) ** 2 +
      0.5 * (Number(decay) - 0.3) ** 2
    );
  },
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
  MIXED,
];
