// The loop of a study: suggest → result cache or queue → fold what happens → scheduler, retries → end.
// Knows no worker and no engine: it hears of both through the event log only. Opening and ending a study is open-study.ts,
// pauses, stops and ends are study-course.ts.
//
// A coordinator:  replaying ──▶ recovering ──▶ running ──▶ ended          (an index in the course of it:)
//   suggested ─┬─▶ queued (event, then message) ──▶ started ⇄ given back, or failed and tried again ──▶ ended
//              ├─▶ ended  (event only: its result is cached)
//              └─▶ a twin (no event: the same trial as one that is open) ──▶ ended as that one
// A crash between any two steps is made good by recover(), as all it needs is in the log.
import type { Bus, Lease, WorkerInfo } from '../bus/bus.js';
import { SweepError } from '../errors.js';
import type { Logger } from '../log.js';
import { curvesOf } from '../study/curves.js';
import type { LoggedEvent, StudyEvent } from '../study/events.js';
import { StudyFold } from '../study/fold.js';
import { hasIndex } from '../study/index-set.js';
import type { OpenTrial } from '../study/open-trial.js';
import { countedResult } from '../study/stopped-result.js';
import type { StudyView } from '../study/study-view.js';
import { BackgroundWork } from './background-work.js';
import { Bell } from './bell.js';
import { CheckpointCleanup } from './checkpoint-cleanup.js';
import type { Clock } from './clock.js';
import { FailureBudget } from './failure-budget.js';
import type { StudyPlan } from './plan/study-plan.js';
import { Proposals } from './proposals.js';
import { Quarantine } from './quarantine.js';
import { QueueClearing } from './queue-clearing.js';
import { Reconciler } from './reconciler.js';
import { ResultCache } from './result-cache.js';
import { SetAsideWarnings } from './set-aside-warnings.js';
import { steadyBus } from './steady-bus.js';
import { StopOrders } from './stop-orders.js';
import { StudyCourse, type StudyEnd } from './study-course.js';
import { TrialDispatcher } from './trial-dispatcher.js';
import { TrialRetries } from './trial-retries.js';
import { TrialSuggestions } from './trial-suggestions.js';
import type { TerminalEvent } from './trial-twins.js';

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
  /** Blob of the dataset's metadata, where workers may need it. */
  readonly datasetMetadata?: string | undefined;
  /** The workers that are alive, every few seconds, where they are not the coordinator's own. */
  onWorkers?(live: readonly WorkerInfo[]): void;
  /** After each event was folded in. */
  onEvent(logged: LoggedEvent, view: StudyView): void;
}

export class Coordinator {
  private readonly fold = new StudyFold();
  private readonly budget: FailureBudget;
  private readonly dispatcher: TrialDispatcher;
  private readonly stops: StopOrders;
  private readonly cache: ResultCache;
  private readonly proposals: Proposals;
  private readonly suggestions: TrialSuggestions;
  private readonly clearing: QueueClearing;
  private readonly stopFollowing = new AbortController();
  /** null where the workers are this process's own. */
  private readonly quarantine: Quarantine | null;
  private readonly cleanup: CheckpointCleanup;
  private readonly retries: TrialRetries;
  private readonly course: StudyCourse;
  private readonly background: BackgroundWork;
  private readonly bell = new Bell();
  private readonly warnings: SetAsideWarnings;
  /** Aborts when nothing is to be waited for any more. */
  private readonly impatience = new AbortController();
  private readonly options: CoordinatorOptions;

