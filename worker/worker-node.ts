// The loop of a worker node over a bus: one pull per free slot, any number of studies. Runs inside `sweep start` and as
// `sweep worker`. What happens to one trial is trial-attempt.ts; who may run a redelivered one is trial-history.ts.
//
// Node:   up ──drain()──▶ draining ──all slots idle──▶ stopped
//          └─quarantine─▶ quarantined (as up, but pulls nothing) ──drain()──▶ draining
//        with `once` each slot stops after one trial, and the node with the last of them
// Slot:   pulling ─▶ judging ─▶ running ─▶ pulling       (judging may give back, acknowledge, or record a lost worker)
// Timers: every EXTEND_MS a running trial whose progress counter moved extends its deadline; every HEARTBEAT_MS a heartbeat.
import {
  type Bus,
  type ControlMessage,
  type Delivery,
  type TrialMessage,
  WORKER_GONE_MS,
  type WorkerInfo,
} from '../src/bus/bus.js';
import { asSweepError, type ErrorCode } from '../src/errors.js';
import type { Logger } from '../src/log.js';
import type { EngineName, Params, Requirement } from '../src/study/trial.js';
import { type Patience, pause, withPatience } from './bus-retry.js';
import type { DatasetCache } from './dataset-cache.js';
import { type AttemptEnd, lostWorkerError, TrialAttempt } from './trial-attempt.js';
import { type CheckpointRef, judgeHistory } from './trial-history.js';
import type { TrialPool } from './trial-pool.js';

const PULL_EXPIRES_MS = 5_000;
/** A third of the shortest deadline a bus gives (30 s). */
const EXTEND_MS = 10_000;
const HEARTBEAT_MS = 5_000;
/** How long a node waits to be taken off the list of workers. */
const LEAVE_LIMIT_MS = 2_000;
/** A trial this node may not run goes back for this long, so that it is not offered to it again at once. */
const GIVE_BACK_MS = 15_000;
/** A trial of a study that was just cancelled may still be on its way: longer than any delivery takes. */
const CANCEL_ECHO_MS = 30_000;

/** A node that refused a trial leaves the next one to others for this long. */
const REFUSAL_PAUSE_MS = 2_000;
/** A refusal is recorded again after this long: a coordinator that came back meanwhile has not seen the first as news. */
const REFUSAL_REPEAT_MS = 60_000;
/** How long a deadline is extended for what comes before the first training step. */
const PREPARE_LIMIT_MS = 600_000;
/** Failures that concern one trial or one study's log; all others are the node's. */
const ONE_TRIAL_ONLY: ReadonlySet<ErrorCode> = new Set([
  'MESSAGE_MALFORMED',
  'EVENT_LOG_CORRUPT',
  'STUDY_NOT_FOUND',
]);

type HandledEnd = 'run' | 'settled' | 'refused';

export interface WorkerIdentity {
  readonly worker: string;
  readonly host: string;
  readonly pid: number;
  readonly version: string;
  readonly engine: EngineName;
  readonly numericsVersion: string;
  readonly backend: string;
  readonly labels: readonly string[];
}

export interface WorkerNodeOptions {
  readonly bus: Bus;
  readonly pool: TrialPool;
  readonly identity: WorkerIdentity;
  readonly requirements: readonly Requirement[];
  readonly logger: Logger;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
  /** Where datasets come from when the coordinator may be on another machine; without it they are in the cache. */
  readonly datasets?: DatasetCache;
  /** One trial a slot, then stop. */
  readonly once?: boolean;
  onTrial?(news: TrialNews): void;
  /** The bus has the heartbeat of a node in this state. */
  readonly onHeartbeat?: (state: WorkerInfo['state']) => void;
}

/** For whoever watches this node. */
export type TrialNews = { readonly study: string; readonly trial: string; readonly attempt: number } & (
  | { readonly type: 'begun'; readonly params: Params }
  | { readonly type: 'ended'; readonly durationMs: number; readonly end: AttemptEnd }
);

interface Slot {
  /** From the delivery until its end. */
  preparing: { readonly delivery: Delivery; readonly sinceMs: number } | null;
  attempt: TrialAttempt | null;
  lastProgress: number;
  busySinceMs: number;
}

