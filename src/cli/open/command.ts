// `sweep open STUDY`: a study in a browser.
import { addBusOptions } from '../options/bus-options.js';
import type { Register } from '../verb.js';
import type { OpenOptions } from './run.js';

export const registerOpen: Register = (program, run) => {
  addBusOptions(program.command('open'))
    .description('open a study in a browser: its dashboard, or its report')
    .argument('<study>', 'id, unique prefix of one, or @last')
    .option('--report', 'write its report, as "sweep report" does, and open that')
    .addHelpText(
      'after',
      `
A dashboard that runs already is used; else one is served here until Ctrl-C. Where there is no browser the address is
printed.

Examples:
  $ sweep open @last
  $ sweep open gru-grid-7f3a --report`,
    )
    .action(
      run(async (context, study: string, options: OpenOptions) => {
        const { openInBrowser } = await import('./run.js');
        return openInBrowser(context, study, options);
      }),
    );
};
