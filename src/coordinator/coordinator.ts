// The loop of a study: suggest → result cache or queue → fold what happens → scheduler, retries → end.
// Knows no worker and no engine: it hears of both through the event log only. Opening and ending a study is open-study.ts.
//
// States: replaying ─▶ running ─▶ ended(complete | stopped | cancelled | failed | interrupted)
//   running, paused:   suggests nothing, trials in the queue go on
//   running, stopping: suggests nothing, ends when nothing is open
// One index after another: suggested ─▶ queued (event, then message) ─▶ … ─▶ ended; or cached (event only); or a twin:
// the same trial as one that is open already, which waits for that one's end. A crash between any two steps is made
// good by recover(), as all it needs is in the log.
import type { Bus, Lease } from '../bus/bus.js';
import { asSweepError, SweepError } from '../errors.js';
import type { Logger } from '../log.js';
import type { LoggedEvent, StudyEvent } from '../study/events.js';
import { StudyFold } from '../study/fold.js';
import { hasIndex, indexCount } from '../study/index-set.js';
import type { OpenTrial } from '../study/open-trial.js';
import type { StudyView } from '../study/study-view.js';
import { resultKey } from '../study/trial-id.js';
import type { Clock } from './clock.js';
import { decideRetry, FailureBudget } from './failure-budget.js';
import { lossOf, type PlannedTrial, type StudyPlan } from './study-plan.js';
import { TrialDispatcher } from './trial-dispatcher.js';

export interface CoordinatorOptions {
  readonly bus: Bus;
  readonly study: string;
  readonly lease: Lease;
  readonly plan: StudyPlan;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly version: string;
  /** Unfinished trials on the bus at any time: enough that no slot waits, few enough that memory stays bounded. */
  readonly maxUnfinished: number;
  /** True when no worker outlives its coordinator (local bus): what a dead one held is free again at once. */
  readonly ownsWorkers: boolean;
  /** After each event was folded in. */
  onEvent(logged: LoggedEvent, view: StudyView): void;
}

export interface StudyEnd {
  readonly state: 'complete' | 'stopped' | 'cancelled' | 'failed' | 'interrupted';
  readonly reason: string | null;
}

type TerminalEvent = Extract<StudyEvent, { type: 'trial.finished' | 'trial.failed' }>;

export class Coordinator {
  private readonly fold = new StudyFold();
  private readonly budget: FailureBudget;
  private readonly dispatcher: TrialDispatcher;
  private readonly stopFollowing = new AbortController();
  /** Indices below `nextIndex` without any event: lost by a crash, suggested again first. */
  private readonly gaps: number[] = [];
  private nextIndex = 0;
  private isExhausted = false;
  private isPaused = false;
  private stopReason: string | null = null;
  /** Twins by trial id: they end when the trial does. */
  private readonly twins = new Map<string, { readonly index: number; readonly planned: PlannedTrial }[]>();
  private readonly openTrials = new Set<string>();
  /** Trials that ended without a result for the cache, should their twin come later. */
  private readonly uncached = new Map<string, TerminalEvent>();
  /** Trials that the scheduler stopped, by index, until they end. */
  private readonly stopDecisions = new Map<number, string>();
  private readonly cancelTimers = new Set<() => void>();
  private end: StudyEnd | null = null;
  private failure: unknown = null;
  private wake: () => void = () => {};
  private isAwake = true;

  constructor(private readonly options: CoordinatorOptions) {
    this.budget = new FailureBudget(options.plan.limits.maxFailures);
    this.dispatcher = new TrialDispatcher(options);
  }

  /** Live: changes as events come in. */
  get view(): StudyView {
    return this.fold.view;
  }

  /** Suggests nothing more and ends as interrupted; trials in hand are the worker's to give back. */
  interrupt(reason: string): void {
    this.finish({ state: 'interrupted', reason });
  }

