// What follows an attempt that did not end its trial: another attempt after a while, the end of the trial, or, after a
// coordinator's restart, the same attempt once more.
import type { Lease } from '../../bus/bus.js';
import { SweepError } from '../../errors.js';
import type { OpenTrial } from '../../study/trial/open-trial.js';
import type { BackgroundWork } from '../background-work.js';
import type { Clock } from '../clock.js';
import { BadPointError, type PlannedTrial, type StudyPlan } from '../plan/study-plan.js';
import type { Proposals } from '../search/proposals.js';
import type { HeldFailures } from '../stops/held-failures.js';
import type { StopOrders } from '../stops/stop-orders.js';
import type { StudyCourse } from '../study-course.js';
import { decideRetry } from './failure-budget.js';
import { pointOf, type TrialDispatcher } from './trial-dispatcher.js';

export interface TrialRetriesOptions {
  readonly lease: Pick<Lease, 'append'>;
  readonly plan: StudyPlan;
  readonly clock: Clock;
  /** True when no worker outlives its coordinator (local bus): what a dead one held is free again at once. */
  readonly ownsWorkers: boolean;
  readonly proposals: Proposals;
  readonly dispatcher: TrialDispatcher;
  /** While it is held, no trial is put on the queue: its time comes when `requeue` is called. */
  readonly course: Pick<StudyCourse, 'isHeld'>;
  readonly held: HeldFailures;
  readonly stops: Pick<StopOrders, 'reasonToGoOn'>;
  /** Takes work that nobody awaits. */
  readonly background: Pick<BackgroundWork, 'add'>;
}

export class TrialRetries {
  /** How to take back the wait of each index. */
  private readonly waiting = new Map<number, () => void>();
  /** The attempt after which each index was queued once more, or ended, as it waited no longer. */
  private readonly wentOn = new Map<number, number>();

  constructor(private readonly options: TrialRetriesOptions) {}

  /** After a failure that was not final. Does nothing while the newest attempt may still end well. */
  decide(trial: OpenTrial): void {
    if (trial.lastError === null || trial.lastFailedAttempt < trial.attempt) return;
    const { plan, clock, dispatcher, course, background } = this.options;
    const planned = this.findPlanned(trial);
    // Nobody asked for it: its place gets its own trial in its turn.
    if (planned === null) return;
    const decision = decideRetry(trial.lastError, trial.failedAttempts, plan.limits.maxAttempts);
    if (decision.action === 'give-up') {
      const verdict = this.options.held.judge(trial);
      if (verdict.type === 'failed')
        background.add(dispatcher.appendFailed(trial.index, pointOf(planned), trial.lastError, trial));
      else if (verdict.type === 'stopped')
        background.add(dispatcher.appendStopped(planned, trial, verdict.reached));
      return;
    }
    if (this.waiting.has(trial.index)) return;
    const cancel = clock.after(decision.delayMs, () => {
      this.waiting.delete(trial.index);
      if (course.isHeld) return;
      background.add(dispatcher.queue(trial.index, planned, trial.attempt + 1, trial.checkpoints));
    });
    this.waiting.set(trial.index, cancel);
  }

  /** After an end, or a stop: what it means for those that failed before. */
  judgeHeld(): void {
    for (const trial of this.options.held.trials) this.decide(trial);
  }

  /** A trial that waits: it goes on if it was promoted, and ends where it is if it was stopped. Safe to repeat. */
  goOn(trial: OpenTrial): void {
    const { stops, dispatcher, course, background } = this.options;
    const { index, attempt, pausedAt, reached, stopEpoch, checkpoints } = trial;
    if (pausedAt === null || this.wentOn.get(index) === attempt) return;
    const planned = this.findPlanned(trial);
    if (planned === null) return;
    const reason = stops.reasonToGoOn(index, pausedAt);
    if (reached !== null && stopEpoch !== null && stopEpoch <= pausedAt)
      background.add(dispatcher.appendStopped(planned, trial, reached));
    else if (reason !== null && !course.isHeld)
      background.add(dispatcher.queue(index, planned, attempt + 1, checkpoints, reason));
    else return;
    this.wentOn.set(index, attempt);
  }

  /** True while another attempt of the trial at `index`, or its end, is only a matter of time. */
  isWaiting(index: number): boolean {
    return this.waiting.has(index) || this.options.held.has(index);
  }

  /**
   * Puts a waiting trial whose message is gone on the queue once more. As a new attempt, for a bus may take the message of
   * the old one for a repetition; it does not count as failed.
   */
  async requeue(trial: OpenTrial): Promise<void> {
    if (trial.pausedAt !== null) return this.goOn(trial);
    if (this.waiting.has(trial.index)) return;
    if (trial.lastError !== null && trial.lastFailedAttempt >= trial.attempt) return this.decide(trial);
    const planned = this.plan(trial);
    if (planned === null) return;
    await this.options.dispatcher.queue(trial.index, planned, trial.attempt + 1, trial.checkpoints);
  }

