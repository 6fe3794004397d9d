// What `start` and `resume` do alike: open the study, run it on this machine's threads, test the winner, print.
import { hostname } from 'node:os';
import { listenForInterrupts } from '../../../worker/interrupts.js';
import { nodeName } from '../../../worker/node/node-name.js';
import { type AllowedPrograms, ProgramCache } from '../../../worker/node/program-cache.js';
import { WorkerNode } from '../../../worker/node/worker-node.js';
import { shareMachine } from '../../../worker/runners/program-settings.js';
import { openTrialPool, TRIAL_TASK_FILE, type TrialPool } from '../../../worker/thread/trial-pool.js';
import type { Bus } from '../../bus/bus.js';
import { systemClock } from '../../coordinator/clock.js';
import { findWinner } from '../../coordinator/ending/finalize.js';
import { type OpenStudyOptions, openStudy } from '../../coordinator/open-study.js';
import type { StudyEnd } from '../../coordinator/study-course.js';
import type { StudyWatcher } from '../../coordinator/study-watcher.js';
import type { WasmEngine } from '../../engine/wasm/wasm-engine.js';
import { asSweepError, SweepError } from '../../errors.js';
import type { Logger } from '../../log.js';
import type { StudyView } from '../../study/study-view.js';
import type { CliContext } from '../context.js';
import { interruptible } from '../terminal/interruptible.js';
import { lastWords } from '../terminal/last-words.js';
import type { LiveSource, SeenWorker } from '../terminal/live/live-state.js';
import { LiveView } from '../terminal/live/live-view.js';
import { orderStudy } from '../terminal/live/order-study.js';
import { StudyTrace } from '../terminal/live/study-trace.js';
import { createProgressDisplay, type OpenView } from '../terminal/progress-display.js';
import { isInForeground } from '../terminal/screen/foreground.js';
import { announceSynthetic } from '../terminal/synthetic-notice.js';
import { LiveProgress } from './live-progress.js';
import { type OnlookerFlags, openOnlookers } from './onlookers.js';
import { createReadyFile } from './ready-file.js';
import { StudyNotes } from './study-notes.js';

export interface RunStudyOptions {
  readonly context: CliContext;
  readonly bus: Bus;
  /** Of this machine, where the bus is another; null: there is none. */
  readonly home: Bus | null;
  /** Aborted by the first signal: a server that is away then is not waited for. */
  readonly leaving: AbortController;
  readonly engine: WasmEngine;
  readonly logger: Logger;
  readonly study: string;
  /** 0: the workers are elsewhere. */
  readonly threads: number;
  /** The command that adds a machine, shown while there are none; null where workers are this process's own. */
  readonly workerCommand: string | null;
  /** The command that goes on after an interrupt. */
  readonly resumeCommand: string;
  readonly isQuiet: boolean;
  /** Lines, also where a view could fill the terminal. */
  readonly isPlain: boolean;
  /** Lines that stay in the view. */
  readonly pinned: readonly string[];
  /** null: none. */
  readonly allowed: AllowedPrograms | null;
  readonly devices: readonly string[];
  readonly onlookers: OnlookerFlags;
}

