// `sweep init FILE`: looks at a table and writes a whole sweep file for it.
import { collect, jsonOption } from '../options/options.js';
import type { Register } from '../verb.js';
import type { InitOptions } from './run.js';

export const registerInit: Register = (program, run) => {
  program
    .command('init')
    .description('look at a table and write a sweep file for it, with the reasons in a text beside it')
    .argument('<data>', 'a CSV file or another table: series of numbers, several of them, or labelled texts')
    .option(
      '--target <column>',
      'column to forecast, or label of the texts (default: chosen); repeatable: several columns that are forecast at once, or labels of 0 and 1',
      collect,
    )
    .option(
      '--series <column>',
      'of several series in one table, the column that tells them apart (default: found)',
    )
    .option('-o, --out <file>', "sweep file to write (default: the table's name with .json, here)")
    .option('--force', 'overwrite files that are there')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
The sweep file passes "sweep validate" and starts as it is. Beside it stands a text of the same name with .md: columns,
times and gaps, seasons, and why window, split and space are as they are.

Examples:
  $ sweep init load.csv
  $ sweep init stores.csv --target sales -o stores/first.json
  $ sweep init weather.csv --target "T (degC)" --target "p (mbar)"`,
    )
    .action(
      run(async (context, data: string, options: InitOptions) => {
        const { initSweep } = await import('./run.js');
        return initSweep(context, data, options);
      }),
    );
};
