// One slot of a node: the delivery in its hands from pull to end, whether it may be held any longer, and how long the slot
// was busy.
import type { Delivery } from '../../src/bus/bus.js';
import type { TrialAttempt } from './trial-attempt.js';

/** How long a deadline is extended for what comes before the first training step. */
const PREPARE_LIMIT_MS = 600_000;

export class NodeSlot {
  private delivery: Delivery | null = null;
  private heldSinceMs = 0;
  private trainingSinceMs = 0;
  private pastBusyMs = 0;
  private lastProgress = 0;
  private current: TrialAttempt | null = null;

  /** Null while it pulls or prepares. */
  get attempt(): TrialAttempt | null {
    return this.current;
  }

  hold(delivery: Delivery, nowMs: number): void {
    this.delivery = delivery;
    this.heldSinceMs = nowMs;
    this.lastProgress = 0;
  }

  begin(attempt: TrialAttempt, nowMs: number): void {
    this.current = attempt;
    this.trainingSinceMs = nowMs;
  }

  free(nowMs: number): void {
    this.pastBusyMs = this.busyMs(nowMs);
    this.current = null;
    this.delivery = null;
  }

  /** Time spent on attempts so far. */
  busyMs(nowMs: number): number {
    return this.pastBusyMs + (this.current === null ? 0 : nowMs - this.trainingSinceMs);
  }

  /** Moves the delivery's deadline if the trial has made progress since the last call. */
  extendDeadline(nowMs: number): void {
    if (this.delivery === null) return;
    const progress = this.current?.progress ?? 0;
    if (progress === 0) {
      // Fetching a dataset or a checkpoint may take longer than a deadline; it is bounded, as nothing else watches it.
      if (nowMs - this.heldSinceMs < PREPARE_LIMIT_MS) this.delivery.extend();
      return;
    }
    if (progress !== this.lastProgress) this.delivery.extend();
    this.lastProgress = progress;
  }
}
