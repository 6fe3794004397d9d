// How far a study is and when it will end: events for what is over, progress counters for what runs. No I/O.
import type { LoggedEvent } from '../../study/events.js';
import { countTrials, type StudyView } from '../../study/study-view.js';
import type { Params } from '../../study/trial.js';
import { meanWork } from './calibrate.js';
import { estimateRemainingMs, type RunningWork } from './eta.js';
import type { StudyPlan } from './study-plan.js';
import { estimateWork, fractionDone, type TrialWork } from './trial-work.js';

export interface ProgressSnapshot {
  /** Trials that have ended, one way or another. */
  readonly ended: number;
  readonly total: number | null;
  readonly running: number;
  readonly failed: number;
  /** Objective of the best row, null before the first one. */
  readonly best: number | null;
  /** Milliseconds to the end, null while nothing was measured. */
  readonly etaMs: number | null;
  /** No trial begins until someone resumes it. */
  readonly isPaused: boolean;
}

export interface StudyProgressOptions {
  readonly plan: StudyPlan;
  readonly slots: number;
  /** Training steps and evaluation batches of a running trial in this attempt; null when nobody near knows. */
  progressOf(trial: string): number | null;
  readonly now: () => number;
}

interface StartedTrial {
  readonly work: TrialWork;
  readonly startedAtMs: number;
  readonly fromEpoch: number;
  /** When its first step was seen, and the share done by then: before that the thread was opening its data. */
  measuredFrom: { readonly atMs: number; readonly done: number } | null;
  /** Its latest report: all that is known of a trial on another machine. */
  reported: { readonly atMs: number; readonly epoch: number } | null;
}

/** Of the trials that are open. */
interface Measured {
  readonly atMs: number;
  readonly running: number;
  readonly etaMs: number | null;
}

/** So few are looked at whenever someone asks; more of them every so often. */
const FEW_OPEN = 100;
const LOOK_AGAIN_MS = 200;

export class StudyProgress {
  private readonly started = new Map<string, StartedTrial>();
  private finishedWork = 0;
  private finishedMs = 0;
  private meanWork: number | null = null;
  private latest: Measured | null = null;

  constructor(private readonly options: StudyProgressOptions) {}

  /** Of this run only: what a study did before it was resumed says nothing of this machine. */
  observe({ event }: LoggedEvent, params: Params | undefined): void {
    switch (event.type) {
      case 'trial.started': {
        if (params === undefined) return;
        const { plan } = this.options;
        const planned = plan.resolve(params, event.index % plan.repeats);
        const work = estimateWork(planned.config);
        const startedAtMs = this.options.now();
        const { fromEpoch } = event;
        this.started.set(event.trial, { work, startedAtMs, fromEpoch, measuredFrom: null, reported: null });
        return;
      }
      case 'trial.report': {
        const trial = this.started.get(event.trial);
        if (trial !== undefined) trial.reported = { atMs: this.options.now(), epoch: event.report.epoch };
        return;
      }
      case 'trial.finished':
      case 'trial.failed':
      case 'trial.returned': {
        const trial = this.started.get(event.trial);
        if (trial === undefined) return;
        this.started.delete(event.trial);
        // Only a whole trial says how long one takes.
        if (event.type !== 'trial.finished' || event.result.state !== 'COMPLETE') return;
        this.finishedWork += trial.work.total * (1 - trial.fromEpoch / trial.work.epochs);
        this.finishedMs += this.options.now() - trial.startedAtMs;
        return;
      }
      default:
        return;
    }
  }

  snapshot(view: StudyView): ProgressSnapshot {
    const { running, etaMs } = this.measureOpen(view);
    return {
      ended: view.complete + view.pruned + view.failed,
      total: view.header?.total ?? null,
      running,
      failed: view.failed,
      best: view.rows[0]?.objective ?? null,
      etaMs: view.state === 'paused' ? null : etaMs,
      isPaused: view.state === 'paused',
    };
  }

  /** What is asked for after each end of a trial must not cost a look at all that run. */
  private measureOpen(view: StudyView): Measured {
    const nowMs = this.options.now();
    const { latest } = this;
    if (latest !== null && view.open.size > FEW_OPEN && nowMs - latest.atMs < LOOK_AGAIN_MS) return latest;
    const { running, pending } = countTrials(view);
    const etaMs = view.header?.total == null ? null : this.estimate(pending);
    this.latest = { atMs: nowMs, running, etaMs };
    return this.latest;
  }

  private estimate(waiting: number): number | null {
    this.meanWork ??= meanWork(this.options.plan);
    return estimateRemainingMs({
      finishedWork: this.finishedWork,
      finishedMs: this.finishedMs,
      running: [...this.started].map(([trial, started]) => this.describeRunning(trial, started)),
      waitingWork: waiting * this.meanWork,
      slots: this.options.slots,
    });
  }

  private describeRunning(trial: string, started: StartedTrial): RunningWork {
    const { work, fromEpoch } = started;
    const progress = this.options.progressOf(trial);
    const nowMs = this.options.now();
    const before = fromEpoch / work.epochs;
    if (progress === null || progress === 0) {
      const { reported, startedAtMs } = started;
      if (reported === null) return { work: work.total, before, done: 0, elapsedMs: 0 };
      const doneHere = (reported.epoch - fromEpoch) / work.epochs;
      return { work: work.total, before, done: doneHere, elapsedMs: reported.atMs - startedAtMs };
    }
    const done = fractionDone(work, progress);
    started.measuredFrom ??= { atMs: nowMs, done };
    const { measuredFrom } = started;
    return {
      work: work.total,
      before: before + measuredFrom.done,
      done: done - measuredFrom.done,
      elapsedMs: nowMs - measuredFrom.atMs,
    };
  }
}
