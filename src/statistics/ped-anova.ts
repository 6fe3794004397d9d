// How much each parameter matters for being among the best: PED-ANOVA (Watanabe, Bansal & Hutter 2023, arXiv 2304.10255), with
// inactive parameters as regimes of their own (condPED-ANOVA, arXiv 2601.20800). The density of a parameter's values among the
// best trials is compared with that among all: where both are alike, the parameter did not matter. Estimators, grid and
// constants as in Optuna 5.
import { errorFunction } from 'simple-statistics';

/** γ′ of the paper. */
const GOOD_SHARE = 0.1;
/** A kernel covers most of its own cell at least: 1.64 standard deviations to both sides are 90 %. */
const LEAST_BANDWIDTH = 0.5 / 1.64;
const PRIOR_WEIGHT = 1;
/** The factor of Scott's rule with the interquartile range (1992). */
const SCOTT = 1.059;
const NORMAL_QUARTILES = 1.34;
const LEAST_DENSITY = 1e-12;
/** Trials in which a parameter must be active. */
const LEAST_ACTIVE = 2;

export interface Factor {
  /** Cells that the parameter's range is cut into, or its choices. */
  readonly cells: number;
  /** Neighbouring cells are alike. */
  readonly isOrdered: boolean;
  /** By trial: the cell of its value; null: the parameter was not active. */
  readonly cellOf: readonly (number | null)[];
}

/** Shares of the factors' importances, which sum to 1; all 0 where none is told apart. `losses` by trial: less is better. */
export function pedAnova(factors: readonly Factor[], losses: readonly number[]): number[] {
  const best = bestOf(losses);
  const raw = factors.map((factor) => importanceOf(factor, best));
  const sum = raw.reduce((total, value) => total + value, 0);
  return raw.map((value) => (sum > 0 ? value / sum : 0));
}

/** Whether each trial is among the best: as good as the last of the best share at least. */
function bestOf(losses: readonly number[]): boolean[] {
  const sorted = [...losses].sort((left, right) => left - right);
  const cutOff = sorted[Math.ceil(GOOD_SHARE * losses.length) - 1] ?? Number.NEGATIVE_INFINITY;
  return losses.map((loss) => loss <= cutOff);
}

function importanceOf(factor: Factor, isBest: readonly boolean[]): number {
  const { cells, cellOf } = factor;
  if (cells < 2) return 0;
  const all = new Float64Array(cells);
  const best = new Float64Array(cells);
  let active = 0;
  let activeBest = 0;
  cellOf.forEach((cell, trial) => {
    if (cell === null) return;
    active += 1;
    all[cell]! += 1;
    if (isBest[trial] !== true) return;
    activeBest += 1;
    best[cell]! += 1;
  });
  if (active < LEAST_ACTIVE || activeBest === 0) return 0;
  const ofBest = activeBest / isBest.filter(Boolean).length;
  const ofAll = active / cellOf.length;
  const densities = factor.isOrdered ? orderedDensity : choiceDensity;
  return (ofBest ** 2 / ofAll) * divergence(densities(best), densities(all));
}

/** Pearson's divergence of `best` from `all`. */
function divergence(best: Float64Array, all: Float64Array): number {
  return all.reduce((sum, value, cell) => {
    const density = value + LEAST_DENSITY;
    return sum + density * ((best[cell]! + LEAST_DENSITY) / density - 1) ** 2;
  }, 0);
}

/** Density over choices: a kernel for each that was taken, smoothed by the prior, and the prior itself. */
function choiceDensity(counts: Float64Array): Float64Array {
  const kernels = counts.filter((count) => count > 0).length + 1;
  const total = sumOf(counts) + PRIOR_WEIGHT;
  const smoothing = PRIOR_WEIGHT / kernels;
  const density = new Float64Array(counts.length).fill(PRIOR_WEIGHT / total / counts.length);
  for (const count of counts) {
    if (count === 0) continue;
    const share = count / total / (1 + counts.length * smoothing);
    for (let cell = 0; cell < counts.length; cell += 1) density[cell]! += share * smoothing;
  }
  counts.forEach((count, cell) => {
    density[cell]! += count / total / (1 + counts.length * smoothing);
  });
  return density;
}

/** Density over cells in order: truncated normal kernels by Scott's rule, and a wide one of the prior. */
function orderedDensity(counts: Float64Array): Float64Array {
  const cells = counts.length;
  const total = sumOf(counts) + PRIOR_WEIGHT;
  const bandwidth = bandwidthOf(counts);
  const density = new Float64Array(cells);
  counts.forEach((count, centre) => {
    if (count > 0) addKernel(density, centre, bandwidth, count / total);
  });
  addKernel(density, (cells - 1) / 2, cells, PRIOR_WEIGHT / total);
  return density;
}

function bandwidthOf(counts: Float64Array): number {
  const count = sumOf(counts);
  const mean = counts.reduce((sum, weight, cell) => sum + weight * cell, 0) / count;
  const squares = counts.reduce((sum, weight, cell) => sum + weight * (cell - mean) ** 2, 0);
  const deviation = Math.sqrt(squares / Math.max(1, count - 1));
  const occupied = [...counts.keys()].filter((cell) => counts[cell]! > 0);
  const quarter = Math.floor(count / 4);
  const threeQuarters = Math.floor((count * 3) / 4);
  let before = 0;
  let low: number | null = null;
  let high: number | null = null;
  for (const cell of occupied) {
    before += counts[cell]!;
    if (before >= quarter) low ??= cell;
    if (before > threeQuarters) high ??= cell;
  }
  const last = occupied.at(-1) ?? 0;
  const quartiles = ((high ?? last) - (low ?? last)) / NORMAL_QUARTILES;
  return Math.max(LEAST_BANDWIDTH, SCOTT * Math.min(quartiles, deviation) * count ** -0.2);
}

/** A normal cut off at the outer edges of the cells, each cell with its share of it. */
function addKernel(density: Float64Array, centre: number, bandwidth: number, weight: number): void {
  const below = (edge: number): number => normalShare((edge - centre) / bandwidth);
  const inside = below(density.length - 0.5) - below(-0.5);
  for (let cell = 0; cell < density.length; cell += 1)
    density[cell]! += (weight * Math.max(0, below(cell + 0.5) - below(cell - 0.5))) / inside;
}

function normalShare(z: number): number {
  return (1 + errorFunction(z / Math.SQRT2)) / 2;
}

function sumOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}
