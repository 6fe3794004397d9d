// `sweep explain STUDY TRIAL`: why a trial is where it is.
import { addBusOptions } from '../bus-options.js';
import type { BusFlags } from '../open-bus.js';
import { jsonOption } from '../options.js';
import type { Register } from '../program.js';

export const registerExplain: Register = (program, run) => {
  addBusOptions(program.command('explain'))
    .description('the story of one trial: who took it, attempts, errors, checkpoints')
    .argument('<study>', 'id, unique prefix of one, or @last')
    .argument('<trial>', 'trial id or a unique prefix of one')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Examples:
  $ sweep explain @last 3f9c2e`,
    )
    .action(
      run(async (context, study: string, trial: string, options: BusFlags & { json?: boolean }) => {
        const { explainTrial } = await import('../show-trial.js');
        return explainTrial(context, study, trial, options);
      }),
    );
};
