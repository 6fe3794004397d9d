// `sweep resume STUDY`: goes on where a study stopped.
import { homeOption, jsonOption, wholeNumber } from '../options.js';
import type { Register } from '../program.js';
import type { ResumeOptions } from '../resume-study.js';

export const registerResume: Register = (program, run) => {
  program
    .command('resume')
    .description('go on where a study stopped')
    .argument('<study>', 'id, unique prefix of one, or @last')
    .option('-w, --workers <n>', 'trial threads (default: cores)', wholeNumber(1))
    .addOption(homeOption())
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
        const { resumeStudy } = await import('../resume-study.js');
        return resumeStudy(context, study, options);
      }),
    );
};
