// `sweep try FILE`: runs one trial here, and shows what it was handed and what it handed back.
import { addProfileOptions, collect, jsonOption, wholeNumber } from '../options/options.js';
import type { Register } from '../verb.js';
import type { TryOptions } from './run.js';

export const registerTry: Register = (program, run) => {
  addProfileOptions(program.command('try'))
    .description('run one trial of a sweep file here, and show what goes in and what comes back')
    .argument('<file>', 'sweep file (JSON)')
    .option(
      '--set <name=value>',
      'value of a dimension, or path=value of a field of the file; repeatable',
      collect,
    )
    .option('--data <source>', 'data instead of the file\'s: a path, or a name such as "jena-synthetic"')
    .option('--seed <n>', "seed instead of the file's", wholeNumber(0))
    .option('--devices <list>', 'a device for the trial: "0" sets CUDA_VISIBLE_DEVICES and the like')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Nothing is recorded: no study is made, no result is kept. Dimensions without a value take that of the baseline, or of a point of
the space. A program of an objective runs as in "sweep start".

Examples:
  $ sweep try sweep.json --set lr=0.1
  $ sweep try sweep.json --set lr=0.1 --set objective.epochs=1 --json`,
    )
    .action(
      run(async (context, file: string, options: TryOptions) => {
        const { tryTrial } = await import('./run.js');
        return tryTrial(context, file, options);
      }),
    );
};
