// Runs a program of the user's as a process of its own. Keeps a guardian from one trial to the next.
import { SweepError } from '../../../src/errors.js';
import type { CommandConfig } from '../../../src/study/trial/trial.js';
import { decodeProgramCheckpoint } from '../program-files.js';
import type { RunnerEntry } from '../runner.js';
import { CommandRun } from './command-run.js';
import { Guardian } from './guardian.js';
import { makeWorkplace, removeWorkplace } from './workplace.js';

/** From SIGKILL to the end of all that was started. */
const ENDING_MS = 10_000;

export const commandRunner: RunnerEntry<CommandConfig> = {
  datasetOf: () => null,
  filesOf: ({ files }) => files ?? null,
  programOf: ({ argv }) => argv[0] ?? '',
  endsItselfMs: ({ graceMs }) => graceMs + ENDING_MS,
  isAliveWhileRunning: true,
  leavesModel: false,
  open({ cacheDirectory, programs }) {
    const guardian = new Guardian();
    return {
      async run(trial, bytes, hooks) {
        if (programs === undefined)
          throw new SweepError('TRIAL_CRASHED', 'programs are not run here', {
            hint: 'start the worker with --allow-commands',
          });
        const checkpoint = bytes === null ? null : decodeProgramCheckpoint(trial.config, bytes);
        if (hooks.stopRequest() === 'interrupt')
          return { type: 'interrupted', epoch: checkpoint?.score.epochs ?? 0 };
        const workplace = makeWorkplace(trial, cacheDirectory, programs);
        try {
          for (const [name, value] of Object.entries(workplace.environment))
            if (name.startsWith('SWEEP_')) hooks.onTrace?.('environment', `${name}=${value}`);
          return await new CommandRun(trial, workplace, guardian, hooks, checkpoint).run();
        } finally {
          removeWorkplace(workplace);
        }
      },
    };
  },
};
