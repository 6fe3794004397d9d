// A trial's model as it is trained: what its config and its samples say of it.
import type { SampleSet } from '../../dataset/sample-set.js';
import type { TrainConfig } from '../../study/trial/trial.js';
import { taskOf } from '../../task/registry.js';
import type { ModelDefinition } from '../engine.js';

export function trainedDefinition(
  { layers, task, training, seed }: TrainConfig,
  { timesteps, features }: Pick<SampleSet, 'timesteps' | 'features'>,
): ModelDefinition {
  const { loss, classWeights, optimizer, clipNorm, batchSize } = training;
  const { quantiles } = taskOf(task).answer(task);
  return {
    ...{ layers, timesteps, features, loss, optimizer, batchSize, seed },
    ...(quantiles === undefined ? {} : { quantiles }),
    ...(classWeights === undefined ? {} : { classWeights }),
    ...(clipNorm === undefined ? {} : { clipNorm }),
  };
}
