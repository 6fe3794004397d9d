// Leaves a study to a coordinator in the background: a process of its own that resumes it, with a log file.
import { join } from 'node:path';
import type { Bus } from '../../bus/bus.js';
import { SweepError } from '../../errors.js';
import { makeDirectories } from '../../make-directories.js';
import type { CliContext } from '../context.js';
import { type BusFlags, busSuffix, busWords, usesNats } from '../open-bus.js';
import { type ProgramFlags, programWords } from '../options/program-options.js';
import { foldStudy, withBus } from '../read-study.js';
import { startBackgroundProcess } from './background-process.js';
import { type OnlookerFlags, onlookerWords } from './onlookers.js';

const START_LIMIT_MS = 30_000;

export interface DetachOptions extends BusFlags, ProgramFlags, OnlookerFlags {
  readonly workers?: number;
  readonly json?: boolean;
}

/**
 * Closes `bus`, whose locks the other process needs, and returns when it holds the study. Throws STUDY_FAILED with its
 * last words when it ended instead.
 */
export async function detachStudy(
  context: CliContext,
  bus: Bus,
  study: string,
  options: DetachOptions,
): Promise<number> {
  const directory = join(context.home(options.home), 'logs');
  makeDirectories(directory);
  const log = join(directory, `${study}.log`);
  const before = await foldStudy(bus, study);
  await bus.close();
  const words = ['resume', study, ...busWords(context, options)];
  // Over NATS its results serve beside the server's.
  if (usesNats(context, options) && options.home !== undefined) words.push('--home', options.home);
  if (options.workers !== undefined) words.push('--workers', String(options.workers));
  words.push(...programWords(options), ...onlookerWords(options));
  const { pid } = await withBus(context, options, (reading) =>
    startBackgroundProcess({
      command: process.execPath,
      args: [...process.execArgv, context.commandPath, ...words],
      directory: context.directory,
      log,
      limitMs: START_LIMIT_MS,
      look: async () => (await hasOpened(reading, study, before.lastSeq)) || null,
      late: 'it did not take the study in time',
      failure: (reason) =>
        new SweepError('STUDY_FAILED', `the background process did not start: ${reason}`, {
          hint: `the study is there: sweep resume ${study} goes on with it`,
        }),
    }),
  );
  if (options.json === true) {
    context.stdout.write(`${JSON.stringify({ study, pid, log }, null, 2)}\n`);
    return 0;
  }
  const suffix = busSuffix(context, options);
  context.stdout.write(
    `study ${study} runs in the background, process ${pid}
log      ${log}
follow   sweep watch ${study}${suffix}
stop     sweep stop ${study}${suffix}
`,
  );
  return 0;
}

async function hasOpened(bus: Bus, study: string, after: number): Promise<boolean> {
  for await (const { event } of bus.events(study, { from: after + 1 })) {
    if (event.type === 'study.opened') return true;
  }
  return false;
}
