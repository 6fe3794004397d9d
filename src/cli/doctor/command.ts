// `sweep doctor`: does this machine have what sweep needs?
import { homeOption, jsonOption } from '../options/options.js';
import type { Register } from '../program.js';

export const registerDoctor: Register = (program, run) => {
  program
    .command('doctor')
    .description('check this machine: Node, SIMD, memory map, directories, engine')
    .addOption(homeOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExit code 0 when everything that is needed is here, else 1.\n\nExamples:\n  $ sweep doctor',
    )
    .action(
      run(async (context, options: { home?: string; json?: boolean }) => {
        const { examineMachine } = await import('./run.js');
        return examineMachine(context, options);
      }),
    );
};
