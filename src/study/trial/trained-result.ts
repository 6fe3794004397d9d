// The result of a training has what no other has: weights, by an engine, and the model that it stands for. Pure.
import type { TrialResult } from './trial.js';

export type TrainedResult = TrialResult & {
  readonly modelDigest: string;
} & Required<Pick<TrialResult, 'weightsDigest' | 'engine'>>;

export function isTrainedResult(result: TrialResult): result is TrainedResult {
  const { modelDigest, weightsDigest, engine } = result;
  return modelDigest !== null && weightsDigest !== undefined && engine !== undefined;
}
