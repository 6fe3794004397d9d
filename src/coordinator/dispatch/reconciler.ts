// Compares, every few seconds, what the log says with what the queue and the workers' heartbeats say, and makes good what
// got lost between them: a trial whose worker vanished, a trial whose message is gone. What it sees may be half a second
// old, so that it acts only on what it sees several times in a row. For a bus whose workers outlive their coordinator;
// nobody else declares a worker lost.
import { type TrialQueue, WORKER_GONE_MS, type WorkerInfo, type WorkerRegistry } from '../../bus/bus.js';
import { asSweepError } from '../../errors.js';
import type { Logger } from '../../log.js';
import type { StudyFold } from '../../study/fold.js';
import type { OpenTrial } from '../../study/trial/open-trial.js';
import type { StudyCourse } from '../study-course.js';
import type { Quarantine } from './quarantine.js';
import type { TrialRetries } from './trial-retries.js';

const LOOK_EVERY_MS = 5_000;

export interface ReconcilerOptions {
  readonly bus: TrialQueue & WorkerRegistry;
  readonly study: string;
  readonly logger: Logger;
  readonly retries: TrialRetries;
  readonly quarantine: Quarantine;
  readonly fold: Pick<StudyFold, 'view'>;
  /** While it is held (paused, stopping), no trial may be put on the queue. */
  readonly course: Pick<StudyCourse, 'isHeld'>;
}

/** Its worker is silent · its worker lives but does not hold it · it is not on the queue. */
type Finding = 'lost' | 'dropped' | 'forgotten';

/**
 * Looks in a row before something is done. A silent worker may be back with its server. A living one's last heartbeat may
 * be older than the trial: at the fourth look, 15 s on, a heartbeat that counts was sent after the first.
 */
const LOOKS_NEEDED: Readonly<Record<Finding, number>> = { lost: 2, dropped: 4, forgotten: 2 };

interface Suspicion {
  readonly finding: Finding;
  readonly looks: number;
}

export class Reconciler {
  /** What was found at the last looks, by index, attempt and worker. */
  private suspects = new Map<string, Suspicion>();
  private looking: Promise<void> | null = null;
  private timer: NodeJS.Timeout | undefined;
  private onWorkers: (live: readonly WorkerInfo[]) => void = () => {};

  constructor(private readonly options: ReconcilerOptions) {}

  /** Looks at once, and then every few seconds; `onWorkers` hears each time which workers are alive. */
  start(onWorkers: (live: readonly WorkerInfo[]) => void): void {
    this.onWorkers = onWorkers;
    this.timer = setInterval(() => this.look(), LOOK_EVERY_MS);
    this.timer.unref();
    this.look();
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    await this.looking;
  }

  private look(): void {
    // A look that fails is only late: the next one sees the same.
    this.looking ??= this.compare()
      .catch((thrown: unknown) => {
        const { logger } = this.options;
        logger.warn('cannot compare queue and log', { error: asSweepError(thrown).message });
      })
      .finally(() => {
        this.looking = null;
      });
  }

  private async compare(): Promise<void> {
    const { bus, study, quarantine } = this.options;
    const [workers, pending] = await Promise.all([bus.workers(), bus.listPending(study)]);
    const live = workers.filter(({ lastSeenMs }) => lastSeenMs < WORKER_GONE_MS);
    this.onWorkers(live);
    quarantine.repeat(live);
    const found = new Map<string, Suspicion>();
    const byName = new Map(live.map((info) => [info.worker, info]));
    for (const trial of [...this.options.fold.view.open.values()]) {
      const finding = this.examine(trial, byName, pending);
      if (finding === null) continue;
      const key = `${trial.index}:${trial.attempt}:${trial.worker ?? ''}`;
      const before = this.suspects.get(key);
      const looks = before?.finding === finding ? before.looks + 1 : 1;
      if (looks >= LOOKS_NEEDED[finding]) await this.mend(trial, finding);
      else found.set(key, { finding, looks });
    }
    this.suspects = found;
  }

  private examine(
    trial: OpenTrial,
    live: ReadonlyMap<string, WorkerInfo>,
    pending: ReadonlySet<string>,
  ): Finding | null {
    const { study, retries, course } = this.options;
    // Nobody asked for it: it stands for nothing that could be lost.
    if (!trial.isQueued && !retries.isPlanned(trial)) return null;
    if (trial.state === 'RUNNING') {
      const info = trial.worker === null ? undefined : live.get(trial.worker);
      if (info === undefined) return 'lost';
      const isHolding = info.running.some((held) => held.study === study && held.trial === trial.trial);
      return isHolding ? null : 'dropped';
    }
    if (trial.pausedAt !== null) return null;
    return pending.has(trial.trial) || course.isHeld || retries.isWaiting(trial.index) ? null : 'forgotten';
  }

  private async mend(trial: OpenTrial, finding: Finding): Promise<void> {
    const { logger, retries } = this.options;
    logger.warn(finding === 'forgotten' ? 'a trial was gone from the queue' : 'a worker lost a trial', {
      trial: trial.trial,
      attempt: trial.attempt,
      worker: trial.worker,
    });
    if (finding === 'forgotten') return retries.requeue(trial);
    const worker = trial.worker ?? 'unknown';
    const how =
      finding === 'lost' ? 'stopped answering while it held the trial' : 'lives but has lost the trial';
    await retries.recordLost(trial, `worker ${worker} ${how}`);
  }
}