  /**
   * After a replay: the trials that the log leaves open go on. `pending`: those on the queue, looked up before the replay.
   * Throws EVENT_LOG_CORRUPT when the plan has no such trial.
   */
  async recover(open: readonly OpenTrial[], pending: ReadonlySet<string>): Promise<void> {
    // What ends the whole process must not do so for ever. But who was it: not a trial that got on, and of several that did
    // not, nobody knows.
    const suspects = open.filter((trial) => trial.state === 'RUNNING' && !hasStoredProgress(trial));
    const culprit = suspects.length === 1 ? suspects[0] : undefined;
    for (const trial of open) await this.recoverOne(trial, pending, trial === culprit);
  }

  private async recoverOne(
    trial: OpenTrial,
    pending: ReadonlySet<string>,
    isCulprit: boolean,
  ): Promise<void> {
    const planned = this.plan(trial);
    if (planned === null) return this.giveOut(trial.index);
    if (trial.pausedAt !== null) return this.goOn(trial);
    if (trial.lastError !== null && trial.lastFailedAttempt >= trial.attempt) {
      this.decide(trial);
      return;
    }
    if (!this.options.ownsWorkers) {
      // Whether its worker still lives shows in the heartbeats: the reconciler's business.
      if (trial.state === 'RUNNING' || pending.has(trial.trial)) return;
      return this.requeue(trial);
    }
    if (trial.state === 'RUNNING') {
      if (isCulprit) return this.recordLost(trial, 'its process ended before it stored anything');
      await this.recordReturned(trial);
    }
    const attempt = Math.max(1, trial.attempt);
    await this.options.dispatcher.publish(trial.index, planned, attempt, trial.checkpoints);
  }

  /** The attempt in hand will tell nothing any more: it has failed, and what follows is decided when that is heard. */
  async recordLost(trial: OpenTrial, message: string): Promise<void> {
    const { trial: id, index, params, seed, attempt, worker } = trial;
    const error = new SweepError('TRIAL_LOST', message).toWire();
    await this.options.lease.append({
      type: 'trial.failed',
      ...{ trial: id, index, params: params ?? {}, seed: seed ?? 0, attempt, worker, error },
      final: false,
    });
  }

  /** Ends the waits; their trials stay open. */
  close(): void {
    for (const cancel of this.waiting.values()) cancel();
    this.waiting.clear();
  }

  /** null: no coordinator of this study asked for such a trial. */
  private findPlanned({ trial, index, params, isQueued }: OpenTrial): PlannedTrial | null {
    try {
      // Params are the coordinator's word only if it queued the trial.
      const planned = this.options.proposals.at(index, (isQueued ? params : null) ?? undefined);
      return planned?.trial === trial ? planned : null;
    } catch (thrown) {
      if (thrown instanceof BadPointError) return null;
      throw thrown;
    }
  }

  /** False for what others have spoken of, and no coordinator of this study asked for. */
  isPlanned(trial: OpenTrial): boolean {
    return this.findPlanned(trial) !== null;
  }

  /** A place of which others have spoken, and which was never given out: it gets its own trial. */
  private async giveOut(index: number): Promise<void> {
    const { proposals, dispatcher } = this.options;
    try {
      const planned = proposals.at(index);
      if (planned !== null) await dispatcher.queue(index, planned, 1, []);
    } catch (thrown) {
      if (!(thrown instanceof BadPointError)) throw thrown;
      await dispatcher.appendFailed(index, thrown.point, thrown.toWire());
    }
  }

  /** null for what nobody asked for: its place gets its own trial in its turn. */
  private plan(trial: OpenTrial): PlannedTrial | null {
    const planned = this.findPlanned(trial);
    if (planned !== null || !trial.isQueued) return planned;
    throw new SweepError('EVENT_LOG_CORRUPT', `trial ${trial.trial} of the log is not in the sweep spec`, {
      hint: 'the study was made by another version of the product; start it again',
    });
  }

  private async recordReturned({ trial, index, attempt, worker }: OpenTrial): Promise<void> {
    const reason = 'its process ended';
    await this.options.lease.append({
      type: 'trial.returned',
      ...{ trial, index, attempt, worker: worker ?? 'unknown', reason },
    });
  }
}

/** Whether the attempt in hand, or that went on from where it stood, has left a later checkpoint than it began from. */
function hasStoredProgress({ checkpoints, attempt, fromEpoch, fromStep }: OpenTrial): boolean {
  return checkpoints.some(
    ({ attempt: by, epoch, step = 0 }) =>
      by === attempt && (epoch > fromEpoch || (epoch === fromEpoch && step > fromStep)),
  );
}
