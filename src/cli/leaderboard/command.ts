// `sweep leaderboard STUDY`: the ranked table of a study.

import { Option } from 'commander';
import { addBusOptions } from '../options/bus-options.js';
import { collect, jsonOption, wholeNumber } from '../options/options.js';
import type { Register } from '../verb.js';
import type { LeaderboardOptions } from './run.js';

export const registerLeaderboard: Register = (program, run) => {
  addBusOptions(program.command('leaderboard'))
    .description('print the ranking of a study')
    .argument('<study>', 'id, unique prefix of one, or @last')
    .option('--top <n>', 'the first so many rows (a table has 1,000, JSON and CSV all)', wholeNumber(1))
    .option('--sort <column>', 'order by a column or parameter; with "-" before it, largest first')
    .option(
      '--filter <conditions>',
      "rows that satisfy all, such as 'units=32,objective<0.27'; repeatable",
      collect,
    )
    .option('--pareto', 'only the trials that no other one beats in both objectives')
    .addOption(jsonOption().conflicts(['csv', 'watch']))
    .addOption(new Option('--csv', 'print CSV').conflicts(['json', 'watch']))
    .addOption(new Option('--watch', 'print again whenever it changes, until the study ends'))
    .addHelpText(
      'after',
      `
Examples:
  $ sweep leaderboard @last --top 10
  $ sweep leaderboard gru-grid --filter 'cell=gru,dropout=0' --sort -parameters
  $ sweep leaderboard @last --csv > trials.csv
  $ sweep leaderboard @last --watch`,
    )
    .action(
      run(async (context, study: string, options: LeaderboardOptions) => {
        const { showLeaderboard } = await import('./run.js');
        return showLeaderboard(context, study, options);
      }),
    );
};
