// What makes a coordinator that was taken over harmless: a new lease holder marks the log, and whatever an earlier
// holder's lease stamped after that mark is void for every reader. So appends stay in flight side by side, and no clock
// and no luck in timing is involved. Events of workers carry no stamp: theirs are judged by (trial, attempt).
import type { StoredMessage } from '../jetstream/stored-message.js';

/** On a mark and on an event of a lease holder: the epoch of the lease. */
export const LEASE_HEADER = 'Sweep-Lease';

/** Who writes with a lease's stamp, as far as the log needs to know it. */
export interface FencedWriter {
  readonly epoch: number;
  /** Throws LEASE_LOST when the lease is known to be lost. */
  assertHeld(): void;
  /** Throws LEASE_LOST unless the lease was still held at a moment after this call. */
  confirm(): Promise<void>;
}

/** Fed with a study's messages in the order of the stream. */
export class Fence {
  constructor(private epoch = 0) {}

  /** The epoch of the last mark passed. */
  get passedEpoch(): number {
    return this.epoch;
  }

  pass(mark: StoredMessage): void {
    this.epoch = Math.max(this.epoch, leaseEpochOf(mark) ?? 0);
  }

  isVoid(message: StoredMessage): boolean {
    const epoch = leaseEpochOf(message);
    return epoch !== null && epoch < this.epoch;
  }
}

function leaseEpochOf(message: StoredMessage): number | null {
  const text = message.headers?.get(LEASE_HEADER) ?? '';
  return /^[1-9][0-9]{0,14}$/.test(text) ? Number(text) : null;
}