  /**
   * Replays the log, makes good what a crash left, and runs to the study's end. `onReplayed` is awaited between the two.
   * Throws LEASE_LOST and what the bus throws.
   */
  async run(onReplayed: (view: StudyView) => Promise<void> = async () => {}): Promise<StudyEnd> {
    await this.catchUp();
    await onReplayed(this.view);
    await this.recover();
    this.startTimeLimit();
    const following = this.follow();
    try {
      while (this.end === null && this.failure === null) {
        await this.suggestMore();
        this.checkEnd();
        await this.sleep();
      }
    } finally {
      this.stopFollowing.abort();
      for (const cancel of this.cancelTimers) cancel();
      await following;
    }
    if (this.failure !== null) throw this.failure;
    return this.end ?? { state: 'interrupted', reason: null };
  }

  /** Folds in all that the log holds by now, without acting on it. */
  async catchUp(): Promise<StudyView> {
    const { bus, study } = this.options;
    const from = this.view.lastSeq + 1;
    for await (const logged of bus.events(study, { from })) this.observe(logged, false);
    return this.view;
  }

  /** Appends an event of the study in this coordinator's name. */
  append(event: StudyEvent): Promise<number> {
    return this.options.bus.append(this.options.study, event, this.options.lease);
  }

  private async follow(): Promise<void> {
    const { bus, study } = this.options;
    const signal = this.stopFollowing.signal;
    try {
      const from = this.view.lastSeq + 1;
      for await (const logged of bus.events(study, { from, follow: true, signal })) {
        this.observe(logged, true);
        this.rouse();
      }
    } catch (thrown) {
      if (!signal.aborted) this.fail(thrown);
    }
  }

  private observe(logged: LoggedEvent, isLive: boolean): void {
    const { event } = logged;
    const isTerminal = event.type === 'trial.finished' || (event.type === 'trial.failed' && event.final);
    const wasEnded = isTerminal && hasIndex(this.view.ended, event.index);
    this.fold.apply(logged);
    switch (event.type) {
      case 'trial.report':
        this.consultScheduler(event, isLive);
        break;
      case 'trial.finished':
        if (!wasEnded) this.settle(event, isLive);
        break;
      case 'trial.failed':
        if (event.final && !wasEnded) this.settle(event, isLive);
        else if (!event.final && isLive) this.retryOrGiveUp(event.index);
        break;
      case 'study.state':
        if (isLive) this.obey(event.state, event.reason ?? null);
        break;
      case 'trial.started': {
        const trial = this.view.open.get(event.index);
        if (isLive && trial !== undefined) this.enforceStop(trial);
        break;
      }
      default:
        break;
    }
    this.options.onEvent(logged, this.view);
  }

  private consultScheduler(event: Extract<StudyEvent, { type: 'trial.report' }>, isLive: boolean): void {
    const { scheduler, objective } = this.options.plan;
    const trial = this.view.open.get(event.index);
    if (scheduler === null || trial === undefined || trial.attempt !== event.attempt) return;
    const value = lossOf(objective, event.report.metrics[objective.metric]);
    if (value === null) return;
    const decision = scheduler.observe(event.index, event.report, value);
    if (decision.action === 'stop') this.stopDecisions.set(event.index, decision.reason);
    if (isLive) this.enforceStop(trial);
  }

  /** Control messages may be lost, so that a trial that reports although it was stopped is told again. */
  private enforceStop(trial: OpenTrial): void {
    const reason = trial.stopReason ?? this.stopDecisions.get(trial.index);
    if (reason !== undefined) this.attempt(this.stopTrial(trial, reason));
  }

  private async stopTrial(trial: OpenTrial, reason: string): Promise<void> {
    if (trial.stopReason === null) {
      await this.append({ type: 'trial.stop', trial: trial.trial, index: trial.index, reason });
    }
    await this.options.bus.sendControl({
      type: 'stop',
      study: this.options.study,
      trial: trial.trial,
      reason,
    });
  }

