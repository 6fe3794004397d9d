// What follows an attempt that did not end its trial: another attempt after a while, the end of the trial, or, after a
// coordinator's restart, the same attempt once more.
import type { Bus, Lease } from '../bus/bus.js';
import { SweepError } from '../errors.js';
import type { OpenTrial } from '../study/open-trial.js';
import type { Clock } from './clock.js';
import { decideRetry } from './failure-budget.js';
import type { PlannedTrial, StudyPlan } from './study-plan.js';
import type { TrialDispatcher } from './trial-dispatcher.js';

export interface TrialRetriesOptions {
  readonly bus: Bus;
  readonly study: string;
  readonly lease: Lease;
  readonly plan: StudyPlan;
  readonly clock: Clock;
  /** True when no worker outlives its coordinator (local bus): what a dead one held is free again at once. */
  readonly ownsWorkers: boolean;
  readonly dispatcher: TrialDispatcher;
  /** Takes work that nobody awaits. */
  run(work: Promise<void>): void;
}

export class TrialRetries {
  private readonly waiting = new Set<() => void>();

  constructor(private readonly options: TrialRetriesOptions) {}

  /** After a failure that was not final. Does nothing while the newest attempt may still end well. */
  decide(trial: OpenTrial): void {
    if (trial.lastError === null || trial.lastFailedAttempt < trial.attempt) return;
    const { plan, clock, dispatcher, run } = this.options;
    const planned = this.plan(trial);
    const decision = decideRetry(trial.lastError, trial.failedAttempts, plan.limits.maxAttempts);
    if (decision.action === 'give-up') {
      run(dispatcher.appendFailed(trial.index, planned, trial.lastError, trial));
      return;
    }
    const cancel = clock.after(decision.delayMs, () => {
      this.waiting.delete(cancel);
      run(dispatcher.queue(trial.index, planned, trial.attempt + 1, trial.checkpoints));
    });
    this.waiting.add(cancel);
  }

  /** After a replay: a trial that the log leaves open goes on. Throws EVENT_LOG_CORRUPT when the plan has no such trial. */
  async recover(trial: OpenTrial): Promise<void> {
    const planned = this.plan(trial);
    if (trial.lastError !== null && trial.lastFailedAttempt >= trial.attempt) {
      this.decide(trial);
      return;
    }
    if (trial.state === 'RUNNING') {
      if (!this.options.ownsWorkers) return;
      await this.recordReturned(trial);
    }
    const attempt = Math.max(1, trial.attempt);
    await this.options.dispatcher.publish(trial.index, planned, attempt, trial.checkpoints);
  }

  /** Ends the waits; their trials stay open. */
  close(): void {
    for (const cancel of this.waiting) cancel();
    this.waiting.clear();
  }

  private plan(trial: OpenTrial): PlannedTrial {
    const planned = this.options.plan.plan(trial.index, trial.params ?? undefined);
    if (planned !== null && planned.trial === trial.trial) return planned;
    throw new SweepError('EVENT_LOG_CORRUPT', `trial ${trial.trial} of the log is not in the sweep spec`, {
      hint: 'the study was made by another version of the product; start it again',
    });
  }

  private async recordReturned({ trial, index, attempt, worker }: OpenTrial): Promise<void> {
    const { bus, study, lease } = this.options;
    const reason = 'its process ended';
    await bus.append(
      study,
      { type: 'trial.returned', trial, index, attempt, worker: worker ?? 'unknown', reason },
      lease,
    );
  }
}
