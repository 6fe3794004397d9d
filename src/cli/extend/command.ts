// `sweep extend STUDY`: more points or trials for a study that was.
import { addBusOptions } from '../options/bus-options.js';
import { addStorageOptions } from '../options/nats-options.js';
import { collect, jsonOption, plainOption, wholeNumber } from '../options/options.js';
import type { Register } from '../verb.js';
import type { ExtendOptions } from './run.js';

export const registerExtend: Register = (program, run) => {
  addStorageOptions(addBusOptions(program.command('extend')))
    .description('add points, trials or epochs to a study: a new one that takes its results along')
    .argument('<study>', 'id, unique prefix of one, or @last')
    .option('--trials <n>', 'so many trials more', wholeNumber(1))
    .option(
      '--epochs <n>',
      'so many epochs for each trial, which goes on from where it ended',
      wholeNumber(1),
    )
    .option(
      '--set <path=value>',
      'change a field of the sweep, such as a list of the space; repeatable',
      collect,
    )
    .option('-w, --workers <n>', 'trial threads here (default: cores; with --nats: 0)', wholeNumber(0))
    .option('--detach', 'leave it running in the background, with a log file')
    .addOption(plainOption())
    .addOption(jsonOption())
    .option('-q, --quiet', 'print the result only')
    .addHelpText(
      'after',
      `
Makes a new study on the same data, and says how many of its trials are cached, new and gone. With --trials the
sampler proposes what one longer study would have; finished trials come from the result cache. With --epochs each
trial goes on from where it ended, to the same bits as if it had trained on; where that is gone, or its learning rate
follows the number of epochs, it trains from its start, and that is said.

Examples:
  $ sweep extend @last --trials 20
  $ sweep extend @last --epochs 40
  $ sweep extend gru-grid-7f3a --set space.units='[16,32,64]'`,
    )
    .action(
      run(async (context, study: string, options: ExtendOptions) => {
        const { extendStudy } = await import('./run.js');
        return extendStudy(context, study, options);
      }),
    );
};
