// What a coordinator does about each event of its study, beyond folding it in: the proposals and the scheduler hear of it,
// a stop is enforced, a failure retried, an end settled. Replayed events are only taken note of; live ones are acted on.

import type { LoggedEvent, StudyEvent } from '../study/events.js';
import type { StudyFold } from '../study/fold.js';
import { hasIndex } from '../study/index-set.js';
import { curvesOf, reportsOf } from '../study/trial/curves.js';
import type { OpenTrial } from '../study/trial/open-trial.js';
import { countedResult, countReports } from '../study/trial/stopped-result.js';
import type { TrialResult } from '../study/trial/trial.js';
import type { BackgroundWork } from './background-work.js';
import type { FailureBudget } from './dispatch/failure-budget.js';
import type { Quarantine } from './dispatch/quarantine.js';
import type { ResultCache } from './dispatch/result-cache.js';
import type { TrialRetries } from './dispatch/trial-retries.js';
import type { CheckpointCleanup } from './ending/checkpoint-cleanup.js';
import type { StudyPlan } from './plan/study-plan.js';
import type { Proposals } from './search/proposals.js';
import type { TrialSuggestions } from './search/trial-suggestions.js';
import type { TerminalEvent } from './search/trial-twins.js';
import type { SetAsideWarnings } from './set-aside-warnings.js';
import type { HeldFailures } from './stops/held-failures.js';
import type { Stop } from './stops/stop-ledger.js';
import type { StopOrders } from './stops/stop-orders.js';
import type { StudyCourse } from './study-course.js';

/** Who is told of what. */
export interface EventReactionsOptions {
  readonly fold: StudyFold;
  readonly plan: Pick<StudyPlan, 'objective'>;
  readonly proposals: Proposals;
  readonly suggestions: TrialSuggestions;
  readonly cache: ResultCache;
  readonly stops: StopOrders;
  readonly held: HeldFailures;
  readonly retries: TrialRetries;
  readonly budget: FailureBudget;
  readonly course: StudyCourse;
  readonly cleanup: CheckpointCleanup;
  /** null where the workers are this process's own. */
  readonly quarantine: Quarantine | null;
  readonly warnings: SetAsideWarnings;
  readonly background: BackgroundWork;
}

interface Circumstances {
  readonly isLive: boolean;
  /** Its trial had ended before it. */
  readonly wasEnded: boolean;
  /** Its trial as it was before it, if it was open. */
  readonly before: OpenTrial | undefined;
}

export class EventReactions {
  constructor(private readonly options: EventReactionsOptions) {}

  /** False for what the fold sets aside: nothing follows from it. */
  observe(logged: LoggedEvent, isLive: boolean): boolean {
    const { fold, proposals, quarantine, cleanup, warnings, stops } = this.options;
    const { event } = logged;
    const isTerminal = event.type === 'trial.finished' || (event.type === 'trial.failed' && event.final);
    const wasEnded = isTerminal && hasIndex(fold.view.ended, event.index);
    const before = 'index' in event ? fold.view.open.get(event.index) : undefined;
    if (!fold.apply(logged)) {
      warnings.tell(fold.view.setAside);
      return false;
    }
    // Before the end of the trial is told: what the sampler learns of it is what counts of it.
    const isBrought = event.type === 'trial.queued' && event.origin !== undefined;
    const stopped =
      event.type === 'trial.report' || isBrought || (isTerminal && !wasEnded)
        ? stops.consult(event, fold.view.ended.below)
        : [];
    for (const stop of stopped) proposals.stop(stop);
    proposals.observe(this.asLearnt(event, before));
    if ('index' in event) this.options.held.observe(event.index, fold.view.open.get(event.index));
    cleanup.keep(event);
    if (isLive && 'index' in event) {
      quarantine?.observe(event);
      cleanup.observe(event, before, fold.view.open.get(event.index));
    }
    this.react(event, { isLive, wasEnded, before });
    if (isLive) this.enforce(stopped);
    return true;
  }

  /** A twin of an open trial was suggested: what is decided without it. */
  skip(index: number): void {
    const { proposals, stops } = this.options;
    const stopped = stops.skip(index);
    for (const stop of stopped) proposals.stop(stop);
    this.enforce(stopped);
  }

