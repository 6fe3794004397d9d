// Which trials a node does not take, and how it gives them back: of another version or engine, without their dataset, of a
// study that was just cancelled.
import type { Delivery, EventLog, TrialMessage } from '../../src/bus/bus.js';
import type { RefusalCause } from '../../src/study/events.js';
import { runnerOf } from '../runners/registry.js';
import { type Patience, withPatience } from './bus-retry.js';
import type { WorkerIdentity } from './node-presence.js';
import type { ProgramCache } from './program-cache.js';
import { findEnding } from './study-ending.js';

/** A trial this node may not run goes back for this long, so that it is not offered to it again at once. */
export const GIVE_BACK_MS = 15_000;
/** A trial of a study that was just cancelled may still be on its way: longer than any delivery takes. */
const CANCEL_ECHO_MS = 30_000;
/** A refusal is recorded again after this long: a coordinator that came back meanwhile has not seen the first as news. */
const REFUSAL_REPEAT_MS = 60_000;

export interface TrialRefusalsOptions {
  readonly bus: EventLog;
  readonly identity: WorkerIdentity;
  /** Absent: this node runs no programs of studies. */
  readonly programs?: ProgramCache;
  readonly patience: Patience;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
}

export class TrialRefusals {
  /** Until when trials of a cancelled study are taken off the queue. */
  private readonly cancelled = new Map<string, number>();
  /** When a refusal was last recorded, by study and trial. */
  private readonly recorded = new Map<string, number>();

  constructor(private readonly options: TrialRefusalsOptions) {}

  cancel(study: string): void {
    this.cancelled.set(study, this.options.now() + CANCEL_ECHO_MS);
  }

  /** A cancelled study that goes on again wants its trials. Costs nothing for all other studies. */
  async forgetResumed(study: string): Promise<void> {
    if (!this.cancelled.has(study)) return;
    const { bus, patience } = this.options;
    const story = await withPatience(() => bus.studyEvents(study), patience);
    if (story.length > 0 && findEnding(story) === null) this.cancelled.delete(study);
  }

  /** Deals with a trial that this node may not run now; null when it may. */
  refuse(delivery: Delivery): Promise<void> | null {
    const { message } = delivery;
    const { now, patience } = this.options;
    if ((this.cancelled.get(message.study) ?? 0) > now())
      return withPatience(() => delivery.term(), patience);
    const mismatch = this.findMismatch(message);
    return mismatch === null ? null : this.giveBack(delivery, 'mismatch', mismatch);
  }

  /** Recorded once in a while per trial: one that nobody can run is offered again and again. */
  async giveBack(delivery: Delivery, cause: RefusalCause, reason: string): Promise<void> {
    const { bus, identity, patience, now } = this.options;
    const { study, trial, index, attempt } = delivery.message;
    const key = `${study}/${trial}`;
    const nowMs = now();
    this.forgetOld(nowMs);
    if (!this.recorded.has(key)) {
      this.recorded.set(key, nowMs);
      const event = {
        type: 'trial.returned',
        trial,
        index,
        attempt,
        worker: identity.worker,
        reason,
        cause,
      } as const;
      await withPatience(() => bus.append(study, event), patience);
    }
    await withPatience(() => delivery.nak(GIVE_BACK_MS), patience);
  }

  /** In the order of recording: the rest is younger. */
  private forgetOld(nowMs: number): void {
    for (const [key, recordedMs] of this.recorded) {
      if (nowMs - recordedMs <= REFUSAL_REPEAT_MS) return;
      this.recorded.delete(key);
    }
  }

  private findMismatch(message: TrialMessage): string | null {
    const { version, engine, numericsVersion } = this.options.identity;
    if (message.version !== version) return `needs version ${message.version}, this worker has ${version}`;
    if (message.engine !== 'any' && message.engine !== engine) {
      return `needs engine ${message.engine}, this worker has ${engine}; "engine": "any" in the sweep file takes both`;
    }
    if (message.engine !== 'any' && message.numericsVersion !== numericsVersion) {
      return `needs numerics ${message.numericsVersion}, this worker has ${numericsVersion}`;
    }
    const program = runnerOf(message.config).programOf(message.config);
    if (program !== null && this.options.programs?.allows(program) !== true)
      return `runs ${program}, which this worker does not: sweep worker --allow-commands ${program}`;
    return null;
  }
}