  constructor(given: CoordinatorOptions) {
    const { logger } = given;
    const options = { ...given, bus: steadyBus(given.bus, { logger, signal: this.impatience.signal }) };
    this.options = options;
    this.budget = new FailureBudget(options.plan.limits.maxFailures);
    this.dispatcher = new TrialDispatcher(options);
    this.warnings = new SetAsideWarnings(options.logger);
    this.cache = new ResultCache(options);
    this.proposals = new Proposals(options.plan);
    this.suggestions = new TrialSuggestions({
      ...options,
      proposals: this.proposals,
      dispatcher: this.dispatcher,
      cache: this.cache,
      view: () => this.view,
    });
    this.background = new BackgroundWork({ ...options, onFailure: () => this.bell.ring() });
    this.clearing = new QueueClearing({ ...options, onDone: () => this.bell.ring() });
    this.course = new StudyCourse({
      ...options,
      budget: this.budget,
      clearing: this.clearing,
      view: () => this.view,
      isDone: () => this.suggestions.isDone,
      onChange: () => this.bell.ring(),
      onGoOn: () => this.requeueAll(),
    });
    this.stops = new StopOrders(options);
    this.retries = new TrialRetries({
      ...options,
      proposals: this.proposals,
      dispatcher: this.dispatcher,
      isHeld: () => this.course.isHeld,
      run: (work) => this.background.add(work),
    });
    this.quarantine = options.ownsWorkers ? null : new Quarantine(options);
    this.cleanup = new CheckpointCleanup({ ...options, openTrials: () => this.view.open.values() });
  }

  /** The bus with its slips made good. */
  get bus(): Bus {
    return this.options.bus;
  }

  /** Live: changes as events come in. */
  get view(): StudyView {
    return this.fold.view;
  }

  /** Ends at once; what other nodes hold of it is void. */
  cancel(reason: string): void {
    this.course.finish({ state: 'cancelled', reason });
    this.impatience.abort();
  }

  /** Suggests nothing more and ends as interrupted; trials in hand are the worker's to give back. */
  interrupt(reason: string): void {
    this.course.finish({ state: 'interrupted', reason });
    this.impatience.abort();
  }

  /**
   * Replays the log, makes good what a crash left, and runs to the study's end. `onReplayed` is awaited between the two.
   * Throws LEASE_LOST and what the bus throws.
   */
  async run(onReplayed: (view: StudyView) => Promise<void> = async () => {}): Promise<StudyEnd> {
    // Looked up before the replay: what is gone from the queue by then has its end in the log.
    // Of a queue in this process nothing is left.
    const { bus, study, ownsWorkers } = this.options;
    const pending = ownsWorkers ? new Set<string>() : await bus.listPending(study);
    await this.catchUp();
    await onReplayed(this.view);
    const cancelTimeLimit = this.course.startTimeLimit();
    let reconciler: Reconciler | null = null;
    let following: Promise<void> | null = null;
    try {
      await this.recover(pending);
      this.background.add(this.cleanup.sweep());
      if (this.quarantine !== null) reconciler = this.startReconciler(this.quarantine);
      following = this.follow();
      while (this.course.end === null && !this.background.hasFailed) {
        await this.suggestions.suggestMore(() => this.course.maySuggest);
        await this.clearing.clearIfWanted();
        this.course.checkEnd();
        await this.bell.wait();
      }
    } finally {
      this.stopFollowing.abort();
      cancelTimeLimit();
      await reconciler?.close();
      await following;
      // After all that arms their timers.
      this.retries.close();
      this.clearing.forget();
      await this.background.settled();
      await this.quarantine?.close();
      await this.cleanup.close();
    }
    this.background.throwIfFailed();
    return this.course.end ?? { state: 'interrupted', reason: null };
  }

  /** Folds in all that the log holds by now; of what came while nobody followed, only the result cache hears. */
  async catchUp(): Promise<StudyView> {
    const { bus, study } = this.options;
    const from = this.view.lastSeq + 1;
    for await (const logged of bus.events(study, { from })) {
      this.observe(logged, false);
    }
    await this.cache.writeRemembered();
    return this.view;
  }

