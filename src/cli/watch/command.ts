// `sweep watch STUDY`: looks on at a study that runs somewhere.
import { addBusOptions } from '../options/bus-options.js';
import { plainOption } from '../options/options.js';
import type { Register } from '../verb.js';
import type { WatchOptions } from './run.js';

export const registerWatch: Register = (program, run) => {
  addBusOptions(program.command('watch'))
    .description('look on at a study that runs here, in the background or elsewhere')
    .argument('<study>', 'id, unique prefix of one, or @last')
    .addOption(plainOption())
    .addHelpText(
      'after',
      `
On a terminal a live view: running trials, the leaderboard, failures; p pauses, r resumes, Enter shows one trial, ? all
keys. Leaving it by q or Ctrl-C changes nothing for the study. Elsewhere, and with --plain, a line for each trial that
ends, then the leaderboard.

Examples:
  $ sweep watch @last
  $ sweep watch gru-grid-7f3a --nats nats://host:4222
  $ sweep watch @last --plain | tee study.log`,
    )
    .action(
      run(async (context, study: string, options: WatchOptions) => {
        const { watchStudy } = await import('./run.js');
        return watchStudy(context, study, options);
      }),
    );
};
