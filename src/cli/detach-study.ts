// Leaves a study to a coordinator in the background: a process of its own that resumes it, with a log file.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bus } from '../bus/bus.js';
import { SweepError } from '../errors.js';
import type { CliContext } from './context.js';
import { type BusFlags, busSuffix, busWords } from './open-bus.js';
import { foldStudy, withBus } from './read-study.js';

const START_LIMIT_MS = 30_000;
const LOOK_EVERY_MS = 100;
/** What of a log explains why it ended. */
const LOG_TAIL = 2_000;

export interface DetachOptions extends BusFlags {
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
  mkdirSync(directory, { recursive: true });
  const log = join(directory, `${study}.log`);
  const before = await foldStudy(bus, study);
  await bus.close();
  const words = ['resume', study, ...busWords(context, options)];
  if (options.workers !== undefined) words.push('--workers', String(options.workers));
  const file = openSync(log, 'a');
  const child = spawn(process.execPath, [...process.execArgv, context.commandPath, ...words], {
    cwd: context.directory,
    detached: true,
    stdio: ['ignore', file, file],
  });
  closeSync(file);
  await withBus(context, options, (reading) =>
    awaitOpening(reading, study, before.lastSeq, child, log),
  ).catch((thrown: unknown) => {
    child.kill();
    throw thrown;
  });
  child.unref();
  if (options.json === true) {
    context.stdout.write(`${JSON.stringify({ study, pid: child.pid, log }, null, 2)}\n`);
    return 0;
  }
  const suffix = busSuffix(context, options);
  context.stdout.write(
    `study ${study} runs in the background, process ${child.pid}
log      ${log}
follow   sweep leaderboard ${study} --watch${suffix}
stop     sweep stop ${study}${suffix}
`,
  );
  return 0;
}

async function awaitOpening(
  bus: Bus,
  study: string,
  after: number,
  child: ChildProcess,
  log: string,
): Promise<void> {
  let ended: string | null = null;
  child.once('error', (error) => {
    ended = error.message;
  });
  child.once('exit', (code, signal) => {
    ended = `it ended with ${signal ?? `exit code ${code}`}`;
  });
  const deadlineMs = performance.now() + START_LIMIT_MS;
  while (!(await hasOpened(bus, study, after))) {
    if (ended !== null || performance.now() > deadlineMs) {
      const why = ended ?? 'it did not take the study in time';
      throw new SweepError('STUDY_FAILED', `the background process did not start: ${why}\n${tail(log)}`, {
        hint: `the study is there: sweep resume ${study} goes on with it`,
      });
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

async function hasOpened(bus: Bus, study: string, after: number): Promise<boolean> {
  for await (const { event } of bus.events(study, { from: after + 1 })) {
    if (event.type === 'study.opened') return true;
  }
  return false;
}

function tail(path: string): string {
  return readFileSync(path, 'utf8').slice(-LOG_TAIL);
}
