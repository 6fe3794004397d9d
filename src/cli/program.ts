// The tree of commands. Each verb's file describes its options and examples; what it does is imported when it runs, so that
// `sweep --help` and the first training step do not wait for code they do not need.
import { Command } from 'commander';
import type { CliContext } from './context.js';
import { registerBaseline } from './verbs/baseline.js';
import { registerCompletion } from './verbs/completion.js';
import { registerControl } from './verbs/control.js';
import { registerData } from './verbs/data.js';
import { registerDoctor } from './verbs/doctor.js';
import { registerExplain } from './verbs/explain.js';
import { registerLeaderboard } from './verbs/leaderboard.js';
import { registerList } from './verbs/list.js';
import { registerNats } from './verbs/nats.js';
import { registerResume } from './verbs/resume.js';
import { registerRm } from './verbs/rm.js';
import { registerShow } from './verbs/show.js';
import { registerStart } from './verbs/start.js';
import { registerStatus } from './verbs/status.js';
import { registerValidate } from './verbs/validate.js';
import { registerWorker } from './verbs/worker.js';
import { registerWorkers } from './verbs/workers.js';

/** What a verb's file provides: it adds its command to `program`. An action returns the exit code. */
export type Register = (program: Command, run: RunVerb) => void;

/** Wraps a verb's work; the returned function is its action for commander. */
export type RunVerb = <Arguments extends unknown[]>(
  work: (context: CliContext, ...given: Arguments) => Promise<number>,
) => (...given: Arguments) => Promise<void>;

export function createProgram(context: CliContext, finish: (exitCode: number) => void): Command {
  const program = new Command('sweep')
    .description('Distributed hyperparameter sweeps for sequence models.')
    .version(context.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print help for a command')
    .showHelpAfterError('(sweep --help shows the commands)')
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(text),
    })
    .exitOverride()
    .addHelpText(
      'after',
      `
Examples:
  $ sweep start sweeps/quick.json          run a study on this machine's cores
  $ sweep leaderboard @last --top 5        the ranking of the latest study
  $ sweep validate sweeps/gru-grid.json    check a file without running it

Exit codes: 0 done, 1 no usable result, 2 bad usage or input, 3 interrupted (can be resumed), 4 held or unreachable.`,
    );
  const run: RunVerb =
    (work) =>
    async (...given) =>
      finish(await work(context, ...given));
  const registrations: readonly Register[] = [
    registerStart,
    registerResume,
    registerLeaderboard,
    registerList,
    registerStatus,
    registerShow,
    registerExplain,
    registerRm,
    registerControl,
    registerWorker,
    registerWorkers,
    registerNats,
    registerValidate,
    registerBaseline,
    registerData,
    registerDoctor,
    registerCompletion,
  ];
  for (const register of registrations) register(program, run);
  return program;
}