  /** After `run` and after the workers stood still: nothing that belongs to an ended trial stays on the bus. */
  sweepCheckpoints(): Promise<void> {
    return this.cleanup.sweep();
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
        this.bell.ring();
      }
      if (!signal.aborted) throw this.logIsGone();
    } catch (thrown) {
      if (!signal.aborted) this.background.fail(thrown);
    }
  }

  private logIsGone(): SweepError {
    const { bus, study } = this.options;
    return new SweepError('STUDY_NOT_FOUND', `study ${study} was removed from ${bus.place} while it ran`, {
      hint: 'what it had computed is gone with it, unless you put its files back; to compute it again, start its sweep file',
    });
  }

  private observe(logged: LoggedEvent, isLive: boolean): void {
    const { event } = logged;
    const isTerminal = event.type === 'trial.finished' || (event.type === 'trial.failed' && event.final);
    const wasEnded = isTerminal && hasIndex(this.view.ended, event.index);
    const before = 'index' in event ? this.view.open.get(event.index) : undefined;
    if (!this.fold.apply(logged)) {
      this.warnings.tell(this.view.setAside);
      return;
    }
    // Before the end of the trial is told: what the sampler learns of it is what counts of it.
    const stopped =
      event.type === 'trial.report' || (isTerminal && !wasEnded)
        ? this.stops.consult(event, this.view.ended.below)
        : [];
    for (const stop of stopped) this.proposals.stop(stop);
    this.proposals.observe(
      event.type === 'trial.finished'
        ? { ...event, result: countedResult(event.result, before, this.options.plan.objective) }
        : event,
    );
    if (isLive && 'index' in event) {
      this.quarantine?.observe(event);
      this.cleanup.observe(event, before, this.view.open.get(event.index));
    }
    switch (event.type) {
      case 'trial.report':
        // An order that it has not heeded is given again.
        if (isLive) this.enforceStop(event.index);
        break;
      case 'trial.stop':
        this.stops.heard(event.index);
        break;
      case 'trial.finished':
        if (!wasEnded) this.settle(withCurves(event, before), isLive);
        break;
      case 'trial.failed':
        if (event.final && !wasEnded) this.settle(event, isLive);
        else if (!event.final && isLive) this.retry(event.index);
        break;
      case 'study.state':
        if (isLive) this.course.obey(event);
        break;
      case 'trial.started':
        if (isLive) this.enforceStop(event.index);
        break;
      default:
        break;
    }
    if (isLive) for (const { index } of stopped) this.enforceStop(index);
    this.options.onEvent(logged, this.view);
  }

  private enforceStop(index: number): void {
    this.background.add(this.stops.enforce(index, this.view.open.get(index)));
  }

  private retry(index: number): void {
    const trial = this.view.open.get(index);
    if (trial !== undefined) this.retries.decide(trial);
  }

  /** The first terminal event of a trial. */
  private settle(event: TerminalEvent, isLive: boolean): void {
    // A study that is resumed gets a fresh budget: a person has looked at its failures.
    if (event.type === 'trial.failed' && isLive) this.budget.record(event.trial, event.error);
    this.suggestions.remember(event);
    if (isLive) this.background.add(this.suggestions.settleTwins(event));
    else this.cache.remember(event);
  }

  private requeueAll(): void {
    for (const trial of this.view.open.values()) {
      if (trial.state === 'PENDING') this.background.add(this.retries.requeue(trial));
    }
  }

  private startReconciler(quarantine: Quarantine): Reconciler {
    return new Reconciler({
      ...this.options,
      retries: this.retries,
      quarantine,
      view: () => this.view,
      isHeld: () => this.course.isHeld,
      onWorkers: (live) => {
        this.suggestions.setSlots(
          live.reduce((sum, { slots, state }) => sum + (state === 'up' ? slots : 0), 0),
        );
        this.options.onWorkers?.(live);
        this.bell.ring();
      },
    });
  }

  /** After the replay: what the log leaves open goes on. */
  private async recover(pending: ReadonlySet<string>): Promise<void> {
    const open = [...this.view.open.values()];
    this.suggestions.recover(open);
    for (const index of this.stops.dueIndices) this.enforceStop(index);
    await this.retries.recover(open, pending);
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