  /** The first terminal event of a trial. */
  private settle(event: TerminalEvent, isLive: boolean): void {
    this.stopDecisions.delete(event.index);
    const { sampler, objective } = this.options.plan;
    if (event.type === 'trial.finished') {
      const value = lossOf(objective, event.result.objective);
      if (value !== null) sampler.observe({ index: event.index, params: event.params, value });
    } else if (isLive) {
      // A study that is resumed gets a fresh budget: a person has looked at its failures.
      this.budget.record(event.trial, event.error);
    }
    if (event.type === 'trial.failed' || event.result.state === 'PRUNED')
      this.uncached.set(event.trial, event);
    if (isLive) this.attempt(this.settleTwins(event));
    else this.openTrials.delete(event.trial);
  }

  /** The trial stays among the open ones until its result can be found: a twin that came in between would be lost. */
  private async settleTwins(event: TerminalEvent): Promise<void> {
    if (event.type === 'trial.finished' && !event.cached && event.result.state === 'COMPLETE') {
      const { result, worker } = event;
      const key = resultKey(event.trial, this.options.plan.objective);
      await this.options.bus.writeCachedResult(key, { result, worker });
    }
    this.openTrials.delete(event.trial);
    const twins = this.twins.get(event.trial) ?? [];
    this.twins.delete(event.trial);
    await Promise.all(twins.map(({ index, planned }) => this.appendTwin(index, planned, event)));
  }

  /** The end of a trial, once more under the index of its twin. */
  private appendTwin(index: number, planned: PlannedTrial, event: TerminalEvent): Promise<void> {
    return event.type === 'trial.finished'
      ? this.dispatcher.appendCached(index, planned, event.worker, event.result)
      : this.dispatcher.appendFailed(index, planned, event.error);
  }

  private retryOrGiveUp(index: number): void {
    const trial = this.view.open.get(index);
    if (trial === undefined || trial.lastError === null || trial.lastFailedAttempt < trial.attempt) return;
    const { maxAttempts } = this.options.plan.limits;
    const decision = decideRetry(trial.lastError, trial.failedAttempts, maxAttempts);
    const planned = this.options.plan.plan(index, trial.params ?? undefined);
    if (planned === null) throw new SweepError('INTERNAL', `trial ${trial.trial} is not in the plan`);
    if (decision.action === 'give-up') {
      this.attempt(this.dispatcher.appendFailed(index, planned, trial.lastError, trial));
      return;
    }
    const cancel = this.options.clock.after(decision.delayMs, () => {
      this.cancelTimers.delete(cancel);
      if (this.end === null)
        this.attempt(this.dispatcher.queue(index, planned, trial.attempt + 1, trial.checkpoints));
    });
    this.cancelTimers.add(cancel);
  }

  private obey(state: Extract<StudyEvent, { type: 'study.state' }>['state'], reason: string | null): void {
    switch (state) {
      case 'paused':
        this.isPaused = true;
        return;
      case 'running':
        this.isPaused = false;
        return;
      case 'stopping':
        this.stopReason ??= reason ?? 'stopped';
        return;
      case 'cancelled':
        this.finish({ state: 'cancelled', reason });
        return;
      case 'interrupted':
      case 'failed':
      case 'complete':
        // This coordinator's own last words, or those of one before it.
        return;
    }
  }

  /** After the replay: what the log leaves open goes on. */
  private async recover(): Promise<void> {
    const { view } = this;
    this.nextIndex = view.indexBound;
    for (let index = view.ended.below; index < view.indexBound; index++) {
      if (!hasIndex(view.ended, index) && !view.open.has(index)) this.gaps.push(index);
    }
    for (const trial of [...view.open.values()]) {
      const planned = this.options.plan.plan(trial.index, trial.params ?? undefined);
      if (planned === null || planned.trial !== trial.trial) {
        throw new SweepError(
          'EVENT_LOG_CORRUPT',
          `trial ${trial.trial} of the log is not in the sweep spec`,
          {
            hint: 'the study was made by another version of the product; start it again',
          },
        );
      }
      this.openTrials.add(trial.trial);
      if (trial.lastError !== null && trial.lastFailedAttempt >= trial.attempt)
        this.retryOrGiveUp(trial.index);
      else await this.requeue(trial, planned);
    }
  }

