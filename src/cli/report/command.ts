// `sweep report STUDY`: a study as a page to read and to hand on.
import { addBusOptions } from '../options/bus-options.js';
import { forceOption, jsonOption } from '../options/options.js';
import type { Register } from '../verb.js';
import type { ReportStudyOptions } from './run.js';

export const registerReport: Register = (program, run) => {
  addBusOptions(program.command('report'))
    .description('write a study as one page: question, answer, leaderboard, curves, forecasts, data')
    .argument('<study>', 'id, unique prefix of one, or @last')
    .option('-o, --output <dir>', 'folder for the files (default: report-STUDY)')
    .option('--pdf', 'report.pdf as well, printed by the Chromium of this machine')
    .addOption(forceOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Writes report.html (loads nothing, prints well), report.md and report.json. An earlier report of the same
study is replaced; one of another study only with --force.

Examples:
  $ sweep report @last
  $ sweep report @last -o report --pdf`,
    )
    .action(
      run(async (context, study: string, options: ReportStudyOptions) => {
        const { reportStudy } = await import('./run.js');
        return reportStudy(context, study, options);
      }),
    );
};
