// `sweep validate FILE`: checks a sweep file and says what it would take, without running it.
import { addBusOptions } from '../options/bus-options.js';
import { addProfileOptions, collect, jsonOption, wholeNumber } from '../options/options.js';
import type { Register } from '../verb.js';
import type { ValidateOptions } from './run.js';

export const registerValidate: Register = (program, run) => {
  addProfileOptions(addBusOptions(program.command('validate')))
    .description('check a sweep file: trials, layers, memory, ETA; or all of its errors at once')
    .argument('<file>', 'sweep file (JSON)')
    .option('-w, --workers <n>', 'trial threads that the ETA is for (default: cores)', wholeNumber(1))
    .option('--data <source>', 'data instead of the file\'s: a path, or a name such as "jena-synthetic"')
    .option('--set <path=value>', 'change a field of the sweep file; repeatable', collect)
    .option('--max-trials <n>', 'run at most so many trials', wholeNumber(1))
    .option('--seed <n>', "seed instead of the file's", wholeNumber(0))
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
No study is made. The data are prepared if they are not yet, as the ETA is measured on them. Where a study of
this name was before, it says how many trials are cached, new and gone.

Examples:
  $ sweep validate sweeps/gru-grid.json
  $ sweep validate sweeps/gru-grid.json --set space.units='[64,128]' --json`,
    )
    .action(
      run(async (context, file: string, options: ValidateOptions) => {
        const { validateFile } = await import('./run.js');
        return validateFile(context, file, options);
      }),
    );
};