export class WorkerNode {
  private state: WorkerInfo['state'] = 'up';
  private readonly slots: Slot[];
  private readonly draining = new AbortController();
  /** Until when trials of a cancelled study are taken off the queue: it may be resumed later. */
  private readonly cancelled = new Map<string, number>();
  /** When a refusal was last recorded, by study and trial. */
  private readonly refused = new Map<string, number>();
  private readonly startedAtMs: number;
  private trialsDone = 0;
  private busyMs = 0;
  private readonly loops: Promise<unknown>;
  private readonly timers: NodeJS.Timeout[];
  /** Heartbeats on their way. */
  private readonly beats = new Set<Promise<void>>();
  private leaving: Promise<void> | null = null;
  private readonly stopListening: () => void;
  private readonly patience: Patience;

  /** Starts pulling at once. */
  constructor(private readonly options: WorkerNodeOptions) {
    this.startedAtMs = options.now();
    this.patience = { logger: options.logger, signal: this.draining.signal };
    this.slots = Array.from({ length: options.pool.threads }, () => ({
      preparing: null,
      attempt: null,
      lastProgress: 0,
      busySinceMs: 0,
    }));
    this.stopListening = options.bus.onControl((message) => this.obey(message));
    this.timers = [
      setInterval(() => this.extendDeadlines(), EXTEND_MS),
      setInterval(() => this.beat(), HEARTBEAT_MS),
    ];
    this.beat();
    this.loops = Promise.all(this.slots.map((slot) => this.serve(slot)));
    // Observed by stopped(); a failure of the bus must not end the process before someone asks.
    this.loops.catch(() => {});
  }

  /** Trials in hand with their progress counters. */
  running(): { readonly study: string; readonly trial: string; readonly progress: number }[] {
    return this.slots.flatMap(({ attempt }) =>
      attempt === null ? [] : [{ study: attempt.study, trial: attempt.trial, progress: attempt.progress }],
    );
  }

  /** Share of the slots' time spent on trials since the node started, in [0, 1]. */
  busyShare(): number {
    const { busyMs, uptimeMs, slots } = this.describe();
    return uptimeMs === 0 ? 0 : busyMs / (uptimeMs * slots);
  }

  /** Pulls no more, interrupts what runs and gives it back. Resolves when every slot is idle. */
  async drain(reason: string): Promise<void> {
    if (this.state !== 'draining') {
      this.state = 'draining';
      this.draining.abort();
      for (const { attempt } of this.slots) attempt?.interrupt(reason);
    }
    await this.stopped();
  }

  get isQuarantined(): boolean {
    return this.state === 'quarantined';
  }

  /** Resolves when the node has drained; rejects with what the bus threw if that ended it. */
  async stopped(): Promise<void> {
    try {
      await this.loops;
    } finally {
      for (const timer of this.timers) clearInterval(timer);
      this.stopListening();
      this.leaving ??= this.leave();
      await this.leaving;
    }
  }

