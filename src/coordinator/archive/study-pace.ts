// How fast a study goes, read from its events and the workers' heartbeats: time, throughput, idle share, ETA. The one
// source of it, for whoever runs a study and for whoever looks on. Pure but for the events it is shown; times are those of
// the log, which on NATS are the server's. Only since its coordinator opened it: what was before a stop says little of now.
import type { WorkerInfo } from '../../bus/bus.js';
import type { LoggedEvent, StudyEvent, TrialSize } from '../../study/events.js';
import { refusalCause } from '../../study/refusal.js';
import { countTrials, type StudyView } from '../../study/study-view.js';

/** Ended trials that the rate is taken from, and of how many times at least: old ones say little of now. */
const LATEST_KEPT = { trials: 50, times: 3 } as const;
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

export type LiveWorker = Pick<WorkerInfo, 'worker' | 'slots' | 'state'>;

/** The living workers that can take trials of a study: on a bus of one machine its coordinator's own alone. */
export function servingWorkers<Worker extends LiveWorker>(
  live: readonly Worker[],
  coordinator: string | null,
  hasRemoteWorkers: boolean,
): Worker[] {
  return live.filter(({ worker }) => hasRemoteWorkers || worker === coordinator);
}

interface Reached {
  readonly atMs: number;
  readonly epoch: number;
}

interface Started {
  readonly index: number;
  readonly atMs: number;
  readonly fromEpoch: number;
  /** It began from the start. */
  readonly isWhole: boolean;
  /** What passed before its first epoch: mostly its thread's own start, which comes once and tells nothing of other trials. */
  leadMs: number;
  /** The first it told of, and the latest. */
  first: Reached | null;
  report: Reached | null;
}

/** Trials that ended at one time: those of one message of the log have the same. */
interface Ends {
  readonly atMs: number;
  trials: number;
  work: number;
  /** Of those that did not go on from a checkpoint, which says nothing of a whole trial. `spentMs`: from start to end, without their leads. */
  readonly whole: { trials: number; work: number; spentMs: number };
}

/** What all slots do in a millisecond. */
interface Rate {
  readonly trials: number;
  readonly work: number;
}

/** A trial of the study's mean work: one whose size the log does not tell. */
const MEAN_WORK = 1;

export class PaceMeter {
  private readonly started = new Map<string, Started>();
  /** The sizes of the trials that are open, by index. */
  private readonly sizes = new Map<number, TrialSize>();
  private ends: Ends[] = [];
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
      case 'trial.queued':
        if (event.size !== undefined) this.sizes.set(event.index, event.size);
        return;
      case 'trial.started':
        this.firstStartMs ??= atMs;
        this.started.set(event.trial, {
          index: event.index,
          atMs,
          fromEpoch: event.fromEpoch,
          isWhole: event.fromEpoch === 0 && event.fromStep === undefined,
          leadMs: 0,
          first: null,
          report: null,
        });
        this.refusals.delete(event.worker);
        return;
      case 'trial.report': {
        const trial = this.started.get(event.trial);
        if (trial === undefined) return;
        const { epoch, durationMs } = event.report;
        if (epoch === trial.fromEpoch + 1) trial.leadMs = Math.max(0, atMs - trial.atMs - durationMs);
        trial.report = { atMs, epoch };
        trial.first ??= trial.report;
        return;
      }
      case 'trial.finished':
        if (!event.cached) this.end(event, atMs);
        this.sizes.delete(event.index);
        return;
      case 'trial.failed':
        this.started.delete(event.trial);
        if (event.final) this.sizes.delete(event.index);
        return;
      case 'trial.paused':
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
  measure(view: StudyView, live: readonly LiveWorker[], nowMs: number | null): Pace {
    const slots = live.reduce((sum, worker) => sum + (worker.state === 'up' ? worker.slots : 0), 0);
    const { pending, running } = countTrials(view);
    // At the end of a study slots stand idle.
    const busySlots = Math.min(slots, Math.max(1, pending + running));
    const rate = this.rate(view, slots, busySlots);
    const isGoingOn = view.state === 'running' && nowMs !== null && slots > 0;
    return {
      trialsPerMinute: rate === null ? null : rate.trials * 60_000,
      idleShare: this.idleShare(view, live, nowMs ?? this.lastMs),
      etaMs:
        rate === null || !isGoingOn || view.header?.total == null
          ? null
          : this.estimateEnd(view, pending, rate.work, busySlots, nowMs),
      refusals: [...this.refusals].map(([worker, reason]) => ({ worker, reason })),
    };
  }

  private end({ trial: id, index, result }: TrialFinished, atMs: number): void {
    const trial = this.started.get(id);
    this.started.delete(id);
    this.busyMs += result.durationMs;
    let ends = this.ends.at(-1);
    if (ends?.atMs !== atMs) {
      ends = { atMs, trials: 0, work: 0, whole: { trials: 0, work: 0, spentMs: 0 } };
      this.ends.push(ends);
    }
    const work = this.workOf(index);
    ends.trials += 1;
    ends.work += work;
    if (trial?.isWhole === true) {
      ends.whole.trials += 1;
      ends.whole.work += work;
      // Its start may have been written together with its end.
      ends.whole.spentMs += Math.max(atMs - trial.atMs - trial.leadMs, result.durationMs);
    }
    const { trials, times } = LATEST_KEPT;
    if (this.ends.length > times && sumOf(this.ends.slice(1), 'trials') >= trials) this.ends.shift();
  }

