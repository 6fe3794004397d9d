// Tells a bad machine to take no more trials: at once when its failures show, as it fails trials as fast as it can pull
// them, and again at every look until its heartbeat says that it has heard. Which machine is bad is worker-health.ts.
import type { ControlChannel, WorkerInfo } from '../../bus/bus.js';
import { asSweepError } from '../../errors.js';
import type { Logger } from '../../log.js';
import type { StudyEvent } from '../../study/events.js';
import { WorkerHealth } from './worker-health.js';

export interface QuarantineOptions {
  readonly bus: ControlChannel;
  readonly logger: Logger;
}

export class Quarantine {
  private readonly health = new WorkerHealth();
  private readonly told = new Set<string>();
  private readonly sending = new Set<Promise<void>>();

  constructor(private readonly options: QuarantineOptions) {}

  observe(event: StudyEvent): void {
    this.health.observe(event);
    for (const [worker, reason] of this.health.quarantined()) {
      if (this.told.has(worker)) continue;
      this.told.add(worker);
      this.options.logger.warn('worker quarantined', { worker, reason });
      this.tell(worker, reason);
    }
  }

  /** A control message may be lost. */
  repeat(live: readonly WorkerInfo[]): void {
    const sick = this.health.quarantined();
    for (const { worker, state } of live) {
      const reason = sick.get(worker);
      if (reason !== undefined && state === 'up') this.tell(worker, reason);
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.sending);
  }

  private tell(worker: string, reason: string): void {
    const { bus, logger } = this.options;
    const sent = bus
      .sendControl({ type: 'quarantine', worker, reason })
      .catch((thrown: unknown) => {
        logger.warn('a worker could not be told of its quarantine', {
          worker,
          error: asSweepError(thrown).message,
        });
      })
      .finally(() => this.sending.delete(sent));
    this.sending.add(sent);
  }
}
