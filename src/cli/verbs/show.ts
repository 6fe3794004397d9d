// `sweep show STUDY TRIAL`: all that is known of one trial.
import { homeOption, jsonOption } from '../options.js';
import type { Register } from '../program.js';

export const registerShow: Register = (program, run) => {
  program
    .command('show')
    .description('one trial: parameters, result, epochs')
    .argument('<study>', 'id, unique prefix of one, or @last')
    .argument('<trial>', 'trial id or a unique prefix of one')
    .addOption(homeOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Examples:
  $ sweep show @last 3f9c2e
  $ sweep show @last 3f9c2e --json | jq .reports`,
    )
    .action(
      run(async (context, study: string, trial: string, options: { home?: string; json?: boolean }) => {
        const { showTrial } = await import('../show-trial.js');
        return showTrial(context, study, trial, options);
      }),
    );
};