  /** Off the list of workers at once; a bus that is away finds out by the missing heartbeats. */
  private async leave(): Promise<void> {
    const { bus, identity, logger } = this.options;
    const goodbye = async (): Promise<void> => {
      // One that is still on its way would put the node back on the list.
      await Promise.all(this.beats);
      await bus.removeWorker(identity.worker);
    };
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, LEAVE_LIMIT_MS);
    });
    const farewell = goodbye().catch((thrown: unknown) => {
      logger.warn('leaving went unsaid', { error: asSweepError(thrown).message });
    });
    await Promise.race([farewell, limit]);
    clearTimeout(timer);
  }

  private async serve(slot: Slot): Promise<void> {
    const { bus, requirements } = this.options;
    const signal = this.draining.signal;
    const pull = () => bus.pullTrial({ requirements, expiresMs: PULL_EXPIRES_MS, signal });
    while (this.state === 'up') {
      const delivery = await withPatience(pull, this.patience);
      if (delivery === null) continue;
      const end = await this.handleSafely(delivery, slot);
      if (end === 'run' && this.options.once === true) return;
      // A node that cannot run what it is offered must not take the whole queue, trial after trial.
      if (end === 'refused') await pause(REFUSAL_PAUSE_MS, signal);
    }
    await aborted(signal);
  }

  /** One bad trial, or one damaged log, must not end a node that serves others: it is given back and reported. */
  private async handleSafely(delivery: Delivery, slot: Slot): Promise<HandledEnd> {
    try {
      return await this.handle(delivery, slot);
    } catch (thrown) {
      const error = asSweepError(thrown);
      if (!ONE_TRIAL_ONLY.has(error.code)) throw thrown;
      const { study, trial } = delivery.message;
      this.options.logger.error('a trial cannot be handled', {
        study,
        trial,
        code: error.code,
        error: error.message,
      });
      await this.patiently(() => delivery.nak(GIVE_BACK_MS));
      return 'refused';
    } finally {
      slot.preparing = null;
    }
  }

  private async handle(delivery: Delivery, slot: Slot): Promise<HandledEnd> {
    const { message } = delivery;
    const refusal = this.refuse(delivery);
    if (refusal !== null) {
      await refusal;
      return 'refused';
    }
    slot.preparing = { delivery, sinceMs: this.options.now() };
    const checkpoints = delivery.redelivered ? await this.judge(delivery) : message.checkpoints;
    if (checkpoints === null) return 'settled';
    if (!(await this.provideDataset(delivery))) return 'refused';
    // A signal or a cancellation that came in the meantime found no attempt to interrupt.
    const laterRefusal = this.refuse(delivery);
    if (laterRefusal !== null) {
      await laterRefusal;
      return 'refused';
    }

    const { bus, pool, identity, now } = this.options;
    const attempt = new TrialAttempt({
      bus,
      pool,
      delivery,
      checkpoints,
      worker: identity.worker,
      engine: identity.engine,
      patience: this.patience,
    });
    slot.attempt = attempt;
    slot.lastProgress = 0;
    slot.busySinceMs = now();
    const { study, trial, attempt: number, params } = message;
    this.options.onTrial?.({ type: 'begun', study, trial, attempt: number, params });
    try {
      const end = await attempt.run();
      if (end.type !== 'returned') this.trialsDone++;
      const durationMs = now() - slot.busySinceMs;
      this.options.onTrial?.({ type: 'ended', study, trial, attempt: number, durationMs, end });
      return 'run';
    } finally {
      slot.attempt = null;
      this.busyMs += now() - slot.busySinceMs;
    }
  }

  /** Deals with a trial that this node may not run now; null when it may. */
  private refuse(delivery: Delivery): Promise<void> | null {
    const { message } = delivery;
    if (this.state !== 'up') return this.patiently(() => delivery.nak(0));
    if ((this.cancelled.get(message.study) ?? 0) > this.options.now())
      return this.patiently(() => delivery.term());
    const mismatch = this.findMismatch(message);
    return mismatch === null ? null : this.giveBack(delivery, mismatch);
  }

  /** Without its data a trial goes back; that is no fault of the trial. */
  private async provideDataset(delivery: Delivery): Promise<boolean> {
    const { datasets, logger } = this.options;
    try {
      await datasets?.provide(delivery.message, this.patience);
      return true;
    } catch (thrown) {
      const error = asSweepError(thrown);
      if (error.code === 'BUS_AUTHENTICATION' || error.code === 'BUS_CONFIGURATION') throw error;
      logger.error('the dataset cannot be had', { error: error.message, hint: error.hint });
      await this.giveBack(delivery, `has no dataset: ${error.message}`);
      return false;
    }
  }

  private patiently<Value>(operation: () => Promise<Value>): Promise<Value> {
    return withPatience(operation, this.patience);
  }

  private findMismatch(message: TrialMessage): string | null {
    const { version, engine, numericsVersion } = this.options.identity;
    if (message.version !== version) return `needs version ${message.version}, this worker has ${version}`;
    if (message.engine !== 'any' && message.engine !== engine) {
      return `needs engine ${message.engine}, this worker has ${engine}`;
    }
    if (message.engine !== 'any' && message.numericsVersion !== numericsVersion) {
      return `needs numerics ${message.numericsVersion}, this worker has ${numericsVersion}`;
    }
    return null;
  }

  /** Recorded once in a while per trial: one that nobody can run is offered again and again. */
  private async giveBack(delivery: Delivery, reason: string): Promise<void> {
    const { study, trial, index, attempt } = delivery.message;
    const key = `${study}/${trial}`;
    const nowMs = this.options.now();
    const recordedMs = this.refused.get(key);
    if (recordedMs === undefined || nowMs - recordedMs > REFUSAL_REPEAT_MS) {
      this.refused.set(key, nowMs);
      const worker = this.options.identity.worker;
      const event = { type: 'trial.returned', trial, index, attempt, worker, reason } as const;
      await this.patiently(() => this.options.bus.append(study, event));
    }
    await this.patiently(() => delivery.nak(GIVE_BACK_MS));
  }

  /** The checkpoints to run a redelivered trial from, or null when it was dealt with without training. */
  private async judge(delivery: Delivery): Promise<readonly CheckpointRef[] | null> {
    const { bus } = this.options;
    const { study, trial, index, attempt, params, config } = delivery.message;
    const events = await this.patiently(() => bus.trialEvents(study, trial));
    const verdict = judgeHistory(events, delivery.message);
    switch (verdict.type) {
      case 'free':
        return verdict.checkpoints;
      case 'over':
        await this.patiently(() => delivery.ack());
        return null;
      case 'held': {
        if (await this.isAtWork(verdict.worker, study, trial)) {
          await this.patiently(() => delivery.nak(GIVE_BACK_MS));
          return null;
        }
        const { worker } = verdict;
        const error = lostWorkerError(worker).toWire();
        const point = { params, seed: config.seed };
        await this.patiently(() =>
          bus.append(study, {
            type: 'trial.failed',
            trial,
            index,
            attempt,
            ...point,
            worker,
            error,
            final: false,
          }),
        );
        await this.patiently(() => delivery.ack());
        return null;
      }
    }
  }

  private async isAtWork(worker: string, study: string, trial: string): Promise<boolean> {
    const holds = (list: readonly { study: string; trial: string }[]): boolean =>
      list.some((entry) => entry.study === study && entry.trial === trial);
    if (worker === this.options.identity.worker) return holds(this.running());
    const workers = await this.patiently(() => this.options.bus.workers());
    const info = workers.find((other) => other.worker === worker);
    return info !== undefined && info.lastSeenMs < WORKER_GONE_MS && holds(info.running);
  }

  private obey(message: ControlMessage): void {
    switch (message.type) {
      case 'stop':
        for (const { attempt } of this.slots) {
          if (attempt?.study === message.study && attempt.trial === message.trial) attempt.prune();
        }
        return;
      case 'cancel':
        this.cancelled.set(message.study, this.options.now() + CANCEL_ECHO_MS);
        for (const { attempt } of this.slots) {
          if (attempt?.study === message.study) attempt.interrupt('the study was cancelled');
        }
        return;
      case 'quarantine':
        if (message.worker !== this.options.identity.worker || this.state !== 'up') return;
        this.state = 'quarantined';
        this.options.logger.error('quarantined', { reason: message.reason });
        this.beat();
        return;
      case 'request':
        // To the coordinator.
        return;
    }
  }

  private extendDeadlines(): void {
    const nowMs = this.options.now();
    for (const slot of this.slots) {
      const { preparing } = slot;
      // Fetching a dataset or a checkpoint may take longer than a deadline; it is bounded, as nothing else watches it.
      if (preparing !== null && (slot.attempt?.progress ?? 0) === 0) {
        if (nowMs - preparing.sinceMs < PREPARE_LIMIT_MS) preparing.delivery.extend();
        continue;
      }
      if (slot.attempt === null) continue;
      const progress = slot.attempt.progress;
      if (progress !== slot.lastProgress) slot.attempt.extend();
      slot.lastProgress = progress;
    }
  }

  private describe(): WorkerInfo {
    const { worker, host, pid, version, engine, backend, labels } = this.options.identity;
    const nowMs = this.options.now();
    const busyNowMs = this.slots.reduce(
      (sum, slot) => sum + (slot.attempt === null ? 0 : nowMs - slot.busySinceMs),
      0,
    );
    return {
      worker,
      host,
      pid,
      version,
      engine,
      backend,
      labels,
      slots: this.slots.length,
      running: this.running().map(({ study, trial }) => ({ study, trial })),
      trialsDone: this.trialsDone,
      state: this.state,
      busyMs: this.busyMs + busyNowMs,
      uptimeMs: nowMs - this.startedAtMs,
    };
  }

  private beat(): void {
    const beat = this.options.bus
      .heartbeat(this.describe())
      // Its state now, not at the time of sending: a node that drains meanwhile does not say that it serves.
      .then(() => this.options.onHeartbeat?.(this.state))
      .catch((thrown: unknown) => {
        this.options.logger.warn('heartbeat failed', { error: asSweepError(thrown).message });
      })
      .finally(() => this.beats.delete(beat));
    this.beats.add(beat);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
