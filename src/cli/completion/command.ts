// `sweep completion SHELL`: a completion script generated from the tree of commands, so that it can't fall behind it.
import { Argument, type Command } from 'commander';
import type { Register } from '../program.js';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

export const registerCompletion: Register = (program, run) => {
  program
    .command('completion')
    .description('print a completion script for your shell')
    .addArgument(new Argument('<shell>', 'bash, zsh or fish').choices(SHELLS))
    .addHelpText(
      'after',
      `
Examples:
  $ source <(sweep completion bash)                                   this shell only
  $ sweep completion zsh > "\${fpath[1]}/_sweep"                        zsh, for good
  $ sweep completion fish > ~/.config/fish/completions/sweep.fish     fish, for good`,
    )
    .action(
      run(async (context, shell: Shell) => {
        const { completionScript } = await import('./completion-script.js');
        context.stdout.write(completionScript(program as Command, shell));
        return 0;
      }),
    );
};
