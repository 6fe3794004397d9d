// Takes a paused or stopping study's trials off the queue, between two suggestions and never during one.
//
//   none ──want()──▶ wanted ──clearIfWanted()──▶ settling ──STOP_GRACE_MS──▶ done
//      a queue that cannot be cleared: settling ──STOP_GRACE_MS──▶ wanted
//
// want() and forget() lead out of every state, and take the wait of an earlier clearing back.
import type { TrialQueue } from '../../bus/bus.js';
import { asSweepError } from '../../errors.js';
import type { Logger } from '../../log.js';
import type { Bell } from '../bell.js';
import type { Clock } from '../clock.js';

/** A trial that was handed out just before the queue was cleared shows itself within this time. */
const STOP_GRACE_MS = 1_000;

export interface QueueClearingOptions {
  readonly bus: TrialQueue;
  readonly study: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Rung when it is done, or to be tried again. */
  readonly bell: Pick<Bell, 'ring'>;
}

export class QueueClearing {
  private state: 'none' | 'wanted' | 'settling' | 'done' = 'none';
  private cancelGrace: () => void = () => {};

  constructor(private readonly options: QueueClearingOptions) {}

  /** Whatever runs now was on its way before: nothing more will start. */
  get isDone(): boolean {
    return this.state === 'done';
  }

  want(): void {
    this.cancelGrace();
    this.state = 'wanted';
  }

  forget(): void {
    this.cancelGrace();
    this.state = 'none';
  }

  async clearIfWanted(): Promise<void> {
    if (this.state !== 'wanted') return;
    const { bus, study, clock, logger, bell } = this.options;
    this.state = 'settling';
    let next: 'done' | 'wanted' = 'done';
    try {
      await bus.clearTrials(study);
    } catch (thrown) {
      logger.warn('the queue could not be cleared, trying again', { error: asSweepError(thrown).message });
      next = 'wanted';
    }
    if (this.state !== 'settling') return;
    this.cancelGrace = clock.after(STOP_GRACE_MS, () => {
      this.state = next;
      bell.ring();
    });
  }
}
