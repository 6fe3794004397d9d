// `sweep status STUDY`: how one study stands.

import type { BusFlags } from '../open-bus.js';
import { addBusOptions } from '../options/bus-options.js';
import { jsonOption } from '../options/options.js';
import type { Register } from '../program.js';

export const registerStatus: Register = (program, run) => {
  addBusOptions(program.command('status'))
    .description('how a study stands: trials by state, time, failures')
    .argument('<study>', 'id, unique prefix of one, or @last')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Examples:
  $ sweep status @last
  $ sweep status gru-grid-7f3a --json | jq .trials`,
    )
    .action(
      run(async (context, study: string, options: BusFlags & { json?: boolean }) => {
        const { showStatus } = await import('./run.js');
        return showStatus(context, study, options);
      }),
    );
};
