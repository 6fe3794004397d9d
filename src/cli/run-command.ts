// One command from its arguments to its exit code.
import type { CliContext } from './context.js';
import { reportFailure } from './failure.js';
import { createProgram } from './program.js';

/** Never rejects: what is thrown is reported. undefined: the command has not ended with a code. */
export async function runCommand(context: CliContext, args: readonly string[]): Promise<number | undefined> {
  /** Errors of the command line itself must honour --json before commander has parsed it. */
  const wantsJson = args.includes('--json');
  let exitCode: number | undefined;
  try {
    const program = createProgram(context, {
      json: wantsJson,
      finish: (code) => {
        exitCode = code;
      },
    });
    if (args.length === 0) {
      program.outputHelp({ error: true });
      return 2;
    }
    await program.parseAsync(args, { from: 'user' });
  } catch (thrown) {
    return reportFailure(thrown, context, wantsJson);
  }
  return exitCode;
}
