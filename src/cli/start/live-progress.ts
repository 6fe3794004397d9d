// How far the study is that this process runs: its events as they come, and the workers it knows of. When it will end is
// asked of the meter that `sweep status` asks (study-pace.ts).
import { type LiveWorker, PaceMeter } from '../../coordinator/archive/study-pace.js';
import type { LoggedEvent } from '../../study/events.js';
import { runningTrials, type StudyView } from '../../study/study-view.js';
import type { LiveWork } from '../terminal/live/live-state.js';
import type { ProgressSnapshot } from '../terminal/progress-display.js';

/** So few are looked at whenever someone asks; more of them every so often. */
const FEW_OPEN = 100;
const LOOK_AGAIN_MS = 200;

/** What the open trials have reported. */
interface Measured {
  readonly atMs: number;
  readonly running: number;
  readonly etaMs: number | null;
  readonly trialsPerMinute: number | null;
}

export class LiveProgress {
  private readonly meter = new PaceMeter();
  private live: readonly LiveWorker[] = [];
  private latest: Measured | null = null;
  /** The log's clock is ahead of ours by at least as much as its newest event shows; by more is not seen. */
  private clockAheadMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly now: () => number) {}

  /** Every event, also of earlier runs. */
  observe(logged: LoggedEvent): void {
    this.clockAheadMs = Math.max(this.clockAheadMs, Date.parse(logged.at) - this.now());
    this.meter.observe(logged);
  }

  /** The workers that are alive and can take the study's trials. */
  setWorkers(live: readonly LiveWorker[]): void {
    this.live = live;
    this.latest = null;
  }

  snapshot(view: StudyView): ProgressSnapshot {
    const { running, etaMs } = this.measureOpen(view);
    return {
      ended: view.complete + view.pruned + view.failed,
      total: view.header?.total ?? null,
      running,
      etaMs: view.state === 'paused' ? null : etaMs,
    };
  }

  /** Its time so far, and how fast it goes. */
  work(view: StudyView): LiveWork {
    const { etaMs, trialsPerMinute } = this.measureOpen(view);
    const nowMs = this.now() + (Number.isFinite(this.clockAheadMs) ? this.clockAheadMs : 0);
    return { etaMs, trialsPerMinute, durationMs: this.meter.durationMs(view, nowMs) };
  }

  /** What is asked for after each end of a trial must not cost a look at all that run. */
  private measureOpen(view: StudyView): Measured {
    const nowMs = this.now();
    const { latest } = this;
    if (latest !== null && view.open.size > FEW_OPEN && nowMs - latest.atMs < LOOK_AGAIN_MS) return latest;
    const { etaMs, trialsPerMinute } = this.meter.measure(view, this.live, nowMs + this.clockAheadMs);
    this.latest = { atMs: nowMs, running: runningTrials(view).length, etaMs, trialsPerMinute };
    return this.latest;
  }
}
