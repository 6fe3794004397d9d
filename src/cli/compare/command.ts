// `sweep compare STUDY A B`: two trials side by side.

import type { BusFlags } from '../open-bus.js';
import { addBusOptions } from '../options/bus-options.js';
import { jsonOption } from '../options/options.js';
import type { Register } from '../verb.js';

export const registerCompare: Register = (program, run) => {
  addBusOptions(program.command('compare'))
    .description('two trials: what they differ in, their curves, and the paired difference of their errors')
    .argument('<study>', 'id, unique prefix of one, or @last')
    .argument('<a>', 'trial id, unique prefix of one, or rank')
    .argument('<b>', 'the other one')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Examples:
  $ sweep compare @last 1 2
  $ sweep compare gru-grid 3f9c2e a1b2c3 --json`,
    )
    .action(
      run(async (context, study: string, a: string, b: string, options: BusFlags & { json?: boolean }) => {
        const { showComparison } = await import('./run.js');
        return showComparison(context, study, [a, b], options);
      }),
    );
};
