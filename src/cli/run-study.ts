// What `start` and `resume` do alike: open the study, run it on this machine's threads, test the winner, print.
import { hostname } from 'node:os';
import { openTrialPool, TRIAL_TASK_FILE } from '../../worker/trial-pool.js';
import { WorkerNode } from '../../worker/worker-node.js';
import type { Bus } from '../bus/bus.js';
import { systemClock } from '../coordinator/clock.js';
import type { StudyEnd } from '../coordinator/coordinator.js';
import { openStudy } from '../coordinator/open-study.js';
import { StudyProgress } from '../coordinator/study-progress.js';
import type { Engine } from '../engine/engine.js';
import type { Logger } from '../log.js';
import type { StudyView } from '../study/study-view.js';
import type { CliContext } from './context.js';
import { listenForInterrupts } from './interrupt.js';
import { createProgressDisplay } from './progress-display.js';
import { announceSynthetic } from './synthetic-notice.js';

export interface RunStudyOptions {
  readonly context: CliContext;
  readonly bus: Bus;
  readonly engine: Engine;
  readonly logger: Logger;
  readonly study: string;
  readonly threads: number;
  readonly isQuiet: boolean;
}

/** Runs the study to its end or to an interrupt; what happened is in the view. */
export async function runStudy(options: RunStudyOptions): Promise<StudyView> {
  const { context, bus, engine, logger, study, threads } = options;
  const holder = `${sanitize(hostname())}-${process.pid}`;
  const pool = openTrialPool({
    threads,
    taskFile: TRIAL_TASK_FILE,
    settings: { engine: engine.name, cacheDirectory: context.cacheDirectory },
  });
  let node: WorkerNode | null = null;
  const opened = await openStudy({
    bus,
    study,
    engine,
    cacheDirectory: context.cacheDirectory,
    holder,
    version: context.version,
    slots: threads,
    clock: systemClock,
    logger,
    onEvent: (logged, view) => {
      const params = 'index' in logged.event ? view.open.get(logged.event.index)?.params : null;
      progress.observe(logged, params ?? undefined);
      display.onEvent(logged, view);
    },
  }).catch(async (thrown: unknown) => {
    await pool.close();
    throw thrown;
  });
  const progress: StudyProgress = new StudyProgress({
    plan: opened.plan,
    slots: threads,
    now: systemClock.now,
    progressOf: (trial) => node?.running().find((running) => running.trial === trial)?.progress ?? null,
  });
  const display = createProgressDisplay({
    context,
    isQuiet: options.isQuiet,
    snapshot: () => progress.snapshot(opened.view),
    view: () => opened.view,
  });
  const interrupts = listenForInterrupts((signal) => {
    display.note(`${signal}: storing what runs, then stopping (once more: stop at once)`);
    opened.interrupt(`stopped by ${signal}`);
    void node?.drain(`stopped by ${signal}`).catch(() => {});
  });
  try {
    if (opened.dataset?.metadata.source.synthetic === true && !options.isQuiet) announceSynthetic(context);
    node = new WorkerNode({
      bus,
      pool,
      requirements: ['cpu', 'any'],
      logger,
      now: systemClock.now,
      identity: {
        worker: holder,
        host: hostname(),
        pid: process.pid,
        version: context.version,
        engine: engine.name,
        numericsVersion: engine.numericsVersion,
        backend: engine.backend,
        labels: [],
      },
    });
    display.start();
    const end = await raceNode(opened.run(), node);
    await node.drain('the study ended');
    const isTested = opened.dataset !== null && (end.state === 'complete' || end.state === 'stopped');
    display.phase(isTested ? 'evaluating the winner on the test set' : null);
    return await opened.finalize(end);
  } finally {
    display.stop();
    interrupts.release();
    await pool.close();
    await opened.close();
  }
}

/** A node that fails (its bus is gone) ends the run: nobody else would work on it. */
async function raceNode(run: Promise<StudyEnd>, node: WorkerNode): Promise<StudyEnd> {
  const failed = node.stopped().then(() => run);
  return Promise.race([run, failed]);
}

/** Host names may hold dots; names on the bus may not. */
function sanitize(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9_-]/g, '-').slice(0, 40);
}
