// A study on the local bus with real trial threads and a task file of the test's choice: coordinator, node and log.
import type { Bus, WorkerInfo } from '../../src/bus/bus.js';
import { openLocalBus } from '../../src/bus/local/bus.js';
import { type Clock, systemClock } from '../../src/coordinator/clock.js';
import { Coordinator } from '../../src/coordinator/coordinator.js';
import type { StudyPlan } from '../../src/coordinator/plan/study-plan.js';
import type { StudyEnd } from '../../src/coordinator/study-course.js';
import { silentLogger } from '../../src/log.js';
import type { LoggedEvent } from '../../src/study/events.js';
import type { StudyView } from '../../src/study/study-view.js';
import { openTrialPool } from '../../worker/trial-pool.js';
import { WorkerNode } from '../../worker/worker-node.js';
import { TEST_ENGINE } from './list-plan.js';

export const FAULT_TASK = new URL('./fault-task.js', import.meta.url);

export interface LocalStudyOptions {
  readonly home: string;
  readonly plan: StudyPlan;
  readonly study?: string;
  readonly threads?: number;
  readonly clock?: Clock;
  /** Called after each event; may interrupt the study. */
  onEvent?(logged: LoggedEvent, coordinator: Coordinator): void;
}

export interface LocalStudyRun {
  readonly end: StudyEnd;
  readonly view: StudyView;
  readonly events: readonly LoggedEvent[];
  readonly workers: readonly WorkerInfo[];
}

/** Retries at once: tests of what is retried need not wait for when. */
export const impatientClock: Clock = {
  now: systemClock.now,
  after: (_ms, action) => systemClock.after(0, action),
};

/** Runs the study to its end, or goes on with it when it is there already. */
export async function runLocalStudy(options: LocalStudyOptions): Promise<LocalStudyRun> {
  const study = options.study ?? 'test-0000';
  const bus = openLocalBus(options.home);
  await createStudyOnce(bus, study, options.plan);
  const lease = await bus.acquireLease(study, 'coordinator-1');
  const pool = openTrialPool({
    threads: options.threads ?? 2,
    taskFile: FAULT_TASK,
    settings: { engine: 'wasm', cacheDirectory: options.home },
    heapLimitMb: 48,
  });
  const node = new WorkerNode({
    bus,
    pool,
    requirements: ['cpu', 'any'],
    logger: silentLogger,
    now: systemClock.now,
    identity: {
      worker: 'worker-1',
      host: 'here',
      pid: process.pid,
      version: '0.0.0',
      engine: TEST_ENGINE.name,
      numericsVersion: TEST_ENGINE.numericsVersion,
      backend: 'test',
      labels: [],
    },
  });
  const events: LoggedEvent[] = [];
  const coordinator: Coordinator = new Coordinator({
    bus,
    study,
    lease,
    plan: options.plan,
    clock: options.clock ?? impatientClock,
    logger: silentLogger,
    version: '0.0.0',
    maxUnfinished: 4,
    ownsWorkers: true,
    onEvent: (logged) => {
      events.push(logged);
      options.onEvent?.(logged, coordinator);
    },
  });
  try {
    const end = await coordinator.run();
    await node.drain('the study ended');
    return { end, view: coordinator.view, events, workers: await bus.workers() };
  } finally {
    await node.drain('the test ended');
    await pool.close();
    await bus.close();
  }
}

async function createStudyOnce(bus: Bus, study: string, plan: StudyPlan): Promise<void> {
  if ((await bus.readStudy(study)) !== null) return;
  await bus.createStudy({ study, name: 'test', createdAt: '2026-01-01T00:00:00.000Z', spec: {} });
  await bus.append(study, {
    type: 'study.created',
    study,
    name: 'test',
    spec: {},
    version: '0.0.0',
    engine: 'wasm',
    dataset: null,
    total: plan.total,
  });
}
