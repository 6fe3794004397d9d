// How fast a study goes, read from its events and the workers' heartbeats: time, throughput, idle share, ETA. Pure but for
// the events it is shown; times are those of the log, which on NATS are the server's. Only since its coordinator opened
// it: what was before a stop says little of now.
import type { WorkerInfo } from '../../bus/bus.js';
import type { LoggedEvent, StudyEvent } from '../../study/events.js';
import { refusalCause } from '../../study/refusal.js';
import { countTrials, runningTrials, type StudyView } from '../../study/study-view.js';

/** Ended trials that the rate is taken from: old ones say little of now. */
const LATEST_KEPT = 50;
/** Trials that ended for each slot before the distance between their ends tells more than their durations. */
const ENDS_PER_SLOT = 2;
/** What a trial that takes longer than the others still needs, as a share of one. */
const LEAST_REST = 0.05;

export interface Pace {
  /** Trials computed per minute; null while neither a trial nor an epoch has ended. */
  readonly trialsPerMinute: number | null;
  /** Share of the slots' time without training; null when no worker of the study is alive. */
  readonly idleShare: number | null;
  readonly etaMs: number | null;
  /** Why workers gave trials back without blame, by worker: another version, no dataset. */
  readonly refusals: readonly { readonly worker: string; readonly reason: string }[];
}

interface Started {
  readonly atMs: number;
  readonly fromEpoch: number;
  /** It began from the start. */
  readonly isWhole: boolean;
  report: { readonly atMs: number; readonly epoch: number } | null;
}

interface Ended {
  readonly atMs: number;
  /** From start to end; null when it went on from a checkpoint, which says nothing of a whole trial. */
  readonly heldMs: number | null;
}

export class PaceMeter {
  private readonly started = new Map<string, Started>();
  private ends: Ended[] = [];
  private busyMs = 0;
  private firstStartMs: number | null = null;
  private stateMs = 0;
  private lastMs = 0;
  private readonly refusals = new Map<string, string>();

  observe({ event, at }: LoggedEvent): void {
    const atMs = Date.parse(at);
    this.lastMs = Math.max(this.lastMs, atMs);
    switch (event.type) {
      case 'study.opened':
        this.ends = [];
        this.busyMs = 0;
        this.firstStartMs = null;
        return;
      case 'study.state':
        this.stateMs = atMs;
        return;
      case 'trial.started':
        this.firstStartMs ??= atMs;
        this.started.set(event.trial, {
          atMs,
          fromEpoch: event.fromEpoch,
          isWhole: event.fromEpoch === 0 && event.fromStep === undefined,
          report: null,
        });
        this.refusals.delete(event.worker);
        return;
      case 'trial.report': {
        const trial = this.started.get(event.trial);
        if (trial !== undefined) trial.report = { atMs, epoch: event.report.epoch };
        return;
      }
      case 'trial.finished':
        if (!event.cached) this.end(event.trial, atMs, event.result.durationMs);
        return;
      case 'trial.failed':
        this.started.delete(event.trial);
        return;
      case 'trial.returned':
        this.started.delete(event.trial);
        if (isRefusal(event)) this.refusals.set(event.worker, event.reason);
        return;
      default:
    }
  }

  /** Time the study was under way until `nowMs`; its last event stands for null: nobody works on it now. */
  durationMs(view: StudyView, nowMs: number | null): number {
    const recordedMs = view.timing.durationMs;
    const isUnderWay = view.state === 'running' || view.state === 'paused' || view.state === 'stopping';
    return isUnderWay ? recordedMs + Math.max(0, (nowMs ?? this.lastMs) - this.stateMs) : recordedMs;
  }

