// Runs a known function of the parameters: one value, no epochs, no data, no model.
import { runFunction } from '../../src/engine/test-functions.js';
import type { FunctionConfig } from '../../src/study/trial/trial.js';
import type { RunnerEntry } from './runner.js';

export const functionRunner: RunnerEntry<FunctionConfig> = {
  datasetOf: () => null,
  filesOf: () => null,
  programOf: () => null,
  endsItselfMs: () => 0,
  isAliveWhileRunning: false,
  leavesModel: false,
  open: () => ({
    async run({ config }, _checkpoint, hooks) {
      if (hooks.stopRequest() === 'interrupt') return { type: 'interrupted', epoch: 0 };
      const result = runFunction(config, () => performance.now());
      hooks.onProgress();
      return { type: 'finished', result, model: null };
    },
  }),
};
