// Deletes checkpoints that no trial will go on from: older ones than a trial keeps, all of a trial that has ended, and
// those of a worker that did not hear that it has. On a bus where workers have no right to delete.
import type { Bus } from '../bus/bus.js';
import { asSweepError } from '../errors.js';
import type { Logger } from '../log.js';
import type { StudyEvent } from '../study/events.js';
import type { OpenTrial } from '../study/open-trial.js';

/** Of what an earlier coordinator may not have deleted any more: far more than trials end while there is none. */
const REMEMBERED = 10_000;
const DELETIONS_AT_ONCE = 8;

export class CheckpointCleanup {
  private readonly deleting = new Set<Promise<void>>();
  /** Seen in the replay, the newest last. */
  private readonly missed = new Set<string>();

  constructor(
    private readonly bus: Bus,
    private readonly logger: Logger,
  ) {}

  /** `before` and `after` the event was folded in; undefined: the trial is not open. */
  observe(
    event: StudyEvent,
    before: OpenTrial | undefined,
    after: OpenTrial | undefined,
    isLive: boolean,
  ): void {
    const kept = new Set(after?.checkpoints.map(({ blob }) => blob));
    const known = before?.checkpoints.map(({ blob }) => blob) ?? [];
    if (event.type === 'trial.checkpoint') known.push(event.blob);
    for (const blob of new Set(known)) {
      if (kept.has(blob)) continue;
      if (isLive) void this.delete(blob);
      else this.remember(blob);
    }
  }

  /** After the replay: deletes, in the background, what was dropped while no coordinator lived or while it died. */
  catchUp(): void {
    const missed = this.missed.values();
    const lane = async (): Promise<void> => {
      for (const blob of missed) await this.delete(blob);
    };
    for (let count = 0; count < DELETIONS_AT_ONCE; count++) {
      const work = lane().finally(() => this.deleting.delete(work));
      this.deleting.add(work);
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.deleting);
  }

  /** One that stays costs space, nothing else. */
  private delete(blob: string): Promise<void> {
    const deletion = this.bus
      .deleteBlob(blob)
      .catch((thrown: unknown) => {
        this.logger.warn('a checkpoint could not be deleted', { blob, error: asSweepError(thrown).message });
      })
      .finally(() => this.deleting.delete(deletion));
    this.deleting.add(deletion);
    return deletion;
  }

  private remember(blob: string): void {
    this.missed.delete(blob);
    this.missed.add(blob);
    const oldest = this.missed.values().next().value;
    if (this.missed.size > REMEMBERED && oldest !== undefined) this.missed.delete(oldest);
  }
}
