// What a coordinator does about each event of its study, beyond folding it in: the proposals and the scheduler hear of it,
// a stop is enforced, a failure retried, an end settled. Replayed events are only taken note of; live ones are acted on.
import type { LoggedEvent, StudyEvent } from '../study/events.js';
import type { StudyFold } from '../study/fold.js';
import { hasIndex } from '../study/index-set.js';
import { countedResult } from '../study/stopped-result.js';
import type { BackgroundWork } from './background-work.js';
import type { CheckpointCleanup } from './checkpoint-cleanup.js';
import type { FailureBudget } from './failure-budget.js';
import type { StudyPlan } from './plan/study-plan.js';
import type { Proposals } from './proposals.js';
import type { Quarantine } from './quarantine.js';
import type { ResultCache } from './result-cache.js';
import type { SetAsideWarnings } from './set-aside-warnings.js';
import type { StopOrders } from './stop-orders.js';
import type { StudyCourse } from './study-course.js';
import type { TrialRetries } from './trial-retries.js';
import type { TrialSuggestions } from './trial-suggestions.js';
import type { TerminalEvent } from './trial-twins.js';

/** Who is told of what. */
export interface EventReactionsOptions {
  readonly fold: StudyFold;
  readonly plan: Pick<StudyPlan, 'objective'>;
  readonly proposals: Proposals;
  readonly suggestions: TrialSuggestions;
  readonly cache: ResultCache;
  readonly stops: StopOrders;
  readonly retries: TrialRetries;
  readonly budget: FailureBudget;
  readonly course: StudyCourse;
  readonly cleanup: CheckpointCleanup;
  /** null where the workers are this process's own. */
  readonly quarantine: Quarantine | null;
  readonly warnings: SetAsideWarnings;
  readonly background: BackgroundWork;
}

export class EventReactions {
  constructor(private readonly options: EventReactionsOptions) {}

  /** False for what the fold sets aside: nothing follows from it. */
  observe(logged: LoggedEvent, isLive: boolean): boolean {
    const { fold, plan, proposals, quarantine, cleanup, warnings } = this.options;
    const { event } = logged;
    const isTerminal = event.type === 'trial.finished' || (event.type === 'trial.failed' && event.final);
    const wasEnded = isTerminal && hasIndex(fold.view.ended, event.index);
    const before = 'index' in event ? fold.view.open.get(event.index) : undefined;
    if (!fold.apply(logged)) {
      warnings.tell(fold.view.setAside);
      return false;
    }
    proposals.observe(
      event.type === 'trial.finished'
        ? { ...event, result: countedResult(event.result, before, plan.objective) }
        : event,
    );
    if (isLive && 'index' in event) {
      quarantine?.observe(event);
      cleanup.observe(event, before, fold.view.open.get(event.index));
    }
    this.react(event, isLive, wasEnded);
    return true;
  }

  private react(event: StudyEvent, isLive: boolean, wasEnded: boolean): void {
    switch (event.type) {
      case 'trial.report':
        this.consult(event, isLive);
        return;
      case 'trial.finished':
        if (!wasEnded) this.settle(event, isLive);
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

  /** One fact may stop several trials; an order that this trial has not heeded is given again. */
  private consult(event: Parameters<StopOrders['consult']>[0], isLive: boolean): void {
    const indices = new Set([...this.options.stops.consult(event), event.index]);
    if (isLive) for (const index of indices) this.enforceStop(index);
  }

  private enforceStop(index: number): void {
    const { fold, background, stops } = this.options;
    const trial = fold.view.open.get(index);
    if (trial !== undefined) background.add(stops.enforce(trial));
  }

  private retry(index: number): void {
    const { fold, retries } = this.options;
    const trial = fold.view.open.get(index);
    if (trial !== undefined) retries.decide(trial);
  }

  /** The first terminal event of a trial. */
  private settle(event: TerminalEvent, isLive: boolean): void {
    const { stops, budget, suggestions, cache, background } = this.options;
    stops.forget(event.index);
    this.consult(event, isLive);
    // A study that is resumed gets a fresh budget: a person has looked at its failures.
    if (event.type === 'trial.failed' && isLive) budget.record(event.trial, event.error);
    suggestions.remember(event);
    if (isLive) background.add(suggestions.settleTwins(event));
    else cache.remember(event);
  }

  private requeueAll(): void {
    const { fold, background, retries } = this.options;
    for (const trial of fold.view.open.values()) {
      if (trial.state === 'PENDING') background.add(retries.requeue(trial));
    }
  }
}
