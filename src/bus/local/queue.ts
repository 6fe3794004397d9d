// The trial queue of the local bus, in memory: it lives as long as its coordinator's process, and a resumed coordinator
// publishes the open trials of the fold again. At least once: a trial whose holder neither acknowledges nor extends
// within `ackWaitMs` is delivered again.
//
//   ready ──pull──▶ held ──ack, term──▶ gone
//     ▲              │
//     │              ├─ deadline ─────▶ ready
//     └── delayed ◀──┴─ nak(delayMs)    (timers: held until its deadline, delayed until it is due)
import { SweepError } from '../../errors.js';
import type { Requirement } from '../../study/trial/trial.js';
import type { Delivery, PullOptions, TrialMessage } from '../bus.js';
import { REQUIREMENTS, trialMessageId } from '../subjects.js';

/** Monotonic milliseconds and timers; tests pass a clock of their own. */
export interface QueueClock {
  now(): number;
  /** Returns how to cancel it. Only a timer that a caller waits for keeps the process alive. */
  setTimer(callback: () => void, delayMs: number, keepsAlive: boolean): () => void;
}

export const systemClock: QueueClock = {
  now: () => performance.now(),
  setTimer(callback, delayMs, keepsAlive) {
    const timer = setTimeout(callback, delayMs);
    if (!keepsAlive) timer.unref();
    return () => clearTimeout(timer);
  },
};

/** Ids of trials that are done, kept so that a repeated publish is known: about what a broker's window holds. */
const DONE_IDS_KEPT = 10_000;

interface Entry {
  readonly id: string;
  readonly message: TrialMessage;
  deliveries: number;
  /** The delivery that holds it: what an earlier one does with `nak` or `extend` is void. */
  holder: number | null;
  deadline: number;
  cancelTimer: () => void;
}

interface Waiter {
  readonly requirements: readonly Requirement[];
  settle(delivery: Delivery | null): void;
}

export class LocalQueue {
  readonly #entries = new Map<string, Entry>();
  readonly #done = new Set<string>();
  readonly #ready = new Map<Requirement, Set<Entry>>(REQUIREMENTS.map((name) => [name, new Set<Entry>()]));
  readonly #waiters = new Set<Waiter>();
  #isClosed = false;

  constructor(
    private readonly ackWaitMs: number,
    private readonly clock: QueueClock = systemClock,
  ) {}

  publish(message: TrialMessage): void {
    const id = trialMessageId(message.study, message.trial, message.attempt);
    if (this.#isClosed || this.#entries.has(id) || this.#done.has(id)) return;
    const entry: Entry = { id, message, deliveries: 0, holder: null, deadline: 0, cancelTimer: noTimer };
    this.#entries.set(id, entry);
    this.#makeReady(entry);
  }

  /** Requirements in the caller's order; within one, the oldest first. */
  pull({ requirements, expiresMs, signal }: PullOptions): Promise<Delivery | null> {
    if (this.#isClosed || signal?.aborted === true) return Promise.resolve(null);
    for (const requirement of requirements) {
      const [entry] = this.#ready.get(requirement) ?? [];
      if (entry !== undefined) return Promise.resolve(this.#deliver(entry));
    }
    return new Promise((resolve) => {
      const waiter: Waiter = {
        requirements,
        settle: (delivery) => {
          this.#waiters.delete(waiter);
          cancelTimer();
          signal?.removeEventListener('abort', giveUp);
          resolve(delivery);
        },
      };
      const giveUp = (): void => waiter.settle(null);
      const cancelTimer = this.clock.setTimer(giveUp, expiresMs, true);
      signal?.addEventListener('abort', giveUp, { once: true });
      this.#waiters.add(waiter);
    });
  }

  listPending(study: string): ReadonlySet<string> {
    const pending = [...this.#entries.values()].filter(({ message }) => message.study === study);
    return new Set(pending.map(({ message }) => message.trial));
  }

  clearTrials(study: string): void {
    for (const entry of [...this.#entries.values()]) if (entry.message.study === study) this.#remove(entry);
  }

  removeStudy(study: string): void {
    this.clearTrials(study);
    const prefix = `${study}:`;
    for (const id of this.#done) if (id.startsWith(prefix)) this.#done.delete(id);
  }

  /** Ends all waits with null and stops all timers. */
  close(): void {
    this.#isClosed = true;
    for (const waiter of [...this.#waiters]) waiter.settle(null);
    for (const entry of this.#entries.values()) entry.cancelTimer();
  }

  #makeReady(entry: Entry): void {
    entry.cancelTimer();
    entry.cancelTimer = noTimer;
    entry.holder = null;
    for (const waiter of this.#waiters) {
      if (waiter.requirements.includes(entry.message.requires)) {
        waiter.settle(this.#deliver(entry));
        return;
      }
    }
    this.#readyFor(entry).add(entry);
  }

  #readyFor(entry: Entry): Set<Entry> {
    const ready = this.#ready.get(entry.message.requires);
    if (ready !== undefined) return ready;
    throw new SweepError(
      'MESSAGE_MALFORMED',
      `trial ${entry.message.trial} requires an unknown kind of worker`,
    );
  }

  #deliver(entry: Entry): Delivery {
    this.#readyFor(entry).delete(entry);
    entry.deliveries += 1;
    const delivery = entry.deliveries;
    entry.holder = delivery;
    this.#extend(entry);
    this.#watchDeadline(entry);
    const isHolder = (): boolean => entry.holder === delivery && this.#entries.get(entry.id) === entry;
    return {
      message: entry.message,
      redelivered: delivery > 1,
      // Counts even from one that lost its hold: it acknowledges only what is in the event log.
      ack: async () => this.#finish(entry),
      term: async () => this.#finish(entry),
      nak: async (delayMs) => {
        if (isHolder()) this.#delay(entry, delayMs);
      },
      extend: () => {
        if (isHolder()) this.#extend(entry);
      },
    };
  }

  #extend(entry: Entry): void {
    entry.deadline = this.clock.now() + this.ackWaitMs;
  }

  /** Extending moves the deadline only: the timer looks again when it fires, so that extending costs nothing. */
  #watchDeadline(entry: Entry): void {
    const check = (): void => {
      const remainingMs = entry.deadline - this.clock.now();
      if (remainingMs > 0) entry.cancelTimer = this.clock.setTimer(check, remainingMs, false);
      else this.#makeReady(entry);
    };
    entry.cancelTimer = this.clock.setTimer(check, this.ackWaitMs, false);
  }

  #delay(entry: Entry, delayMs: number): void {
    entry.cancelTimer();
    entry.holder = null;
    if (delayMs <= 0) this.#makeReady(entry);
    else entry.cancelTimer = this.clock.setTimer(() => this.#makeReady(entry), delayMs, false);
  }

  #finish(entry: Entry): void {
    if (this.#entries.get(entry.id) !== entry) return;
    this.#remove(entry);
    this.#done.add(entry.id);
    if (this.#done.size <= DONE_IDS_KEPT) return;
    for (const oldest of this.#done) {
      this.#done.delete(oldest);
      break;
    }
  }

  #remove(entry: Entry): void {
    entry.cancelTimer();
    entry.holder = null;
    this.#entries.delete(entry.id);
    this.#readyFor(entry).delete(entry);
  }
}

function noTimer(): void {}