  /** `nowMs` by the clock of the log; null when no coordinator works on the study, which then has no ETA. */
  measure(view: StudyView, live: readonly WorkerInfo[], nowMs: number | null): Pace {
    const serving = live.filter(({ state }) => state === 'up');
    const slots = serving.reduce((sum, worker) => sum + worker.slots, 0);
    const perMs = this.rate(view, slots);
    const isGoingOn = view.state === 'running' && nowMs !== null && slots > 0;
    return {
      trialsPerMinute: perMs === null ? null : perMs * 60_000,
      idleShare: this.idleShare(view, live, nowMs ?? this.lastMs),
      etaMs:
        perMs === null || !isGoingOn || view.header?.total == null
          ? null
          : estimateEnd(view, perMs, slots, nowMs),
      refusals: [...this.refusals].map(([worker, reason]) => ({ worker, reason })),
    };
  }

  private end(id: string, atMs: number, trainedMs: number): void {
    const trial = this.started.get(id);
    this.started.delete(id);
    this.busyMs += trainedMs;
    this.ends.push({ atMs, heldMs: trial?.isWhole === true ? atMs - trial.atMs : null });
    if (this.ends.length > LATEST_KEPT) this.ends.shift();
  }

  /** Trials per millisecond: between the latest ends, or, while those are few, by what one trial takes. */
  private rate(view: StudyView, slots: number): number | null {
    const first = this.ends[0]?.atMs ?? 0;
    const spanMs = (this.ends.at(-1)?.atMs ?? 0) - first;
    if (spanMs > 0 && this.ends.length > ENDS_PER_SLOT * Math.max(1, slots)) {
      return (this.ends.length - 1) / spanMs;
    }
    const { pending, running } = countTrials(view);
    const ended = this.ends.flatMap(({ heldMs }) => (heldMs === null ? [] : [heldMs]));
    const meanMs = mean(ended.length > 0 ? ended : this.projections(view));
    // At the end of a study slots stand idle.
    const busySlots = Math.min(slots, Math.max(1, pending + running));
    return meanMs > 0 && slots > 0 ? busySlots / meanMs : null;
  }

  /** What the running trials will take, by their epochs so far; empty when the number of epochs is not fixed. */
  private projections(view: StudyView): number[] {
    const spec = (view.header?.spec ?? {}) as { training?: { epochs?: unknown } };
    const epochs = spec.training?.epochs;
    if (typeof epochs !== 'number') return [];
    return [...this.started.values()].flatMap(({ atMs, fromEpoch, report }) => {
      if (report === null || report.epoch <= fromEpoch) return [];
      return [((report.atMs - atMs) * epochs) / (report.epoch - fromEpoch)];
    });
  }

  /** Against the slots of the workers that took part and are alive. */
  private idleShare(view: StudyView, live: readonly WorkerInfo[], nowMs: number): number | null {
    const slots = live
      .filter(({ worker }) => view.workers.has(worker))
      .reduce((sum, worker) => sum + worker.slots, 0);
    const spanMs = this.firstStartMs === null ? 0 : nowMs - this.firstStartMs;
    if (slots === 0 || spanMs <= 0) return null;
    let busyMs = this.busyMs;
    for (const { atMs } of this.started.values()) busyMs += Math.max(0, nowMs - atMs);
    return Math.min(1, Math.max(0, 1 - busyMs / (spanMs * slots)));
  }
}

/** Never less than the trial that ends last still needs. */
function estimateEnd(view: StudyView, perMs: number, slots: number, nowMs: number): number {
  const { pending, running } = countTrials(view);
  const trialMs = Math.min(slots, Math.max(1, pending + running)) / perMs;
  const rests = runningTrials(view).map(({ startedAt }) => {
    const elapsedMs = startedAt === null ? 0 : nowMs - Date.parse(startedAt);
    return Math.max(LEAST_REST, 1 - elapsedMs / trialMs);
  });
  const rest = rests.reduce((sum, share) => sum + share, pending);
  return Math.round(Math.max(rest / perMs, rests.reduce((most, rest) => Math.max(most, rest), 0) * trialMs));
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

type TrialReturned = Extract<StudyEvent, { type: 'trial.returned' }>;

/** A trial given back because the worker can run none of its kind: another version or engine, or without the data. */
export function isRefusal(event: StudyEvent): event is TrialReturned {
  return refusalCause(event) !== null;
}
