// `sweep start FILE`: runs a new study of a sweep file.
import { addDashboardOption } from '../dashboard/command.js';
import { addBusOptions } from '../options/bus-options.js';
import { addStorageOptions } from '../options/nats-options.js';
import { addProfileOptions, collect, jsonOption, plainOption, wholeNumber } from '../options/options.js';
import { addProgramOptions } from '../options/program-options.js';
import type { Register } from '../verb.js';
import { addOnlookerOptions } from './onlookers.js';
import type { StartOptions } from './run.js';

export const registerStart: Register = (program, run) => {
  addOnlookerOptions(
    addDashboardOption(
      addProgramOptions(addProfileOptions(addStorageOptions(addBusOptions(program.command('start'))))),
    ),
  )
    .description('run a study of a sweep file and print its leaderboard')
    .argument('<file>', 'sweep file (JSON)')
    .option('-w, --workers <n>', 'trial threads here (default: cores; with --nats: 0)', wholeNumber(0))
    .option('--continue', 'go on with the latest unfinished study of this very sweep, if there is one')
    .option('--from <study>', 'begin with what that study found: its results are told to the sampler')
    .option('--detach', 'leave it running in the background, with a log file')
    .option('--data <source>', 'data instead of the file\'s: a path, or a name such as "jena-synthetic"')
    .option('--set <path=value>', 'change a field of the sweep file; repeatable', collect)
    .option('--max-trials <n>', 'run at most so many trials', wholeNumber(1))
    .option('--seed <n>', "seed instead of the file's", wholeNumber(0))
    .addOption(plainOption())
    .addOption(jsonOption())
    .option('-q, --quiet', 'print the result only')
    .addHelpText(
      'after',
      `
A trial that was computed before is taken from the result cache. Ctrl-C stores what runs; "sweep resume" goes on.

Examples:
  $ sweep start sweeps/quick.json --dashboard
  $ sweep start sweeps/gru-grid.json --workers 4 --max-trials 16
  $ sweep start sweeps/jena-hourly.json --data weather.csv --set training.epochs=8
  $ sweep start sweeps/chapter6-jena.json --fast
  $ sweep start weather-long.json --from weather-7f3a
  $ sweep start sweeps/quick.json --json > result.json
  $ sweep start sweeps/gru-grid.json --nats nats://host:4222 --detach`,
    )
    .action(
      run(async (context, file: string, options: StartOptions) => {
        const { startStudy } = await import('./run.js');
        return startStudy(context, file, options);
      }),
    );
};