  private enforce(stopped: readonly Stop[]): void {
    for (const { index } of stopped) this.enforceStop(index);
    for (const index of this.options.stops.takePromoted()) this.goOn(index);
  }

  private goOn(index: number): void {
    const { fold, retries } = this.options;
    const trial = fold.view.open.get(index);
    if (trial !== undefined) retries.goOn(trial);
  }

  private asLearnt(event: StudyEvent, before: OpenTrial | undefined): StudyEvent {
    if (event.type === 'trial.finished') return { ...event, result: this.learntResult(event, before) };
    if (event.type === 'trial.paused')
      return { ...event, reached: this.learntResult({ ...event, result: event.reached }, before) };
    return event;
  }

  /**
   * Where trials wait, the sampler learns of each what it was where all wait first, whatever became of it, and whether or not
   * its result was cached.
   */
  private learntResult(
    {
      index,
      result,
      curves,
    }: Pick<Extract<StudyEvent, { type: 'trial.finished' }>, 'index' | 'result' | 'curves'>,
    before: OpenTrial | undefined,
  ): TrialResult {
    const { objective } = this.options.plan;
    const epoch = this.options.stops.firstPause(index);
    if (epoch === null || result.epochs <= epoch) return countedResult(result, before, objective);
    const reports = curves === undefined ? (before?.reports ?? []) : reportsOf(curves);
    const value = countReports(reports, objective, epoch)?.metrics[objective.metric];
    return value === undefined ? result : { ...result, state: 'PRUNED', objective: value };
  }

  /** After a replay: what was decided and is not in the log, as its coordinator died over it. */
  enforceDue(): void {
    for (const index of this.options.stops.dueIndices) this.enforceStop(index);
  }

  private react(event: StudyEvent, { isLive, wasEnded, before }: Circumstances): void {
    switch (event.type) {
      case 'trial.report':
        // An order that it has not heeded is given again.
        if (isLive) this.enforceStop(event.index);
        return;
      case 'trial.stop':
        this.options.stops.heard(event.index);
        if (!isLive) return;
        this.options.retries.judgeHeld();
        this.goOn(event.index);
        return;
      case 'trial.paused':
        if (isLive) this.goOn(event.index);
        return;
      case 'trial.finished':
        if (!wasEnded) this.settle(withCurves(event, before), isLive);
        return;
      case 'trial.failed':
        if (event.final && !wasEnded) this.settle(event, isLive);
        else if (!event.final && isLive) this.retry(event.index);
        return;
      case 'study.state':
        if (isLive && this.options.course.obey(event)) this.requeueAll();
        return;
      case 'trial.started':
        if (isLive) this.enforceStop(event.index);
        return;
      default:
        return;
    }
  }

  private enforceStop(index: number): void {
    const { fold, background, stops } = this.options;
    background.add(stops.enforce(index, fold.view.open.get(index)));
  }

  private retry(index: number): void {
    const { fold, retries } = this.options;
    const trial = fold.view.open.get(index);
    if (trial !== undefined) retries.decide(trial);
  }

  /** The first terminal event of a trial. */
  private settle(event: TerminalEvent, isLive: boolean): void {
    const { budget, suggestions, cache, background, retries } = this.options;
    // A study that is resumed gets a fresh budget: a person has looked at its failures.
    if (event.type === 'trial.failed' && isLive) budget.record(event.trial, event.error);
    suggestions.remember(event);
    if (!isLive) {
      cache.remember(event);
      return;
    }
    background.add(suggestions.settleTwins(event));
    retries.judgeHeld();
  }

  private requeueAll(): void {
    const { fold, background, retries } = this.options;
    for (const trial of fold.view.open.values()) {
      if (trial.state === 'PENDING') background.add(retries.requeue(trial));
    }
  }
}

/** What it reported goes into the cache with it. */
function withCurves(
  event: Extract<TerminalEvent, { type: 'trial.finished' }>,
  open: OpenTrial | undefined,
): TerminalEvent {
  const curves = curvesOf(open?.reports ?? [], event.result.epochs);
  return curves === undefined ? event : { ...event, curves };
}
