// Spaces as sweeps of models have them: rates on logarithmic ranges, whole numbers, steps, choices that shift what is best
// elsewhere. Each is a formula whose least value is known, in the place of hours of training.
import type { Params } from '../../../src/study/trial/trial.js';
import type { Problem } from './problems.js';

/** Sum of squares of how far each is from where it should be, in units of what hurts by 1. */
function bowl(terms: readonly (readonly [value: number, best: number, unit: number])[]): number {
  return terms.reduce((sum, [value, best, unit]) => sum + ((value - best) / unit) ** 2, 0);
}

const log2 = (value: Params[string] | undefined) => Math.log2(Number(value));
const log10 = (value: Params[string] | undefined) => Math.log10(Number(value));

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

/** Eight dimensions; the best rate grows with the batch and depends on the optimiser, deep networks want less of it. */
const NETWORK: Problem = {
  name: 'network',
  space: {
    optimizer: ['sgd', 'adam', 'rmsprop'],
    activation: ['relu', 'tanh', 'gelu'],
    batch: [16, 32, 64, 128, 256],
    rate: { type: 'float', low: 1e-5, high: 1, log: true },
    units: { type: 'int', low: 8, high: 512, log: true },
    layers: { type: 'int', low: 1, high: 6, log: false },
    dropout: { type: 'float', low: 0, high: 0.8, log: false, step: 0.05 },
    decay: { type: 'float', low: 1e-6, high: 1e-1, log: true },
  },
  least: 0,
  valueAt({ optimizer, activation, batch, rate, units, layers, dropout, decay }) {
    const offset =
      ({ sgd: 0.3, adam: 0, rmsprop: 0.1 }[String(optimizer)] ?? 0) +
      ({ relu: 0.1, tanh: 0.25, gelu: 0 }[String(activation)] ?? 0) +
      0.05 * Math.abs(log2(batch) - 6);
    const bestRate =
      ({ sgd: -1, adam: -3, rmsprop: -3.3 }[String(optimizer)] ?? 0) +
      0.15 * (log2(batch) - 6) -
      0.1 * (Number(layers) - 3);
    // Worse and worse at first, then all the same: it has diverged, or learns nothing.
    const missed = 2 * Math.tanh(0.5 * (log10(rate) - bestRate) ** 2);
    const rest = bowl([
      [log2(units), 7, 3],
      [Number(layers), 3, 3],
      // 0.3 is one of its steps.
      [Number(dropout), 0.3, 0.5],
      [log10(decay), -4, 3],
    ]);
    return offset + missed + rest;
  },
};

/** A narrow slanted valley of two logarithms, for one of three kernels. */
const MACHINE: Problem = {
  name: 'machine',
  space: {
    kernel: ['linear', 'rbf', 'poly'],
    cost: { type: 'float', low: 1e-3, high: 1e3, log: true },
    gamma: { type: 'float', low: 1e-4, high: 10, log: true },
  },
  least: 0,
  valueAt({ kernel, cost, gamma }) {
    const [c, g] = [log10(cost), log10(gamma)];
    if (kernel === 'linear') return 0.2 + bowl([[c, -1, 5]]);
    if (kernel === 'poly')
      return (
        0.1 +
        bowl([
          [c, 1, 3],
          [g, -1, 2],
        ])
      );
    return bowl([
      [c + g, 0, 0.8],
      [c - g, 3, 5],
    ]);
  },
};

/** Whole numbers and switches alone: 32 · 100 · 1,000 · 19 · 4 points. */
const FOREST: Problem = {
  name: 'forest',
  space: {
    depth: { type: 'int', low: 1, high: 32, log: false },
    leaf: { type: 'int', low: 1, high: 100, log: true },
    trees: { type: 'int', low: 1, high: 1000, log: true },
    features: { type: 'float', low: 0.1, high: 1, log: false, step: 0.05 },
    criterion: ['gini', 'entropy'],
    bootstrap: [true, false],
  },
  least: 0,
  valueAt({ depth, leaf, trees, features, criterion, bootstrap }) {
    const offset = (criterion === 'gini' ? 0.1 : 0) + (bootstrap === true ? 0 : 0.15);
    // Deep trees need larger leaves.
    const overgrown = bowl([[log2(leaf), 2 + (Number(depth) - 14) / 8, 2.5]]);
    return (
      offset +
      overgrown +
      (1 - log2(trees) / log2(1000)) * 0.5 +
      bowl([
        [Number(depth), 14, 15],
        [Number(features), 0.4, 0.5],
      ])
    );
  },
};

/** Choices that matter by pairs: a table of costs that no order explains, and two numbers. */
const PARTS: Problem = {
  name: 'parts',
  space: {
    a: ['p', 'q', 'r', 's'],
    b: ['p', 'q', 'r', 's'],
    c: ['p', 'q', 'r', 's'],
    d: ['p', 'q', 'r', 's'],
    x: { type: 'float', low: 0, high: 1, log: false },
    y: { type: 'float', low: 0, high: 1, log: false },
  },
  least: 0,
  valueAt({ a, b, c, d, x, y }) {
    const [i, j, k, l] = [a, b, c, d].map((part) => 'pqrs'.indexOf(String(part))) as [
      number,
      number,
      number,
      number,
    ];
    // Each term is 0 at a = r, b = p, c = s, d = q alone.
    const pairs = ((i + 3 * j + 2) % 4) / 4 + ((j + k + 1) % 4) / 4 + ((3 * k + l + 2) % 4) / 4;
    const single = (i === 2 ? 0 : 0.2) + (j === 0 ? 0 : 0.2) + (k === 3 ? 0 : 0.2) + (l === 1 ? 0 : 0.2);
    return (
      pairs +
      single +
      bowl([
        [Number(x), 0.2 + 0.15 * i, 0.6],
        [Number(y), 0.7, 0.6],
      ])
    );
  },
};

export const SURFACES: readonly Problem[] = [MIXED, NETWORK, MACHINE, FOREST, PARTS];
