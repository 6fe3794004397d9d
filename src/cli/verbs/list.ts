// `sweep list`: the studies of the sweep home, oldest first.
import { homeOption, jsonOption } from '../options.js';
import type { Register } from '../program.js';

export const registerList: Register = (program, run) => {
  program
    .command('list')
    .description('list the studies')
    .addOption(homeOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Examples:
  $ sweep list
  $ sweep list --json | jq -r '.studies[].study'`,
    )
    .action(
      run(async (context, options: { home?: string; json?: boolean }) => {
        const { listStudies } = await import('../list-studies.js');
        return listStudies(context, options);
      }),
    );
};
