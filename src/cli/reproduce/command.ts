// `sweep reproduce CHAPTER`: the experiments of a chapter, run and set beside the published figures.
import { Argument } from 'commander';
import { CHAPTERS } from '../../report/published-figures.js';
import { addBusOptions } from '../options/bus-options.js';
import { addStorageOptions } from '../options/nats-options.js';
import {
  addProfileOptions,
  collect,
  forceOption,
  jsonOption,
  plainOption,
  wholeNumber,
} from '../options/options.js';
import type { Register } from '../verb.js';
import type { ReproduceOptions } from './run.js';

export const registerReproduce: Register = (program, run) => {
  addProfileOptions(addStorageOptions(addBusOptions(program.command('reproduce'))))
    .description(
      'run the experiments of Chollet, Deep Learning with Python, first edition, 6.3 and 6.4, beside its figures',
    )
    .addArgument(new Argument('<chapter>', 'whose experiments').choices(Object.keys(CHAPTERS)))
    .option('-o, --output <dir>', 'folder for the report (default: reproduce-CHAPTER)')
    .addOption(forceOption())
    .option('-w, --workers <n>', 'trial threads here (default: cores; with --nats: 0)', wholeNumber(0))
    .option('--data <source>', 'data instead of the file\'s: a path, or a name such as "jena-synthetic"')
    .option('--set <path=value>', 'change a field of the sweep file; repeatable', collect)
    .option('--seed <n>', "seed instead of the file's", wholeNumber(0))
    .addOption(plainOption())
    .addOption(jsonOption())
    .option('-q, --quiet', 'print the result only')
    .addHelpText(
      'after',
      `
Writes report.html (table, loss curves, plots of the data; loads nothing), report.md and report.json.
Without the real data it runs on a generated stand-in and says so. An interrupted run goes on when the
command is repeated; finished experiments come from the result cache. A folder with the report of another
run is refused before anything is trained, unless --force is given.

Examples:
  $ sweep reproduce chapter6-jena --fast
  $ sweep reproduce chapter6-imdb
  $ sweep reproduce chapter6-jena-hourly --data hourly.csv -o report`,
    )
    .action(
      run(async (context, chapter: string, options: ReproduceOptions) => {
        const { reproduceChapter } = await import('./run.js');
        return reproduceChapter(context, chapter, options);
      }),
    );
};
