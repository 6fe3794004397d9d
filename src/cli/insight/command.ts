// `sweep insight STUDY`: what a study tells of its search.

import type { BusFlags } from '../open-bus.js';
import { addBusOptions } from '../options/bus-options.js';
import { jsonOption } from '../options/options.js';
import type { Register } from '../verb.js';

export const registerInsight: Register = (program, run) => {
  addBusOptions(program.command('insight'))
    .description('which parameters mattered, which values did well, what stopping saved')
    .argument('<study>', 'id, unique prefix of one, or @last')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Examples:
  $ sweep insight @last
  $ sweep insight gru-grid --json`,
    )
    .action(
      run(async (context, study: string, options: BusFlags & { json?: boolean }) => {
        const { showInsight } = await import('./run.js');
        return showInsight(context, study, options);
      }),
    );
};
