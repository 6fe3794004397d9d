// How fast a study goes, read from its events and the workers' heartbeats: throughput, idle share, ETA. Pure but for the
// events it is shown; times are those of the log, which on NATS are the server's.
import type { WorkerInfo } from '../bus/bus.js';
import type { LoggedEvent } from '../study/events.js';
import { countTrials, type StudyView } from '../study/study-view.js';

/** Ended trials that the rate is taken from: old ones say little of now. */
const LATEST_KEPT = 50;

export interface Pace {
  /** Trials computed per minute, over the latest ones; null before the second one. */
  readonly trialsPerMinute: number | null;
  /** Share of the slots' time without training, over the whole study; null when no worker of it is alive. */
  readonly idleShare: number | null;
  readonly etaMs: number | null;
  /** Why workers gave trials back without blame, by worker: another version, no dataset. */
  readonly refusals: readonly { readonly worker: string; readonly reason: string }[];
}

export class PaceMeter {
  private ends: number[] = [];
  private firstStartMs: number | null = null;
  private lastMs = 0;
  private readonly refusals = new Map<string, string>();

  observe({ event, at }: LoggedEvent): void {
    const atMs = Date.parse(at);
    this.lastMs = Math.max(this.lastMs, atMs);
    switch (event.type) {
      case 'trial.started':
        this.firstStartMs ??= atMs;
        this.refusals.delete(event.worker);
        return;
      case 'trial.finished':
        if (event.cached) return;
        this.ends.push(atMs);
        if (this.ends.length > LATEST_KEPT) this.ends.shift();
        return;
      case 'trial.returned':
        if (/^(needs|has no) /.test(event.reason)) this.refusals.set(event.worker, event.reason);
        return;
      case 'study.opened':
        // What was slow before a pause of the coordinator is not slow now.
        this.ends = [];
        return;
      default:
    }
  }

  measure(view: StudyView, live: readonly WorkerInfo[]): Pace {
    const first = this.ends[0];
    const last = this.ends.at(-1);
    const spanMs = first === undefined || last === undefined ? 0 : last - first;
    const perMs = spanMs > 0 ? (this.ends.length - 1) / spanMs : null;
    const left = countTrials(view).pending + countTrials(view).running;
    const isUnderWay = view.state === 'running' || view.state === 'stopping';
    return {
      trialsPerMinute: perMs === null ? null : perMs * 60_000,
      idleShare: this.idleShare(view, live),
      etaMs: perMs === null || !isUnderWay || view.header?.total == null ? null : Math.round(left / perMs),
      refusals: [...this.refusals].map(([worker, reason]) => ({ worker, reason })),
    };
  }

  /** Against the slots of the workers that took part and are alive. */
  private idleShare(view: StudyView, live: readonly WorkerInfo[]): number | null {
    const slots = live
      .filter(({ worker }) => view.workers.has(worker))
      .reduce((sum, worker) => sum + worker.slots, 0);
    const spanMs = this.firstStartMs === null ? 0 : this.lastMs - this.firstStartMs;
    if (slots === 0 || spanMs <= 0) return null;
    return Math.min(1, Math.max(0, 1 - view.timing.busyMs / (spanMs * slots)));
  }
}
