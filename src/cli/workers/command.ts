// `sweep workers`: who serves the studies.

import type { BusFlags } from '../open-bus.js';
import { addBusOptions } from '../options/bus-options.js';
import { jsonOption } from '../options/options.js';
import type { Register } from '../program.js';

export const registerWorkers: Register = (program, run) => {
  addBusOptions(program.command('workers'))
    .description('list the worker nodes: host, version, engine, slots, trials, last seen')
    .option('--all', 'also those that are gone')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
A worker whose last 5 trials all failed while others succeeded is quarantined: it gets no more until it is started anew.

Examples:
  $ sweep workers --nats nats://host:4222
  $ sweep workers --json | jq '.workers[].host'`,
    )
    .action(
      run(async (context, options: BusFlags & { all?: boolean; json?: boolean }) => {
        const { showWorkers } = await import('./run.js');
        return showWorkers(context, options);
      }),
    );
};
