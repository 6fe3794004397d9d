// `sweep rm STUDY`: forgets a study, its events and its place in the queue. Results in the cache stay.

import type { BusFlags } from '../open-bus.js';
import { addBusOptions } from '../options/bus-options.js';
import { jsonOption } from '../options/options.js';
import type { Register } from '../program.js';

export const registerRm: Register = (program, run) => {
  addBusOptions(program.command('rm'))
    .description('forget a study')
    .argument('<study>', 'id, unique prefix of one, or @last')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Results of its trials stay in the result cache: starting the same file again finds them.

Examples:
  $ sweep rm quick-7f3a
  $ sweep rm @last`,
    )
    .action(
      run(async (context, argument: string, options: BusFlags & { json?: boolean }) => {
        const { withBus } = await import('../read-study.js');
        const { findStudy } = await import('../options/study-argument.js');
        const study = await withBus(context, { ...options, writes: true }, async (bus) => {
          const record = await findStudy(bus, argument);
          await bus.removeStudy(record.study);
          return record.study;
        });
        if (options.json === true) {
          context.stdout.write(`${JSON.stringify({ removed: study }, null, 2)}\n`);
        } else {
          context.stderr.write(`forgot ${study}\n`);
        }
        return 0;
      }),
    );
};