  private workOf(index: number): number {
    return this.sizes.get(index)?.work ?? MEAN_WORK;
  }

  /** Between the latest ends, or, while those are few, by what one slot does. */
  private rate(view: StudyView, slots: number, busySlots: number): Rate | null {
    const [first, ...later] = this.ends;
    const spanMs = (this.ends.at(-1)?.atMs ?? 0) - (first?.atMs ?? 0);
    if (spanMs > 0 && sumOf(this.ends, 'trials') > ENDS_PER_SLOT * Math.max(1, slots))
      return { trials: sumOf(later, 'trials') / spanMs, work: sumOf(later, 'work') / spanMs };
    const whole = this.ends.map((ends) => ends.whole);
    let spentMs = sumOf(whole, 'spentMs');
    let trials = sumOf(whole, 'trials');
    let work = sumOf(whole, 'work');
    for (const trial of this.started.values()) {
      const whole = this.wholeMs(view, trial);
      if (whole === null || whole <= 0 || trial.report === null) continue;
      const passedMs = trial.report.atMs - trial.atMs - trial.leadMs;
      spentMs += passedMs;
      trials += passedMs / whole;
      work += (passedMs / whole) * this.workOf(trial.index);
    }
    if (spentMs <= 0 || slots <= 0) return null;
    return { trials: (busySlots * trials) / spentMs, work: (busySlots * work) / spentMs };
  }

  /**
   * How long a running trial would take from its start, by the epochs that it has told of; null: they do not tell. The first of a
   * program has its own start in it, which the others have not.
   */
  private wholeMs(view: StudyView, trial: Started): number | null {
    const { first, report, fromEpoch, atMs, leadMs } = trial;
    const epochs = this.epochsOf(view, trial);
    if (first === null || report === null || epochs === null || first.epoch <= fromEpoch) return null;
    const passedMs = report.atMs - atMs - leadMs;
    const rest = epochs - (first.epoch - fromEpoch);
    // Reports of one message come at one time.
    if (report.epoch > first.epoch && report.atMs > first.atMs)
      return first.atMs - atMs - leadMs + (rest * (report.atMs - first.atMs)) / (report.epoch - first.epoch);
    return isProgram(view) ? null : (passedMs * epochs) / (report.epoch - fromEpoch);
  }

  /** That a trial trains at most; null where neither the log nor the sweep file tells. */
  private epochsOf(view: StudyView, { index }: Started): number | null {
    const planned = this.sizes.get(index)?.epochs;
    if (planned !== undefined) return planned;
    const spec = (view.header?.spec ?? {}) as {
      readonly training?: { readonly epochs?: unknown };
      readonly objective?: { readonly epochs?: unknown };
    };
    const epochs = spec.training?.epochs ?? spec.objective?.epochs;
    return typeof epochs === 'number' ? epochs : null;
  }

  /** Never less than the trial that ends last still needs. */
  private estimateEnd(
    view: StudyView,
    pending: number,
    workPerMs: number,
    busySlots: number,
    nowMs: number,
  ): number {
    const slotPerMs = workPerMs / busySlots;
    let rest = 0;
    let unseen = pending;
    let longest = 0;
    for (const { state, index, trial } of view.open.values()) {
      const work = this.workOf(index);
      const started = state === 'RUNNING' ? this.started.get(trial) : undefined;
      const left =
        started === undefined ? work : work * this.shareLeft(view, started, work / slotPerMs, nowMs);
      if (state === 'PENDING') unseen -= 1;
      else longest = Math.max(longest, left);
      rest += left;
    }
    rest += Math.max(0, unseen) * MEAN_WORK;
    return Math.round(Math.max(rest / workPerMs, longest / slotPerMs));
  }

  /** Share of a running trial that is to do, by its latest epoch and the time since. */
  private shareLeft(view: StudyView, trial: Started, trialMs: number, nowMs: number): number {
    const epochs = this.epochsOf(view, trial);
    const { report, fromEpoch, atMs } = trial;
    if (epochs === null) return Math.max(LEAST_REST, 1 - (nowMs - atMs) / trialMs);
    const [epoch, sinceMs] = report === null ? [fromEpoch, atMs] : [report.epoch, report.atMs];
    return Math.min(1, Math.max(LEAST_REST, 1 - epoch / epochs - (nowMs - sinceMs) / trialMs));
  }

  /** Against the slots of the workers that took part and are alive. */
  private idleShare(view: StudyView, live: readonly LiveWorker[], nowMs: number): number | null {
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

/** Of the user's, or a function: it trains none of our models. */
function isProgram({ header }: StudyView): boolean {
  return header?.dataset === null;
}

function sumOf<Key extends string>(parts: readonly Readonly<Record<Key, number>>[], key: Key): number {
  return parts.reduce((sum, part) => sum + part[key], 0);
}

type TrialFinished = Extract<StudyEvent, { type: 'trial.finished' }>;
type TrialReturned = Extract<StudyEvent, { type: 'trial.returned' }>;

/** A trial given back because the worker can run none of its kind: another version or engine, or without the data. */
export function isRefusal(event: StudyEvent): event is TrialReturned {
  return refusalCause(event) !== null;
}
