// `sweep show STUDY TRIAL`: all that is known of one trial.
import { addBusOptions } from '../bus-options.js';
import type { BusFlags } from '../open-bus.js';
import { jsonOption } from '../options.js';
import type { Register } from '../program.js';

export const registerShow: Register = (program, run) => {
  addBusOptions(program.command('show'))
    .description('one trial: parameters, result, epochs')
    .argument('<study>', 'id, unique prefix of one, or @last')
    .argument('<trial>', 'trial id or a unique prefix of one')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Examples:
  $ sweep show @last 3f9c2e
  $ sweep show @last 3f9c2e --json | jq .reports`,
    )
    .action(
      run(async (context, study: string, trial: string, options: BusFlags & { json?: boolean }) => {
        const { showTrial } = await import('../show-trial.js');
        return showTrial(context, study, trial, options);
      }),
    );
};
