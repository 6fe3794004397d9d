// `sweep baseline [FILE]`: the error to beat.
import { jsonOption } from '../options/options.js';
import type { Register } from '../program.js';

export const registerBaseline: Register = (program, run) => {
  program
    .command('baseline')
    .description('common sense on validation and test: the figure to beat')
    .argument('[file]', 'sweep file (default: Jena, 24 hours ahead from 10 days)')
    .option('--data <source>', 'data instead of the file\'s: a path, or a name such as "jena-synthetic"')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
On a series: naive persistence, which forecasts that the target stays what it was in the last row seen.
On reviews: the commoner label of the training reviews.

Examples:
  $ sweep baseline
  $ sweep baseline sweeps/jena-hourly.json --data weather.csv
  $ sweep baseline sweeps/quick.json --json`,
    )
    .action(
      run(async (context, file: string | undefined, options: { data?: string; json?: boolean }) => {
        const { showBaseline } = await import('./run.js');
        return showBaseline(context, file, options);
      }),
    );
};
