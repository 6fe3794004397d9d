// `sweep help [COMMAND…]`: the help of a command, also of `data fetch`. commander's own says nothing of a name it does not
// know.
import type { Command } from 'commander';
import { SweepError } from '../../errors.js';
import { nearest } from '../../wording/suggest.js';
import type { Register } from '../program.js';

export const registerHelp: Register = (program, run) => {
  program
    .command('help')
    .description('print help for a command')
    .argument('[command...]', 'such as "start" or "data fetch"')
    .addHelpText('after', '\nExamples:\n  $ sweep help start\n  $ sweep help data fetch')
    .action(
      run(async (_context, words: readonly string[]) => {
        let command: Command = program;
        for (const word of words) command = findCommand(command, word);
        command.outputHelp();
        return 0;
      }),
    );
};

function findCommand(command: Command, word: string): Command {
  const found = command.commands.find((child) => child.name() === word);
  if (found !== undefined) return found;
  const meant = nearest(
    word,
    command.commands.map((child) => child.name()),
  );
  throw new SweepError('USAGE', `there is no command "${word}"`, {
    hint: `${meant === undefined ? '' : `did you mean "${meant}"? `}see \`sweep --help\``,
  });
}
