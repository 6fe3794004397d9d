// `sweep baseline [FILE]`: the error to beat.
import { jsonOption } from '../options.js';
import type { Register } from '../program.js';

export const registerBaseline: Register = (program, run) => {
  program
    .command('baseline')
    .description('naive persistence on validation and test: the error to beat')
    .argument('[file]', 'sweep file (default: Jena, 24 hours ahead from 10 days)')
    .option('--data <source>', 'data instead of the file\'s: a CSV path, "jena" or "jena-synthetic"')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Naive persistence forecasts that the target stays what it was in the last row seen.

Examples:
  $ sweep baseline
  $ sweep baseline sweeps/jena-hourly.json --data weather.csv
  $ sweep baseline sweeps/quick.json --json`,
    )
    .action(
      run(async (context, file: string | undefined, options: { data?: string; json?: boolean }) => {
        const { showBaseline } = await import('../show-baseline.js');
        return showBaseline(context, file, options);
      }),
    );
};
