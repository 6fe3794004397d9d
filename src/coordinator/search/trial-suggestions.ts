// Which index of the plan comes next, and what becomes of it: taken from the result cache, put off as the twin of a trial
// that is under way, or queued. Bounds how many are unfinished at a time.

import type { StudyFold } from '../../study/fold.js';
import { countBelow, hasIndex, indexCount } from '../../study/index-set.js';
import type { OpenTrial } from '../../study/trial/open-trial.js';
import { orphaned } from '../../study/trial/segment.js';
import type { RecentEnds } from '../dispatch/recent-ends.js';
import type { ResultCache } from '../dispatch/result-cache.js';
import { pointOf, type TrialDispatcher } from '../dispatch/trial-dispatcher.js';
import { BadPointError, type PlannedTrial } from '../plan/study-plan.js';
import type { HeldFailures } from '../stops/held-failures.js';
import type { Proposals } from './proposals.js';
import { type TerminalEvent, TrialTwins } from './trial-twins.js';

/** Trials waiting on the bus for each slot, so that a free one finds work at once. */
const UNFINISHED_PER_SLOT = 2;

export interface TrialSuggestionsOptions {
  readonly proposals: Proposals;
  /** Unfinished trials on the bus at any time, however few slots there are. */
  readonly maxUnfinished: number;
  readonly dispatcher: TrialDispatcher;
  readonly cache: ResultCache;
  readonly fold: Pick<StudyFold, 'view'>;
  readonly held: Pick<HeldFailures, 'count'>;
  /** Absent: workers are this process's own, and need not wait for its answers. */
  readonly recentEnds?: Pick<RecentEnds, 'note' | 'count'>;
  /** The trial at `index` is one that is under way: it is not judged, and those after it need not wait for it. */
  onTwin(index: number): void;
}

export class TrialSuggestions {
  private readonly twins = new TrialTwins();
  /** Open ones of the log, which recovery deals with: not suggested anew. */
  private recovered: ReadonlySet<number> = new Set();
  /** All below it have ended or were suggested; what the log knows above it is passed over when it gets there. */
  private nextIndex = 0;
  private isExhausted = false;
  private slots = 0;
  /** Ended trials whose results cannot be found yet. */
  private readonly settling = new Map<string, Promise<void>>();

  constructor(private readonly options: TrialSuggestionsOptions) {}

  /** Slots of the workers that are alive. */
  setSlots(slots: number): void {
    this.slots = slots;
  }

  /** After a replay: the indices that the log does not know are the next ones, and its open trials have twins to come. */
  recover(openTrials: readonly OpenTrial[]): void {
    this.nextIndex = this.options.fold.view.ended.below;
    this.recovered = new Set(openTrials.map(({ index }) => index));
    for (const { trial } of openTrials) this.twins.reopen(trial);
  }

  /** Every index has ended and no other will come. */
  get isDone(): boolean {
    return this.isExhausted && indexCount(this.options.fold.view.ended) >= this.nextIndex;
  }

  /** Suggests as many as there is room for, as long as `mayGoOn`. */
  async suggestMore(mayGoOn: () => boolean): Promise<void> {
    const batch: Promise<void>[] = [];
    try {
      while (mayGoOn() && this.hasRoom()) {
        const index = this.nextIndex++;
        if (this.isKnown(index)) continue;
        const suggested = this.suggest(index);
        if (suggested === null) {
          this.nextIndex = index;
          this.isExhausted = true;
          break;
        }
        batch.push(suggested);
      }
    } finally {
      // Together, so that a bus that syncs its log can do it once for all of them; all of them, as none may append to the
      // log of a study that was given back.
      await Promise.allSettled(batch);
    }
    await Promise.all(batch);
  }

  /** The first terminal event of a trial, replayed or not. */
  remember(event: TerminalEvent): void {
    this.twins.remember(event);
  }

  /** The trial stays among the open ones until its result can be found: a twin that came in between would be lost. */
  async settleTwins(event: TerminalEvent): Promise<void> {
    const { cache, dispatcher, recentEnds } = this.options;
    recentEnds?.note();
    const written = cache.write(event);
    this.settling.set(event.trial, written);
    await written.finally(() => this.settling.delete(event.trial));
    const twins = this.twins.release(event.trial);
    await Promise.all(twins.map(({ index, planned }) => dispatcher.appendEnd(index, planned, event)));
  }

  private isKnown(index: number): boolean {
    const { ended, open } = this.options.fold.view;
    return this.recovered.has(index) || hasIndex(ended, index) || open.get(index)?.isQueued === true;
  }

  private hasRoom(): boolean {
    if (!this.options.proposals.isReady(this.nextIndex)) return false;
    if (this.isExhausted) return false;
    const { maxUnfinished, recentEnds } = this.options;
    const bound = Math.max(maxUnfinished, this.slots * UNFINISHED_PER_SLOT) + (recentEnds?.count ?? 0);
    const { ended, indexBound } = this.options.fold.view;
    const endedSoFar = indexBound <= this.nextIndex ? indexCount(ended) : countBelow(ended, this.nextIndex);
    return this.nextIndex - endedSoFar - this.options.held.count < bound;
  }

  /** null past the end. A bad point is the end of its trial alone. */
  private suggest(index: number): Promise<void> | null {
    const { proposals, dispatcher } = this.options;
    try {
      const planned = proposals.at(index);
      return planned === null ? null : this.dispatch(index, planned);
    } catch (thrown) {
      if (!(thrown instanceof BadPointError)) throw thrown;
      return dispatcher.appendFailed(index, thrown.point, thrown.toWire());
    }
  }

  private async dispatch(index: number, planned: PlannedTrial): Promise<void> {
    const { cache, dispatcher } = this.options;
    const admission = this.twins.admit(index, planned);
    if (admission.type === 'waits') return this.options.onTwin(index);
    if (admission.type === 'ended') return dispatcher.appendEnd(index, planned, admission.event);
    const cached = await cache.read(planned);
    const reason = this.options.proposals.reasonFor(index);
    if (cached !== null) return dispatcher.appendCached(index, planned, cached, reason);
    const from = planned.config.kind === 'train' ? planned.config.from : undefined;
    if (from !== undefined) await this.settling.get(from.trial);
    const origin = await cache.findOrigin(planned);
    if (origin === null && from !== undefined)
      return dispatcher.appendFailed(index, pointOf(planned), orphaned(from).toWire());
    await dispatcher.queueFirst(index, planned, origin, reason);
  }
}
