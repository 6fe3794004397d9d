// What `sweep start` does: check the file, prepare the data, make the study, run it, print its end.
import { randomInt } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import type { Bus } from '../bus/bus.js';
import { createStudy } from '../coordinator/create-study.js';
import type { DatasetMetadata } from '../dataset/dataset.js';
import { createWasmEngine } from '../engine/wasm/wasm-engine.js';
import { asSweepError, SweepError } from '../errors.js';
import { type ParseOptions, parseSweepSpec } from '../spec/parse.js';
import type { SweepSpec } from '../spec/sweep-spec.js';
import type { StudyView } from '../study/study-view.js';
import { createCliLogger } from './cli-logger.js';
import type { CliContext } from './context.js';
import { detachStudy } from './detach-study.js';
import { type BusFlags, busSuffix, openOwnBus, usesNats } from './open-bus.js';
import type { ProfileFlags } from './options.js';
import { prepareWithProgress } from './prepare-progress.js';
import { exitCodeOf, formatStudy } from './print-study.js';
import { runStudy } from './run-study.js';
import { findUnfinished } from './unfinished-study.js';

const STUDY_SUFFIXES = 0x10000;

export interface StartOptions extends BusFlags, ProfileFlags {
  readonly workers?: number;
  readonly data?: string;
  readonly set?: readonly string[];
  readonly maxTrials?: number;
  readonly seed?: number;
  readonly continue?: boolean;
  readonly detach?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

export async function startStudy(context: CliContext, file: string, options: StartOptions): Promise<number> {
  const spec = await readSweepFile(file, options);
  const dataset = await prepareFor(context, spec, options.quiet === true);
  return withStudy(context, { spec, dataset }, options, async ({ bus, study, run }) => {
    if (options.detach === true) return detachStudy(context, bus, study, options);
    return printEnd(context, await run(), options);
  });
}

/** A study that is ready to run, and the bus that it lies on. */
export interface ReadyStudy {
  readonly bus: Bus;
  readonly study: string;
  /** To its end or to an interrupt. */
  run(): Promise<StudyView>;
}

/** Makes a study of `spec`, or with `continue` finds its unfinished one; the bus is open while `work` is done. */
export async function withStudy<Value>(
  context: CliContext,
  { spec, dataset }: { readonly spec: SweepSpec; readonly dataset: DatasetMetadata | null },
  options: StartOptions,
  work: (ready: ReadyStudy) => Promise<Value>,
): Promise<Value> {
  const engine = await createWasmEngine();
  const logger = createCliLogger(context, options);
  const threads = countThreads(context, options);
  const bus = await openOwnBus(context, options, logger);
  try {
    const unfinished = options.continue === true ? await findUnfinished(bus, spec) : null;
    const create = () =>
      createStudy({
        bus,
        spec,
        dataset,
        engine,
        version: context.version,
        cacheDirectory: context.cacheDirectory,
        createdAt: new Date(),
        drawSuffix: () => randomInt(STUDY_SUFFIXES),
      });
    const study = unfinished ?? (await create());
    const isQuiet = options.quiet === true;
    if (!isQuiet) context.stderr.write(`study ${study}\n`);
    const commands = commandsOf(context, study, options);
    const run = () => runStudy({ context, bus, engine, logger, study, threads, ...commands, isQuiet });
    return await work({ bus, study, run });
  } finally {
    await bus.close();
  }
}

/** Prints how a run ended: the leaderboard, or how to go on. */
export function printEnd(
  context: CliContext,
  view: StudyView,
  options: BusFlags & { readonly json?: boolean },
): number {
  context.stdout.write(formatStudy(context, view, options.json === true ? 'json' : 'table', options));
  const study = view.header?.study ?? '';
  if (view.state === 'interrupted') {
    context.stderr.write(`interrupted; go on with: ${commandsOf(context, study, options).resumeCommand}\n`);
  } else if (view.state !== 'complete') {
    context.stderr.write(`study ${study} ended as ${view.state}: ${view.stateReason ?? 'no reason given'}\n`);
  }
  return exitCodeOf(view);
}

/** Trial threads of this process: over NATS none, unless asked for. */
export function countThreads(context: CliContext, options: BusFlags & { readonly workers?: number }): number {
  const isRemote = usesNats(context, options);
  if (options.workers === 0 && !isRemote) {
    throw new SweepError('USAGE', 'with --workers 0 nobody would run the trials', {
      hint: 'leave --workers out, or add --nats URL to have them run by "sweep worker" processes',
    });
  }
  return options.workers ?? (isRemote ? 0 : availableParallelism());
}

/** What to type next: on another machine (null without NATS), and after an interrupt. */
export function commandsOf(context: CliContext, study: string, options: BusFlags) {
  const suffix = busSuffix(context, options);
  return {
    workerCommand: usesNats(context, options) ? `sweep worker${suffix}` : null,
    resumeCommand: `sweep resume ${study}${suffix}`,
  };
}

export async function readSweepFile(
  file: string,
  options: Pick<StartOptions, 'set' | 'data' | 'seed' | 'maxTrials' | 'profile' | 'fast'>,
): Promise<SweepSpec> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (thrown) {
    throw new SweepError('USAGE', `cannot read the sweep file ${file}: ${asSweepError(thrown).message}`, {
      hint: 'sweeps/quick.json is one to start with',
      cause: thrown,
    });
  }
  const profile = options.fast === true ? 'fast' : options.profile;
  const parse: ParseOptions = {
    ...(profile === undefined ? {} : { profile }),
    ...(options.set === undefined ? {} : { overrides: options.set }),
    ...(options.data === undefined ? {} : { dataSource: options.data }),
    ...(options.seed === undefined ? {} : { seed: options.seed }),
    ...(options.maxTrials === undefined ? {} : { maxTrials: options.maxTrials }),
  };
  return parseSweepSpec(text, file, parse);
}

/** The spec's data, ready in the cache; null for a function objective. */
export async function prepareFor(
  context: CliContext,
  spec: SweepSpec,
  isQuiet: boolean,
): Promise<DatasetMetadata | null> {
  if (spec.dataset === null) return null;
  return (await prepareWithProgress(context, spec.dataset, isQuiet)).metadata;
}
