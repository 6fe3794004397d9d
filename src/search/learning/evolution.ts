// The state of a CMA-ES and its step (Hansen 2016, arXiv 1604.00772): mean m, step size σ, covariance C, and their paths.
// Our names for the tutorial's: `stepPath` p_σ, `covariancePath` p_c.
import { type Eigen, eigenOf } from './eigen.js';

/** Table 1 of the tutorial, with no weights for the worse half; c_μ as before its version of 2023, which adds 1/4. */
export interface EvolutionConstants {
  readonly lambda: number;
  readonly mu: number;
  readonly weights: readonly number[];
  readonly muEff: number;
  readonly c1: number;
  readonly cMu: number;
  readonly cSigma: number;
  readonly dSigma: number;
  readonly cC: number;
  /** E‖N(0, I)‖. */
  readonly chi: number;
}

export function evolutionConstants(d: number, lambda = 4 + Math.floor(3 * Math.log(d))): EvolutionConstants {
  const mu = Math.floor(lambda / 2);
  const raw = Array.from({ length: mu }, (_, place) => Math.log((lambda + 1) / 2) - Math.log(place + 1));
  const sum = raw.reduce((total, weight) => total + weight, 0);
  const weights = raw.map((weight) => weight / sum);
  const muEff = 1 / weights.reduce((total, weight) => total + weight * weight, 0);
  const c1 = 2 / ((d + 1.3) ** 2 + muEff);
  const cMu = Math.min(1 - c1, (2 * (muEff - 2 + 1 / muEff)) / ((d + 2) ** 2 + muEff));
  const cSigma = (muEff + 2) / (d + muEff + 5);
  const dSigma = 1 + 2 * Math.max(0, Math.sqrt((muEff - 1) / (d + 1)) - 1) + cSigma;
  const cC = (4 + muEff / d) / (d + 4 + (2 * muEff) / d);
  const chi = Math.sqrt(d) * (1 - 1 / (4 * d) + 1 / (21 * d * d));
  return { lambda, mu, weights, muEff, c1, cMu, cSigma, dSigma, cC, chi };
}

export interface Evolution {
  readonly constants: EvolutionConstants;
  readonly mean: Float64Array;
  readonly sigma: number;
  /** [d, d] */
  readonly covariance: Float64Array;
  readonly eigen: Eigen;
  readonly stepPath: Float64Array;
  readonly covariancePath: Float64Array;
  readonly generation: number;
}

export function startEvolution(mean: Float64Array, sigma: number, lambda?: number): Evolution {
  const d = mean.length;
  const covariance = new Float64Array(d * d);
  for (let i = 0; i < d; i++) covariance[i * d + i] = 1;
  return {
    constants: evolutionConstants(d, lambda),
    mean,
    sigma,
    covariance,
    eigen: eigenOf(covariance, d),
    stepPath: new Float64Array(d),
    covariancePath: new Float64Array(d),
    generation: 0,
  };
}

/** C^½·z: a step of the generation, before σ. */
export function stretch({ eigen, mean }: Evolution, z: Float64Array): Float64Array {
  const d = mean.length;
  const scaled = z.map((value, k) => value * Math.sqrt(Math.max(0, eigen.values[k] as number)));
  return mean.map((_, i) => {
    let sum = 0;
    for (let k = 0; k < d; k++) sum += (eigen.vectors[i * d + k] as number) * (scaled[k] as number);
    return sum;
  });
}

/** The state after a generation; `ranked`: its points, the best first. */
export function evolve(before: Evolution, ranked: readonly Float64Array[]): Evolution {
  const { constants, mean, sigma, covariance, eigen, generation } = before;
  const { weights, muEff, c1, cMu, cSigma, dSigma, cC, chi } = constants;
  const d = mean.length;
  const steps = weights.map((_, place) => mean.map((own, i) => ((ranked[place]?.[i] ?? own) - own) / sigma));
  const step = mean.map((_, i) => weights.reduce((sum, weight, k) => sum + weight * (steps[k]?.[i] ?? 0), 0));
  // C^−½·step: in the axes of C, each divided by its length.
  const inAxes = mean.map((_, k) => {
    let sum = 0;
    for (let i = 0; i < d; i++) sum += (eigen.vectors[i * d + k] as number) * (step[i] as number);
    return sum / Math.sqrt(Math.max(eigen.values[k] as number, Number.MIN_VALUE));
  });
  const whitened = mean.map((_, i) => {
    let sum = 0;
    for (let k = 0; k < d; k++) sum += (eigen.vectors[i * d + k] as number) * (inAxes[k] as number);
    return sum;
  });
  const stepGain = Math.sqrt(cSigma * (2 - cSigma) * muEff);
  const stepPath = before.stepPath.map((own, i) => (1 - cSigma) * own + stepGain * (whitened[i] as number));
  const length = Math.sqrt(stepPath.reduce((sum, value) => sum + value * value, 0));
  const expected = Math.sqrt(1 - (1 - cSigma) ** (2 * (generation + 1)));
  const isSteady = length / expected < (1.4 + 2 / (d + 1)) * chi;
  const pathGain = isSteady ? Math.sqrt(cC * (2 - cC) * muEff) : 0;
  const covariancePath = before.covariancePath.map(
    (own, i) => (1 - cC) * own + pathGain * (step[i] as number),
  );
  const kept = 1 - c1 - cMu + (isSteady ? 0 : c1 * cC * (2 - cC));
  const next = covariance.map((own, at) => {
    const i = Math.floor(at / d);
    const j = at % d;
    const rank1 = (covariancePath[i] as number) * (covariancePath[j] as number);
    const rankMu = weights.reduce(
      (sum, weight, k) => sum + weight * (steps[k]?.[i] ?? 0) * (steps[k]?.[j] ?? 0),
      0,
    );
    return kept * own + c1 * rank1 + cMu * rankMu;
  });
  return {
    constants,
    mean: mean.map((own, i) => own + sigma * (step[i] as number)),
    sigma: sigma * Math.exp(Math.min(1, (cSigma / dSigma) * (length / chi - 1))),
    covariance: next,
    eigen: eigenOf(next, d),
    stepPath,
    covariancePath,
    generation: generation + 1,
  };
}
