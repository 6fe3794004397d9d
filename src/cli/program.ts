// The tree of commands. Each verb's file describes its options and examples; what it does is imported when it runs, so that
// `sweep --help` and the first training step do not wait for code they do not need.
import { Command } from 'commander';
import { registerBaseline } from './baseline/command.js';
import { registerCompare } from './compare/command.js';
import { registerCompletion } from './completion/command.js';
import type { CliContext } from './context.js';
import { registerControl } from './control/command.js';
import { registerDashboard } from './dashboard/command.js';
import { registerData } from './data/command.js';
import { registerDoctor } from './doctor/command.js';
import { registerExport } from './export/command.js';
import { registerExtend } from './extend/command.js';
import { usageErrorOf } from './failure.js';
import { registerHelp } from './help/command.js';
import { registerInit } from './init/command.js';
import { registerInsight } from './insight/command.js';
import { registerLeaderboard } from './leaderboard/command.js';
import { registerList } from './list/command.js';
import { registerNats } from './nats/command.js';
import { registerOpen } from './open/command.js';
import { refuseSecondValues } from './options/options.js';
import { registerPlot } from './plot/command.js';
import { registerPredict } from './predict/command.js';
import { registerPromote } from './promote/command.js';
import { registerReport } from './report/command.js';
import { registerReproduce } from './reproduce/command.js';
import { registerResume } from './resume/command.js';
import { registerRm } from './rm/command.js';
import { registerTrial } from './show/command.js';
import { registerStart } from './start/command.js';
import { registerStatus } from './status/command.js';
import { registerTry } from './try/command.js';
import { registerValidate } from './validate/command.js';
import type { Register, RunVerb } from './verb.js';
import { registerWatch } from './watch/command.js';
import { registerWorker } from './worker/command.js';
import { registerWorkers } from './workers/command.js';

export interface ProgramOptions {
  /** An error is one document on standard output then: commander writes nothing of its own. */
  readonly json: boolean;
  finish(exitCode: number): void;
}

export function createProgram(context: CliContext, { json, finish }: ProgramOptions): Command {
  const program = new Command('sweep')
    .description('Distributed hyperparameter sweeps for sequence models.')
    .version(context.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand(false)
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => {
        if (!json) context.stderr.write(text);
      },
      // Errors of the command line look like all others: failure.ts prints them.
      outputError: () => {},
    })
    .addHelpText(
      'after',
      `
Examples:
  $ sweep start sweeps/quick.json          run a study on this machine's cores
  $ sweep leaderboard @last --top 5        the ranking of the latest study
  $ sweep init load.csv                    a sweep file for a table of your own
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
    registerExtend,
    registerPromote,
    registerLeaderboard,
    registerList,
    registerStatus,
    registerWatch,
    registerTrial,
    registerInsight,
    registerPlot,
    registerDashboard,
    registerOpen,
    registerCompare,
    registerExport,
    registerPredict,
    registerReport,
    registerReproduce,
    registerRm,
    registerControl,
    registerWorker,
    registerWorkers,
    registerNats,
    registerInit,
    registerTry,
    registerValidate,
    registerBaseline,
    registerData,
    registerDoctor,
    registerCompletion,
    registerHelp,
  ];
  for (const register of registrations) register(program, run);
  settleErrors(program, program.name());
  return program;
}

/** The error of a command points at that command's own help; an option given twice is one. */
function settleErrors(command: Command, path: string): void {
  command.exitOverride((error) => {
    throw usageErrorOf(error, path);
  });
  refuseSecondValues(command);
  for (const child of command.commands) settleErrors(child, `${path} ${child.name()}`);
}
