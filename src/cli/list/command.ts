// `sweep list`: the studies of the sweep home, oldest first.
import { Option } from 'commander';
import { addBusOptions } from '../options/bus-options.js';
import { jsonOption } from '../options/options.js';
import type { Register } from '../program.js';
import type { ListOptions } from './run.js';

export const registerList: Register = (program, run) => {
  addBusOptions(program.command('list'))
    .description('list the studies')
    .addOption(jsonOption())
    .addOption(new Option('--ids', 'print the ids only, one a line').conflicts('json'))
    .addHelpText(
      'after',
      `
Examples:
  $ sweep list
  $ sweep list --json | jq -r '.studies[].study'`,
    )
    .action(
      run(async (context, options: ListOptions) => {
        const { listStudies } = await import('./run.js');
        return listStudies(context, options);
      }),
    );
};
