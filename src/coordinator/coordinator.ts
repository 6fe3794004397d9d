// The loop of a study: suggest → result cache or queue → fold what happens → scheduler, retries → end.
// Knows no worker and no engine: it hears of both through the event log only. Opening and ending a study is open-study.ts,
// pauses, stops and ends are study-course.ts, what follows from an event is event-reactions.ts,
// and the parts that do the work are put together in coordinator-parts.ts.
//
// A coordinator:  replaying ──▶ recovering ──▶ running ──▶ ended          (an index in the course of it:)
//   suggested ─┬─▶ queued (event, then message) ──▶ started ⇄ given back, or failed and tried again ──▶ ended
//              ├─▶ ended  (event only: its result is cached)
//              └─▶ a twin (no event: the same trial as one that is open) ──▶ ended as that one
// A crash between any two steps is made good by recover(), as all it needs is in the log.
import type { Bus, WorkerInfo } from '../bus/bus.js';
import type { LoggedEvent, StudyEvent } from '../study/events.js';
import type { StudyView } from '../study/study-view.js';
import { assembleParts, type CoordinatorOptions, type CoordinatorParts } from './coordinator-parts.js';
import type { StudyEnd } from './study-course.js';
import type { StudyWatcher } from './study-watcher.js';

export class Coordinator {
  private readonly parts: CoordinatorParts;
  private readonly stopFollowing = new AbortController();
  /** Aborts when nothing is to be waited for any more. */
  private readonly impatience = new AbortController();
  /** From `run` on. */
  private watcher: StudyWatcher = {};

  constructor(options: CoordinatorOptions) {
    this.parts = assembleParts(options, this.impatience.signal);
  }

  /** The bus with its slips made good. */
  get bus(): Bus {
    return this.parts.bus;
  }

  /** Live: changes as events come in. */
  get view(): StudyView {
    return this.parts.fold.view;
  }

  /** Ends at once; what other nodes hold of it is void. */
  cancel(reason: string): void {
    this.parts.course.finish({ state: 'cancelled', reason });
    this.impatience.abort();
  }

  /** Suggests nothing more and ends as interrupted; trials in hand are the worker's to give back. */
  interrupt(reason: string): void {
    this.parts.course.finish({ state: 'interrupted', reason });
    this.impatience.abort();
  }

  /**
   * Replays the log, makes good what a crash left, and runs to the study's end; `onReplayed` is awaited after the replay.
   * `watcher` hears of it, and of what `catchUp` finds afterwards. Throws LEASE_LOST and what the bus throws.
   */
  async run(watcher: StudyWatcher = {}, onReplayed: () => Promise<void> = async () => {}): Promise<StudyEnd> {
    const { bus, study, background, bell, cleanup, clearing, course, reconciler, suggestions } = this.parts;
    this.watcher = watcher;
    // Looked up before the replay: what is gone from the queue by then has its end in the log.
    // A queue in this process has nothing left.
    const pending = bus.hasRemoteWorkers ? await bus.listPending(study) : new Set<string>();
    await this.catchUp();
    await onReplayed();
    const cancelTimeLimit = course.startTimeLimit();
    let following: Promise<void> | null = null;
    try {
      await this.recover(pending);
      background.add(cleanup.sweep());
      reconciler?.start((live) => this.meetWorkers(live));
      following = this.follow();
      while (course.end === null && !background.hasFailed) {
        await suggestions.suggestMore(() => course.maySuggest);
        await clearing.clearIfWanted();
        course.checkEnd(suggestions.isDone);
        await bell.wait();
      }
    } finally {
      this.stopFollowing.abort();
      cancelTimeLimit();
      await reconciler?.close();
      await following;
      await this.settle();
    }
    background.throwIfFailed();
    return course.end ?? { state: 'interrupted', reason: null };
  }

  /** Folds in all that the log holds by now; of what came while nobody followed, only the result cache hears. */
  async catchUp(): Promise<StudyView> {
    for await (const logged of this.parts.log.unread()) this.observe(logged, false);
    await this.parts.cache.writeRemembered();
    return this.view;
  }

  /** After `run` and after the workers stood still: nothing that belongs to an ended trial stays on the bus. */
  sweepCheckpoints(): Promise<void> {
    return this.parts.cleanup.sweep();
  }

  /** Appends an event of the study in this coordinator's name. */
  append(event: StudyEvent): Promise<number> {
    return this.parts.lease.append(event);
  }

  private async follow(): Promise<void> {
    const { log, bell, background } = this.parts;
    const { signal } = this.stopFollowing;
    try {
      for await (const logged of log.follow(signal)) {
        this.observe(logged, true);
        bell.ring();
      }
    } catch (thrown) {
      if (!signal.aborted) background.fail(thrown);
    }
  }

  private observe(logged: LoggedEvent, isLive: boolean): void {
    if (this.parts.reactions.observe(logged, isLive)) this.watcher.onEvent?.(logged, this.view);
  }

  private meetWorkers(live: readonly WorkerInfo[]): void {
    const slots = live.reduce((sum, info) => sum + (info.state === 'up' ? info.slots : 0), 0);
    this.parts.suggestions.setSlots(slots);
    this.watcher.onWorkers?.(live);
    this.parts.bell.ring();
  }

  /** After the replay: what the log leaves open goes on. */
  private async recover(pending: ReadonlySet<string>): Promise<void> {
    const open = [...this.view.open.values()];
    this.parts.suggestions.recover(open);
    this.parts.reactions.enforceDue();
    await this.parts.retries.recover(open, pending);
  }

  /** After all that arms their timers: nothing is under way when it resolves. */
  private async settle(): Promise<void> {
    const { retries, clearing, background, quarantine, cleanup } = this.parts;
    retries.close();
    clearing.forget();
    await background.settled();
    await quarantine?.close();
    await cleanup.close();
  }
}