/** Runs the study to its end or to an interrupt; what happened is in the view. */
export async function runStudy(options: RunStudyOptions): Promise<StudyView> {
  const { context, bus, home, engine, logger, study, threads } = options;
  const holder = nodeName();
  const opening: Omit<OpenStudyOptions, 'signal'> = {
    bus,
    home,
    study,
    engine,
    cacheDirectory: context.cacheDirectory,
    holder,
    version: context.version,
    slots: threads,
    clock: systemClock,
    logger,
  };
  const openAll = async (signal: AbortSignal) => {
    const ownPool = threads === 0 ? null : openPool(options);
    try {
      return { opened: await openStudy({ ...opening, signal }), pool: ownPool };
    } catch (thrown) {
      await ownPool?.close();
      throw thrown;
    }
  };
  const { opened, pool } = await interruptible(context, openAll, {
    stop: options.leaving,
    undo: async (late) => {
      await late.opened.close();
      await late.pool?.close();
    },
  }).catch((thrown: unknown) => {
    throw interruptedBy(options, thrown);
  });
  let node: WorkerNode | null = null;
  const progress = new LiveProgress(systemClock.now);
  const trace = new StudyTrace();
  let workers: readonly SeenWorker[] = [];
  const setWorkers = (live: readonly SeenWorker[]): void => {
    workers = live;
    progress.setWorkers(live);
  };
  // On one machine nobody else's threads take the study's trials.
  if (!bus.hasRemoteWorkers)
    setWorkers([{ worker: holder, slots: threads, state: 'up', backend: engine.backend }]);
  const display = createProgressDisplay({
    context,
    isQuiet: options.isQuiet,
    snapshot: () => progress.snapshot(opened.view),
    view: () => opened.view,
    openView: liveViewOf(options, () => ({
      view: opened.view,
      attendance: 'here',
      work: progress.work(opened.view),
      workers,
      failures: trace.failures,
      curveOf: (trial) => trace.curveOf(trial),
    })),
  });
  const notes = new StudyNotes(display, options);
  const onlookers = await openOnlookers(context, options.onlookers, {
    logger,
    study,
    view: () => opened.view,
    note: (text) => display.note(text),
  });
  const readyFile = createReadyFile(context.readyFile);
  let isOurs = false;
  const watcher: StudyWatcher = {
    onLeaseRenewed: () => readyFile.refresh(),
    onWorkers: (live) => {
      setWorkers(live);
      notes.onWorkers(live);
    },
    onEvent: (logged, view) => {
      progress.observe(logged);
      trace.observe(logged);
      // What is replayed happened in earlier runs, at their pace.
      if (logged.event.type === 'study.opened') isOurs = logged.event.coordinator === holder;
      onlookers.onEvent(view, !isOurs);
      if (!isOurs) return;
      display.onEvent(logged, view);
      notes.onEvent(logged.event);
    },
  };
  const interrupts = listenForInterrupts({
    onFirst: (signal) => {
      display.note(`${signal}: storing what runs, then stopping (once more: stop at once)`);
      options.leaving.abort(signal);
      opened.interrupt(`stopped by ${signal}`);
      void node?.drain(`stopped by ${signal}`).catch(() => {});
    },
    onSecond: () => {
      display.stop();
      const running = node?.running().length ?? 0;
      context.stderr.write(`${lastWords(running)}; go on with: ${options.resumeCommand}\n`);
    },
  });
  try {
    const { dataset } = opened;
    if (dataset?.source.synthetic === true && !options.isQuiet) announceSynthetic(context, dataset);
    if (pool !== null) node = startNode(options, pool, holder);
    display.start();
    readyFile.refresh();
    const run = opened.run(watcher);
    const end = node === null ? await run : await raceNode(run, node);
    await node?.drain('the study ended');
    const isOver = end.state === 'complete' || end.state === 'stopped';
    const hasWinner = dataset !== null && findWinner(opened.view) !== null;
    display.phase(isOver && hasWinner ? 'evaluating the winner on the test set' : null);
    const view = await opened.finalize(end);
    await onlookers.end(view);
    return view;
  } catch (thrown) {
    throw interruptedBy(options, thrown);
  } finally {
    display.stop();
    // What runs is given back rather than cut off when the coordinator failed. If the node did, the race has said so.
    await node?.drain('the run failed').catch(() => {});
    await pool?.close();
    readyFile.remove();
    await onlookers.close();
    interrupts.release();
    await opened.close().catch((thrown: unknown) => {
      throw interruptedBy(options, thrown);
    });
  }
}

/** null: lines are wanted. */
function liveViewOf(options: RunStudyOptions, source: () => LiveSource): OpenView | null {
  const { context, bus, study, isPlain, pinned, resumeCommand } = options;
  const terminal = context.viewTerminal;
  if (isPlain || terminal === null || !isInForeground()) return null;
  return (onLeft) =>
    new LiveView({
      context,
      terminal,
      source,
      order: (action) => orderStudy(bus, study, action, source().view.state),
      onLeft,
      resumeCommand,
      leaving: 'leave the view: the study goes on here, with plain lines; Ctrl-C stores what runs and stops',
      pinned,
    });
}

function openPool({ threads, engine, context, devices }: RunStudyOptions): TrialPool {
  return openTrialPool({
    threads,
    taskFile: TRIAL_TASK_FILE,
    settings: {
      engine: engine.name,
      kernels: engine.native,
      cacheDirectory: context.cacheDirectory,
      programs: shareMachine(context.environment, threads, devices),
    },
  });
}

/** Whoever asks to stop while the server is away, or the disk full, gets that, and is told what could not be recorded. */
function interruptedBy({ bus, leaving, resumeCommand }: RunStudyOptions, thrown: unknown): unknown {
  const { code, message } = asSweepError(thrown);
  if (code === 'INTERRUPTED')
    return new SweepError(code, message, { hint: `go on with: ${resumeCommand}`, cause: thrown });
  if (!leaving.signal.aborted || (code !== 'BUS_UNREACHABLE' && code !== 'BUS_FULL')) return thrown;
  const [unheard, kept] = bus.hasRemoteWorkers
    ? [
        'without the server having heard of it',
        'what was acknowledged before is kept; once the server answers',
      ]
    : ['before all of it could be written', 'what was written before is kept; once there is space'];
  const text = `stopped by ${String(leaving.signal.reason)} ${unheard}: ${message}`;
  return new SweepError('INTERRUPTED', text, {
    hint: `${kept}, go on with: ${resumeCommand}`,
    cause: thrown,
  });
}

/** A node that fails (its bus is gone) ends the run: nobody else would work on it. */
async function raceNode(run: Promise<StudyEnd>, node: WorkerNode): Promise<StudyEnd> {
  const failed = node.stopped().then(() => run);
  return Promise.race([run, failed]);
}

function startNode(
  { bus, engine, logger, context, allowed }: RunStudyOptions,
  pool: TrialPool,
  worker: string,
): WorkerNode {
  return new WorkerNode({
    bus,
    pool,
    requirements: ['cpu', 'any'],
    ...(allowed === null ? {} : { programs: new ProgramCache(bus, context.cacheDirectory, allowed) }),
    logger,
    now: systemClock.now,
    identity: {
      worker,
      host: hostname(),
      pid: process.pid,
      version: context.version,
      engine: engine.name,
      numericsVersion: engine.numericsVersion,
      backend: engine.backend,
      labels: [],
    },
  });
}
