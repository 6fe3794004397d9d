// What `sweep start` does: check the file, prepare the data, make the study, run it, print its end.

import { randomInt } from 'node:crypto';
import { availableParallelism } from 'node:os';
import type { Bus } from '../../bus/bus.js';
import { createStudy } from '../../coordinator/create-study.js';
import { describeJudgedWindows } from '../../coordinator/plan/judged-windows.js';
import type { PlanChanges } from '../../coordinator/plan/plan-changes.js';
import type { DatasetMetadata } from '../../dataset/dataset.js';
import { SweepError } from '../../errors.js';
import { headerOf, type StudyView } from '../../study/study-view.js';
import type { SweepText } from '../../sweep-file/parse.js';
import { printable } from '../../wording/printable.js';
import type { CliContext } from '../context.js';
import { type BusFlags, busSuffix, openHomeResults, openOwnBus, usesNats } from '../open-bus.js';
import { openCliEngine } from '../open-cli-engine.js';
import { ownPrograms, type ProgramFlags } from '../options/program-options.js';
import { placing, prepareFor, readSweepFile, type SweepFileFlags } from '../options/sweep-file.js';
import { sensibleThreads, thisMachine } from '../sensible-threads.js';
import { createCliLogger } from '../terminal/cli-logger.js';
import { interruptible } from '../terminal/interruptible.js';
import { exitCodeOf, formatStudy, studyDocument } from '../terminal/print-study.js';
import { changesText, findChanges } from './changes.js';
import { detachStudy } from './detach-study.js';
import { checkOnlookers, type OnlookerFlags } from './onlookers.js';
import { removeReadyFile } from './ready-file.js';
import { runStudy } from './run-study.js';
import { findEarlier, noteEarlier, type UnfinishedStudy } from './unfinished-study.js';
import { startFrom } from './warm-start.js';

const STUDY_SUFFIXES = 0x10000;
/** About what a terminal shows at once. */
const ROWS_AT_END = 20;

