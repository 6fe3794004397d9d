// Where a study stands between its first suggestion and its end, as people, limits and failures have it. Orders come from
// the log; what has ended stays ended.
//
//   running ⇄ paused:  suggests nothing; what waits on the queue is taken off it and put back by the next `running`
//   running, stopping: suggests nothing, the queue is cleared, ends when nothing runs
//   ended:             complete | stopped | cancelled | failed | interrupted
import type { StudyEvent } from '../study/events.js';
import type { StudyFold } from '../study/fold.js';
import { runningTrials } from '../study/study-view.js';
import { formatDuration } from '../wording/duration.js';
import { countOf } from '../wording/plural.js';
import type { Bell } from './bell.js';
import type { Clock } from './clock.js';
import type { FailureBudget } from './dispatch/failure-budget.js';
import type { QueueClearing } from './dispatch/queue-clearing.js';
import type { StudyPlan } from './plan/study-plan.js';

export interface StudyEnd {
  readonly state: 'complete' | 'stopped' | 'cancelled' | 'failed' | 'interrupted';
  readonly reason: string | null;
}

export interface StudyCourseOptions {
  readonly plan: StudyPlan;
  readonly clock: Clock;
  readonly budget: FailureBudget;
  readonly clearing: QueueClearing;
  readonly fold: Pick<StudyFold, 'view'>;
  /** Rung when the loop has something to look at. */
  readonly bell: Pick<Bell, 'ring'>;
}

export class StudyCourse {
  private isPaused = false;
  private stopReason: string | null = null;
  private ended: StudyEnd | null = null;

  constructor(private readonly options: StudyCourseOptions) {}

  get end(): StudyEnd | null {
    return this.ended;
  }

  /** True while no trial may be put on the queue. */
  get isHeld(): boolean {
    return this.isPaused || this.stopReason !== null || this.ended !== null;
  }

  get maySuggest(): boolean {
    return !this.isHeld && !this.options.budget.isSpent;
  }

  /** An order of the log. True: a pause is over, and what was taken off the queue goes back. */
  obey({ state, reason: given }: Extract<StudyEvent, { type: 'study.state' }>): boolean {
    const reason = given ?? null;
    switch (state) {
      case 'paused':
        this.isPaused = true;
        this.options.clearing.want();
        return false;
      case 'running':
        return this.goOn();
      case 'stopping':
        this.stop(reason ?? 'stopped');
        return false;
      case 'cancelled':
        this.finish({ state: 'cancelled', reason });
        return false;
      case 'interrupted':
      case 'failed':
      case 'complete':
        // This coordinator's own last words, or those of one before it.
        return false;
    }
  }

  /** The first end counts. */
  finish(end: StudyEnd): void {
    this.ended ??= end;
    this.options.bell.ring();
  }

  /** Ends the study if nothing is left to wait for. `isDone`: every trial has ended and no other will come. */
  checkEnd(isDone: boolean): void {
    const { budget, clearing, plan } = this.options;
    if (budget.isSpent) {
      const reason = `${countOf(budget.failures, 'trial')} failed, limits.maxFailures allows ${plan.limits.maxFailures}`;
      this.finish({ state: 'failed', reason });
    } else if (this.stopReason !== null) {
      const { view } = this.options.fold;
      const isStill = clearing.isDone && runningTrials(view).length === 0;
      if (isStill || view.open.size === 0) this.finish({ state: 'stopped', reason: this.stopReason });
    } else if (isDone) {
      this.finish({ state: 'complete', reason: null });
    }
  }

  /**
   * Stops the study when `limits.maxDuration` is over, as a person may: what runs is finished, for a study that has ended
   * is not resumed, and an interrupted trial would be wasted. Returns how to take it back.
   */
  startTimeLimit(): () => void {
    const { clock, plan } = this.options;
    const { maxDurationMs } = plan.limits;
    if (maxDurationMs === null) return () => {};
    const leftMs = Math.max(0, maxDurationMs - this.options.fold.view.timing.durationMs);
    return clock.after(leftMs, () =>
      this.stop(`limits.maxDuration of ${formatDuration(maxDurationMs)} is over`),
    );
  }

  private stop(reason: string): void {
    if (this.stopReason !== null) return;
    this.stopReason = reason;
    this.options.clearing.want();
    this.options.bell.ring();
  }

  /** False where nothing was paused. */
  private goOn(): boolean {
    if (!this.isPaused) return false;
    this.isPaused = false;
    this.options.clearing.forget();
    return true;
  }
}
