// Watches over the consumers of the work queue: without them no trial is delivered, and the server says nothing to whoever
// pulls. A coordinator that holds a study makes them again; everyone else says what is missing and waits.
import { asSweepError } from '../../../errors.js';
import { TRIALS_STREAM } from '../../subjects.js';
import type { JetStream } from '../jetstream/jetstream.js';
import { CONSUMER_COUNT, ensureConsumers, type NatsStorageOptions } from '../jetstream/streams.js';

export const LOOK_EVERY_MS = 5_000;

export interface QueueKeeperOptions {
  readonly jetStream: JetStream;
  readonly storage: NatsStorageOptions;
  readonly lookEveryMs: number;
  /** True while this process runs a study. */
  mayRepair(): boolean;
}

export class QueueKeeper {
  private repairing: Promise<void> | null = null;
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly options: QueueKeeperOptions) {
    // A coordinator without threads of its own pulls nothing, and would never meet what is missing.
    this.timer = setInterval(() => {
      // A stream that is gone is told by the operation that needs it.
      if (options.mayRepair()) void this.check().catch(() => {});
    }, options.lookEveryMs).unref();
  }

  /** Throws when no patience can help: the stream is gone. */
  async check(): Promise<void> {
    const { jetStream, mayRepair } = this.options;
    const count = await jetStream.assertStream(TRIALS_STREAM);
    if (count === null || count >= CONSUMER_COUNT) return;
    if (mayRepair()) {
      this.repairing ??= this.repair().finally(() => {
        this.repairing = null;
      });
      return this.repairing;
    }
    jetStream.diagnosis.sayOnce(
      `NATS: the work queue ${TRIALS_STREAM} has ${count} of its ${CONSUMER_COUNT} consumers: no trial is delivered; ` +
        'a coordinator that runs makes them again within seconds, else "sweep resume STUDY" does',
    );
  }

  close(): void {
    clearInterval(this.timer);
  }

  private async repair(): Promise<void> {
    const { jetStream, storage } = this.options;
    try {
      const ensured = await ensureConsumers(jetStream, storage);
      const made = ensured.filter(({ isNew }) => isNew).map(({ plan }) => plan.name);
      if (made.length === 0) return;
      jetStream.log.warn(
        `NATS: consumers of the work queue were gone from the server and are made again: ${made.join(', ')}; ` +
          'trials in hand may be delivered once more',
      );
    } catch (thrown) {
      const { message, hint } = asSweepError(thrown);
      jetStream.diagnosis.sayOnce(
        `NATS: consumers of the work queue are gone, and cannot be made again: ${message}; ${hint ?? ''}`,
      );
    }
  }
}
