// `sweep leaderboard STUDY`: the ranked table of a study.

import { type Command, Option } from 'commander';
import { addBusOptions } from '../options/bus-options.js';
import { collect, jsonOption, wholeNumber } from '../options/options.js';
import type { Register } from '../verb.js';
import type { LeaderboardOptions } from './run.js';

export const registerLeaderboard: Register = (program, run) => {
  addBusOptions(program.command('leaderboard'))
    .description('print the ranking of a study')
    .argument('[study]', 'id, unique prefix of one, or @last')
    .usage('[options] <study>')
    .option('--top <n>', 'the first so many rows (a table has 1,000, JSON and CSV all)', wholeNumber(1))
    .option('--sort <column>', 'order by a column or parameter; with "-" before it, largest first')
    .option(
      '--filter <conditions>',
      "rows that satisfy all, such as 'units=32,objective<0.27'; repeatable",
      collect,
    )
    .option(
      '--pareto [metric]',
      'only the trials that no other one beats in both objectives, or in the first and this figure; where more of it is better: METRIC:maximize',
    )
    .addOption(jsonOption().conflicts(['csv', 'watch']))
    .addOption(new Option('--csv', 'print CSV').conflicts(['json', 'watch']))
    .addOption(new Option('--watch', 'print again whenever it changes, until the study ends'))
    .addHelpText(
      'after',
      `
Examples:
  $ sweep leaderboard @last --top 10
  $ sweep leaderboard gru-grid --filter 'cell=gru,dropout=0' --sort -parameters
  $ sweep leaderboard @last --pareto parameters
  $ sweep leaderboard @last --csv > trials.csv
  $ sweep leaderboard @last --watch`,
    )
    .action(
      run(async (context, given: string | undefined, options: LeaderboardOptions, command: Command) => {
        const { showLeaderboard } = await import('./run.js');
        if (given !== undefined) return showLeaderboard(context, given, options);
        // `--pareto STUDY`: the value is optional, so that the study's name was taken for it.
        const { pareto } = options;
        if (typeof pareto !== 'string')
          command.error("error: missing required argument 'study'", { code: 'commander.missingArgument' });
        return showLeaderboard(context, pareto, { ...options, pareto: true });
      }),
    );
};
