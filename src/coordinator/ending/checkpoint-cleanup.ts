// Deletes checkpoints that no trial will go on from: older ones than a trial keeps, and all that a trial owns once it has
// ended. What it ended in has another owner, and is kept as long as its study: longer trainings go on from it. What a worker stored without living to record it is found by its owner (`sweep`), when the study is opened and
// before its end is recorded; of an open trial it is left alone, as its event may be on the way.
import type { BlobStore } from '../../bus/bus.js';
import { asSweepError } from '../../errors.js';
import type { Logger } from '../../log.js';
import type { StudyEvent } from '../../study/events.js';
import type { StudyFold } from '../../study/fold.js';
import { finalStateOwner, trialOfFinalState } from '../../study/trial/final-state.js';
import type { OpenTrial } from '../../study/trial/open-trial.js';

const DELETIONS_AT_ONCE = 8;

export interface CheckpointCleanupOptions {
  readonly bus: BlobStore;
  readonly study: string;
  readonly logger: Logger;
  readonly fold: Pick<StudyFold, 'view'>;
}

export class CheckpointCleanup {
  private readonly deleting = new Set<Promise<void>>();
  /** The owners of final states that the log tells of: those stay. Some hundred bytes a trial. */
  private readonly kept = new Set<string>();

  constructor(private readonly options: CheckpointCleanupOptions) {}

  /** Of every event, replayed ones too: the final states that it refers to. */
  keep(event: StudyEvent): void {
    const { study } = this.options;
    if (event.type === 'trial.finished' && event.state !== undefined && !event.cached)
      this.kept.add(finalStateOwner(study, event.trial, event.state).trial);
    if (event.type === 'trial.queued' && event.origin?.owner.study === study)
      this.kept.add(event.origin.owner.trial);
  }

  /** `before` and `after` a new event was folded in; undefined: the trial is not open. */
  observe(event: StudyEvent, before: OpenTrial | undefined, after: OpenTrial | undefined): void {
    // What another owns is not the trial's to delete.
    const own = before?.checkpoints.filter(({ owner }) => owner === undefined) ?? [];
    const known = own.map(({ blob }) => blob);
    if (event.type === 'trial.checkpoint') known.push(event.blob);
    if (known.length === 0 || !('trial' in event)) return;
    const { trial } = event;
    if (after === undefined) {
      if (!this.isOpen(trial)) void this.deleteOf(trial);
      return;
    }
    const kept = new Set(after.checkpoints.map(({ blob }) => blob));
    const { bus, study } = this.options;
    for (const blob of new Set(known)) {
      if (!kept.has(blob)) void this.track(trial, () => bus.deleteBlob(blob, { study, trial }));
    }
  }

  /** Deletes what ended trials own. A server that is away is not waited for: the next sweep finds the same. */
  async sweep(): Promise<void> {
    const { bus, study, logger } = this.options;
    let owners: Iterator<string>;
    try {
      owners = (await bus.listBlobOwners(study)).values();
    } catch (thrown) {
      logger.warn('checkpoints left behind cannot be listed', { error: asSweepError(thrown).message });
      return;
    }
    const lane = async (): Promise<void> => {
      for (let next = owners.next(); next.done !== true; next = owners.next()) {
        if (!this.isNeeded(next.value)) await this.deleteOf(next.value);
      }
    };
    await Promise.all(Array.from({ length: DELETIONS_AT_ONCE }, lane));
  }

  async close(): Promise<void> {
    await Promise.all(this.deleting);
  }

  /** Of a final state that is stored its event may be on the way, as long as its trial is open. */
  private isNeeded(owner: string): boolean {
    const ended = trialOfFinalState(owner);
    return ended === null ? this.isOpen(owner) : this.kept.has(owner) || this.isOpen(ended);
  }

  /** By its id: one of its twins may have ended while another is under way. */
  private isOpen(trial: string): boolean {
    for (const open of this.options.fold.view.open.values()) if (open.trial === trial) return true;
    return false;
  }

  private deleteOf(trial: string): Promise<void> {
    const { bus, study } = this.options;
    return this.track(trial, () => bus.deleteBlobsOf({ study, trial }));
  }

  /** One that stays costs space, nothing else. */
  private track(trial: string, work: () => Promise<void>): Promise<void> {
    const deletion = Promise.resolve()
      .then(work)
      .catch((thrown: unknown) => {
        const error = asSweepError(thrown).message;
        this.options.logger.warn('checkpoints could not be deleted', { trial, error });
      })
      .finally(() => this.deleting.delete(deletion));
    this.deleting.add(deletion);
    return deletion;
  }
}