export interface StartOptions extends BusFlags, SweepFileFlags, ProgramFlags, OnlookerFlags {
  readonly workers?: number;
  readonly continue?: boolean;
  readonly from?: string;
  readonly detach?: boolean;
  readonly dashboard?: boolean;
  /** Whether it is said of trials that they train from their start: whoever asked for more epochs might think otherwise. */
  readonly tellsBeginnings?: boolean;
  readonly plain?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

export async function startStudy(context: CliContext, file: string, options: StartOptions): Promise<number> {
  checkOnlookers(options);
  const read = await readSweepFile(file, options);
  const sweep = options.from === undefined ? read : await startFrom(context, read, options.from, options);
  const dataset = await prepareFor(context, sweep, options.quiet === true);
  return runNewStudy(context, { ...sweep, dataset }, options);
}

/** Makes a study of a checked sweep, runs it, prints its end, and returns the exit code. */
export function runNewStudy(
  context: CliContext,
  sweep: SweepText & { readonly dataset: DatasetMetadata | null },
  options: StartOptions,
): Promise<number> {
  return withStudy(context, sweep, options, async ({ bus, study, earlier, changes, run }) => {
    if (options.quiet !== true) noteEarlier(context, earlier, options);
    if (options.detach === true) return detachStudy(context, bus, study, options);
    const toEnd = async (pinned: readonly string[] = []) =>
      printEnd(context, await run(pinned), options, changes === null ? {} : { changes });
    if (options.dashboard !== true) return toEnd();
    const { withDashboard } = await import('../dashboard/run.js');
    return withDashboard(context, study, options, toEnd);
  });
}

/** A study that is ready to run, and the bus that it lies on. */
export interface ReadyStudy {
  readonly bus: Bus;
  readonly study: string;
  /** The latest unfinished one of the same sweep, which with `continue` it is; null where there was none. */
  readonly earlier: UnfinishedStudy | null;
  /** Against the study of its name that was before; null: there was none, or nothing can be told. */
  readonly changes: PlanChanges | null;
  /** To its end or to an interrupt; `pinned`: lines that stay in the live view. */
  run(pinned?: readonly string[]): Promise<StudyView>;
}

/**
 * Makes a study of `spec`, or with `continue` finds its unfinished one; the bus is open while `work` is done. `check` comes
 * before a study is made, and is given the one that goes on.
 */
export async function withStudy<Value>(
  context: CliContext,
  { spec, bundle = null, locate, dataset }: SweepText & { readonly dataset: DatasetMetadata | null },
  options: StartOptions,
  work: (ready: ReadyStudy) => Promise<Value>,
  check: (goingOn: string | null) => void = () => {},
): Promise<Value> {
  const engine = await openCliEngine(context);
  const logger = createCliLogger(context, options);
  const threads = countThreads(context, options, dataset !== null);
  const leaving = new AbortController();
  const bus = await openOwnBus(context, options, logger, leaving.signal);
  let home: Bus | null = null;
  try {
    home = await openHomeResults(context, options, logger);
    const results = home;
    const earlier = await findEarlier(bus, spec, options.continue === true, logger);
    const create = () =>
      createStudy({
        bus,
        spec,
        bundle,
        dataset,
        engine,
        version: context.version,
        cacheDirectory: context.cacheDirectory,
        createdAt: new Date(),
        drawSuffix: () => randomInt(STUDY_SUFFIXES),
        warn: (text) => logger.warn(text),
      });
    const isSame = options.continue === true && earlier !== null;
    check(isSame ? earlier.study : null);
    if (!isSame) {
      const windows = await placing(locate, () => describeJudgedWindows(spec, dataset));
      for (const warning of windows?.warnings ?? []) logger.warn(warning);
    }
    const isQuiet = options.quiet === true;
    const changes = isSame ? null : await findChanges({ bus, home, spec, dataset, engine, logger });
    // From the line with its name on, a signal ends the command in order.
    const open = async (): Promise<string> => {
      const id = isSame ? earlier.study : await placing(locate, create);
      removeReadyFile(context.readyFile);
      if (!isQuiet) context.stderr.write(`study ${id}\n`);
      if (!isQuiet && changes !== null)
        context.stderr.write(`${printable(changesText(changes, options.tellsBeginnings))}\n`);
      return id;
    };
    const study = await interruptible(context, open, { stop: leaving });
    const commands = commandsOf(context, study, options);
    const run = (pinned: readonly string[] = []) =>
      runStudy({
        context,
        bus,
        home: results,
        leaving,
        engine,
        logger,
        study,
        threads,
        ...commands,
        isQuiet,
        isPlain: options.plain === true,
        onlookers: options,
        pinned,
        ...ownPrograms(bus, options),
      });
    return await work({ bus, study, earlier, changes, run });
  } finally {
    await home?.close();
    await bus.close();
  }
}

/** Prints how a run ended: the leaderboard, or how to go on. `beside`: fields of the document beside the study's own. */
export function printEnd(
  context: CliContext,
  view: StudyView,
  options: BusFlags & { readonly json?: boolean; readonly quiet?: boolean },
  beside: { readonly changes?: PlanChanges } = {},
): number {
  const isTable = options.json !== true;
  // A person who was at work wants the winners; what is piped or kept in a file has all.
  const selection = isTable && context.stdout.isTTY === true ? { top: ROWS_AT_END } : {};
  context.stdout.write(
    isTable
      ? formatStudy(context, view, 'table', options, selection)
      : `${JSON.stringify({ ...studyDocument(view), ...beside }, null, 2)}\n`,
  );
  if (view.rows.length > ROWS_AT_END && selection.top !== undefined)
    context.stderr.write(
      `all rows: sweep leaderboard ${view.header?.study ?? ''}${busSuffix(context, options)}\n`,
    );
  const study = view.header?.study ?? '';
  if (view.state === 'interrupted') {
    context.stderr.write(`interrupted; go on with: ${commandsOf(context, study, options).resumeCommand}\n`);
  } else if (view.state !== 'complete') {
    context.stderr.write(
      `study ${printable(study)} ended as ${view.state}: ${printable(view.stateReason ?? 'no reason given')}\n`,
    );
  } else if (options.quiet !== true && options.json !== true) {
    context.stderr.write(nextSteps(view, busSuffix(context, options)));
  }
  return exitCodeOf(view);
}

/** What a study that has ended is good for. */
function nextSteps(view: StudyView, suffix: string): string {
  const { study, dataset } = headerOf(view);
  const steps: readonly (readonly [command: string, does: string])[] = [
    [`sweep leaderboard ${study}${suffix} --csv`, 'the ranking as a file; --filter and --sort select'],
    ...(dataset === null
      ? []
      : ([
          [`sweep export ${study}${suffix} --best-model model`, 'the best model, to use elsewhere'],
          [`sweep report ${study}${suffix}`, 'a page with table and loss curves'],
        ] as const)),
  ];
  const width = Math.max(...steps.map(([command]) => command.length));
  return `next:\n${steps.map(([command, does]) => `  ${command.padEnd(width)}  ${does}\n`).join('')}`;
}

/** Trial threads of this process: over NATS none, unless asked for. `trains`: its trials are not functions. */
export function countThreads(
  context: CliContext,
  options: BusFlags & { readonly workers?: number },
  trains: boolean,
): number {
  const isRemote = usesNats(context, options);
  if (options.workers === 0 && !isRemote) {
    throw new SweepError('USAGE', 'with --workers 0 nobody would run the trials', {
      hint: 'leave --workers out, or add --nats URL to have them run by "sweep worker" processes',
    });
  }
  const { threads, note } = sensibleThreads(
    {
      threads: options.workers ?? (isRemote ? 0 : availableParallelism()),
      option: '--workers',
      // The coordinator's own, which tests the winner.
      otherMemories: trains ? 1 : null,
    },
    thisMachine(),
  );
  if (note !== null) context.stderr.write(`note: ${note}\n`);
  return threads;
}

/** What to type next: on another machine (null without NATS), and after an interrupt. */
export function commandsOf(context: CliContext, study: string, options: BusFlags) {
  const suffix = busSuffix(context, options);
  return {
    workerCommand: usesNats(context, options) ? `sweep worker${suffix}` : null,
    resumeCommand: `sweep resume ${study}${suffix}`,
  };
}
