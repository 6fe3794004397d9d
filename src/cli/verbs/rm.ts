// `sweep rm STUDY`: forgets a study, its events and its place in the queue. Results in the cache stay.
import { homeOption, jsonOption } from '../options.js';
import type { Register } from '../program.js';

export const registerRm: Register = (program, run) => {
  program
    .command('rm')
    .description('forget a study')
    .argument('<study>', 'id, unique prefix of one, or @last')
    .addOption(homeOption())
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
      run(async (context, argument: string, options: { home?: string; json?: boolean }) => {
        const { withBus } = await import('../read-study.js');
        const { findStudy } = await import('../study-argument.js');
        const study = await withBus(context, options.home, async (bus) => {
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
