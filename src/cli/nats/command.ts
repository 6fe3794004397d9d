// `sweep nats up | down`: a local NATS server for those who have none.

import { homeOption, jsonOption, wholeNumber } from '../options/options.js';
import type { Register } from '../program.js';
import type { NatsDownOptions, NatsUpOptions } from './run.js';

const DEFAULT_PORT = 4222;

export const registerNats: Register = (program, run) => {
  const nats = program
    .command('nats')
    .description('a NATS server on this machine')
    .addHelpText('after', '\nExamples:\n  $ sweep nats up\n  $ sweep nats down');
  nats
    .command('up')
    .description('start nats-server with JetStream in the background')
    .option('--host <address>', 'address to listen on; 0.0.0.0 lets other machines in', '127.0.0.1')
    .option('--port <port>', 'port to listen on', wholeNumber(1), DEFAULT_PORT)
    .addOption(homeOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Its store and log lie under the sweep home. It asks nobody for a password: for a network you do not trust use deploy/nats.

Examples:
  $ sweep nats up
  $ sweep nats up --host 0.0.0.0`,
    )
    .action(
      run(async (context, options: NatsUpOptions) => {
        const { natsUp } = await import('./run.js');
        return natsUp(context, options);
      }),
    );
  nats
    .command('down')
    .description('stop the server that "sweep nats up" started; its store stays')
    .addOption(homeOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExamples:\n  $ sweep nats down')
    .action(
      run(async (context, options: NatsDownOptions) => {
        const { natsDown } = await import('./run.js');
        return natsDown(context, options);
      }),
    );
};
