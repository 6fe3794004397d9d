// `sweep list`: the studies of the sweep home, oldest first.
import { addBusOptions } from '../bus-options.js';
import type { BusFlags } from '../open-bus.js';
import { jsonOption } from '../options.js';
import type { Register } from '../program.js';

export const registerList: Register = (program, run) => {
  addBusOptions(program.command('list'))
    .description('list the studies')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Examples:
  $ sweep list
  $ sweep list --json | jq -r '.studies[].study'`,
    )
    .action(
      run(async (context, options: BusFlags & { json?: boolean }) => {
        const { listStudies } = await import('../list-studies.js');
        return listStudies(context, options);
      }),
    );
};
