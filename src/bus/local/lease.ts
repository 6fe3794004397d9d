// The lease of a local coordinator: a lock with a holder's name and a fencing number. Only a living process refuses
// another; a crashed coordinator's lease is taken over at once, with the next number.
import { SweepError } from '../../errors.js';
import type { StudyEvent } from '../../study/events.js';
import type { Lease } from '../bus.js';
import { removedError } from './files.js';
import { acquireLock, type HeldLock } from './lock.js';

export class LocalLease implements Lease {
  private constructor(
    readonly holder: string,
    readonly study: string,
    private readonly lock: HeldLock,
    private readonly directory: string,
    private readonly write: (event: StudyEvent) => Promise<number>,
  ) {}

  /** `write` appends to the study's log. Throws STUDY_LOCKED, naming who holds it. */
  static acquire(
    directory: string,
    study: string,
    holder: string,
    write: (event: StudyEvent) => Promise<number>,
  ): LocalLease {
    const attempt = acquireLock(directory, holder);
    if (attempt.type === 'acquired') return new LocalLease(holder, study, attempt.lock, directory, write);
    const { by } = attempt;
    throw new SweepError(
      'STUDY_LOCKED',
      `study ${study} is run by ${by.holder} (process ${by.pid} on ${by.host}, since ${by.since})`,
      { hint: `wait until it ends, or stop it on ${by.host}: kill ${by.pid}` },
    );
  }

  get epoch(): number {
    return this.lock.epoch;
  }

  async append(event: StudyEvent): Promise<number> {
    this.check();
    return this.write(event);
  }

  /** Throws LEASE_LOST when it was released or another holder took over. */
  private check(): void {
    if (this.lock.isHeld()) return;
    if (this.lock.isGone()) throw removedError(this.directory);
    throw new SweepError('LEASE_LOST', `${this.holder} no longer holds study ${this.study}`, {
      hint: 'another coordinator took over; this one stops',
    });
  }

  async renew(): Promise<void> {
    this.check();
  }

  async release(): Promise<void> {
    this.lock.release();
  }
}