  private async requeue(trial: OpenTrial, planned: PlannedTrial): Promise<void> {
    if (trial.state === 'RUNNING') {
      if (!this.options.ownsWorkers) return;
      await this.append({
        type: 'trial.returned',
        trial: trial.trial,
        index: trial.index,
        attempt: trial.attempt,
        worker: trial.worker ?? 'unknown',
        reason: 'its process ended',
      });
    }
    await this.dispatcher.publish(trial.index, planned, Math.max(1, trial.attempt), trial.checkpoints);
  }

  private async suggestMore(): Promise<void> {
    const batch: Promise<void>[] = [];
    while (this.canSuggest()) {
      const index = this.gaps.shift() ?? this.nextIndex++;
      const planned = this.options.plan.plan(index);
      if (planned === null) {
        this.nextIndex = index;
        this.isExhausted = true;
        break;
      }
      batch.push(this.dispatch(index, planned));
    }
    // Together, so that a bus that syncs its log can do it once for all of them.
    await Promise.all(batch);
  }

  private canSuggest(): boolean {
    if (this.end !== null || this.isPaused || this.stopReason !== null || this.budget.isSpent) return false;
    if (this.gaps.length > 0) return true;
    if (this.isExhausted) return false;
    return this.nextIndex - indexCount(this.view.ended) < this.options.maxUnfinished;
  }

  private async dispatch(index: number, planned: PlannedTrial): Promise<void> {
    if (this.openTrials.has(planned.trial)) {
      const waiting = this.twins.get(planned.trial) ?? [];
      this.twins.set(planned.trial, [...waiting, { index, planned }]);
      return;
    }
    const ended = this.uncached.get(planned.trial);
    if (ended !== undefined) return this.appendTwin(index, planned, ended);
    this.openTrials.add(planned.trial);
    const cached = await this.dispatcher.readCache(planned);
    if (cached !== null) await this.dispatcher.appendCached(index, planned, cached.worker, cached.result);
    else await this.dispatcher.queue(index, planned, 1, []);
  }

  private checkEnd(): void {
    if (this.budget.isSpent) {
      const reason = `${this.budget.failures} trials failed, limits.maxFailures allows ${this.options.plan.limits.maxFailures}`;
      this.finish({ state: 'failed', reason });
    } else if (this.stopReason !== null) {
      if (this.view.open.size === 0) this.finish({ state: 'stopped', reason: this.stopReason });
    } else if (this.isExhausted && this.gaps.length === 0 && indexCount(this.view.ended) >= this.nextIndex) {
      this.finish({ state: 'complete', reason: null });
    }
  }

  private startTimeLimit(): void {
    const { clock, plan } = this.options;
    if (plan.limits.maxDurationMs === null) return;
    const leftMs = Math.max(0, plan.limits.maxDurationMs - this.view.timing.durationMs);
    this.cancelTimers.add(
      clock.after(leftMs, () => {
        this.stopReason ??= `limits.maxDuration of ${plan.limits.maxDurationMs} ms is over`;
        this.rouse();
      }),
    );
  }

  private finish(end: StudyEnd): void {
    this.end ??= end;
    this.rouse();
  }

  /** Work that nobody awaits: its failure ends the run. */
  private attempt(work: Promise<void>): void {
    work.catch((thrown: unknown) => this.fail(thrown));
  }

  private fail(thrown: unknown): void {
    this.options.logger.error('the coordinator failed', { error: asSweepError(thrown).message });
    this.failure ??= thrown;
    this.rouse();
  }

  private rouse(): void {
    this.isAwake = true;
    this.wake();
  }

  private async sleep(): Promise<void> {
    if (!this.isAwake) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
    this.isAwake = false;
  }
}
