// `sweep promote STUDY`: the finalists of a study once more, longer and with several seeds.
import { addBusOptions } from '../options/bus-options.js';
import { addStorageOptions } from '../options/nats-options.js';
import { collect, jsonOption, plainOption, wholeNumber } from '../options/options.js';
import type { Register } from '../verb.js';
import type { PromoteOptions } from './run.js';

export const registerPromote: Register = (program, run) => {
  addStorageOptions(addBusOptions(program.command('promote')))
    .description('run the best rows of a study once more, longer and with several seeds')
    .argument('<study>', 'id, unique prefix of one, or @last')
    .option('--top <n>', 'so many rows of its leaderboard (default: 5)', wholeNumber(1))
    .option('--epochs <n>', "epochs of each trial (default: the study's)", wholeNumber(1))
    .option('--repeats <n>', 'trials a row, each with a seed of its own (default: 5)', wholeNumber(1))
    .option('--set <path=value>', 'change another field of the sweep; repeatable', collect)
    .option('-w, --workers <n>', 'trial threads here (default: cores; with --nats: 0)', wholeNumber(0))
    .option('--detach', 'leave it running in the background, with a log file')
    .addOption(plainOption())
    .addOption(jsonOption())
    .option('-q, --quiet', 'print the result only')
    .addHelpText(
      'after',
      `
Makes a new study of exactly these points, on the same data; none of its trials is stopped early. The study
that they come from stays as it is. The first seed is that study's: what was computed alike comes from the
result cache.

Examples:
  $ sweep promote @last --epochs 40
  $ sweep promote gru-grid-7f3a --top 3 --repeats 10 --set training.validationStride=1`,
    )
    .action(
      run(async (context, study: string, options: PromoteOptions) => {
        const { promoteStudy } = await import('./run.js');
        return promoteStudy(context, study, options);
      }),
    );
};
