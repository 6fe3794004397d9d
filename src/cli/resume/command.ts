// `sweep resume STUDY`: goes on where a study stopped.
import { addDashboardOption } from '../dashboard/command.js';
import { addBusOptions } from '../options/bus-options.js';
import { jsonOption, plainOption, wholeNumber } from '../options/options.js';
import { addProgramOptions } from '../options/program-options.js';
import { addOnlookerOptions } from '../start/onlookers.js';
import type { Register } from '../verb.js';
import type { ResumeOptions } from './run.js';

export const registerResume: Register = (program, run) => {
  addOnlookerOptions(addDashboardOption(addProgramOptions(addBusOptions(program.command('resume')))))
    .description('go on where a study stopped')
    .argument('<study>', 'id, unique prefix of one, or @last')
    .option('-w, --workers <n>', 'trial threads here (default: cores; with --nats: 0)', wholeNumber(0))
    .option('--detach', 'leave it running in the background, with a log file')
    .addOption(plainOption())
    .addOption(jsonOption())
    .option('-q, --quiet', 'print the result only')
    .addHelpText(
      'after',
      `
Trials go on from their last checkpoint and end in the same weights as if nothing had happened.

Examples:
  $ sweep resume @last
  $ sweep resume gru-grid-7f3a --workers 2`,
    )
    .action(
      run(async (context, study: string, options: ResumeOptions) => {
        const { resumeStudy } = await import('./run.js');
        return resumeStudy(context, study, options);
      }),
    );
};
