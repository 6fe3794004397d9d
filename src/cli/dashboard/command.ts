// `sweep dashboard [STUDY]`: the studies in a browser.
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { BusFlags } from '../open-bus.js';
import { addBusOptions } from '../options/bus-options.js';
import type { Register } from '../verb.js';
import type { DashboardFlags } from './run.js';

export const registerDashboard: Register = (program, run) => {
  addBusOptions(program.command('dashboard'))
    .description('the studies in a browser: live leaderboard, plots, forecasts against the truth')
    .argument('[study]', 'id, unique prefix of one, or @last; without it the list of all')
    .option('--port <n>', 'port to listen on (default: 7433, or a free one where that is taken)', portNumber)
    .option('--host <address>', 'address to listen on: beyond 127.0.0.1 whoever reaches it can read')
    .option('--open', 'open it in the browser of this machine')
    .addHelpText(
      'after',
      `
It reads; pausing, resuming and stopping take the token that is printed here. Over NATS it reads only.

Examples:
  $ sweep dashboard
  $ sweep dashboard @last --open
  $ sweep dashboard gru-grid-7f3a --nats nats://host:4222`,
    )
    .action(
      run(async (context, study: string | undefined, options: BusFlags & DashboardFlags) => {
        const { serveDashboard } = await import('./run.js');
        return serveDashboard(context, study, options);
      }),
    );
};

/** `--dashboard` of a verb that runs a study. */
export function addDashboardOption(command: Command): Command {
  return command.addOption(
    new Option('--dashboard', 'show it in a browser meanwhile, as "sweep dashboard" does').conflicts(
      'detach',
    ),
  );
}

function portNumber(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('it must be a whole number from 0 to 65535; 0 takes any free one.');
}
