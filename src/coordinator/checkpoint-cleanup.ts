// Deletes checkpoints that no trial will go on from: older ones than a trial keeps, all of a trial that has ended, and
// those of a worker that did not hear that it has. On a bus where workers have no right to delete.
import type { Bus } from '../bus/bus.js';
import { asSweepError } from '../errors.js';
import type { Logger } from '../log.js';
import type { StudyEvent } from '../study/events.js';
import type { OpenTrial } from '../study/open-trial.js';

export class CheckpointCleanup {
  private readonly deleting = new Set<Promise<void>>();

  constructor(
    private readonly bus: Bus,
    private readonly logger: Logger,
  ) {}

  /** `before` and `after` the event was folded in; undefined: the trial is not open. */
  observe(event: StudyEvent, before: OpenTrial | undefined, after: OpenTrial | undefined): void {
    const kept = new Set(after?.checkpoints.map(({ blob }) => blob));
    const known = before?.checkpoints.map(({ blob }) => blob) ?? [];
    if (event.type === 'trial.checkpoint') known.push(event.blob);
    for (const blob of new Set(known)) if (!kept.has(blob)) this.delete(blob);
  }

  async close(): Promise<void> {
    await Promise.all(this.deleting);
  }

  /** One that stays costs space, nothing else. */
  private delete(blob: string): void {
    const deletion = this.bus
      .deleteBlob(blob)
      .catch((thrown: unknown) => {
        this.logger.warn('a checkpoint could not be deleted', { blob, error: asSweepError(thrown).message });
      })
      .finally(() => this.deleting.delete(deletion));
    this.deleting.add(deletion);
  }
}
