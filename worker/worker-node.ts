// The loop of a worker node over a bus: one pull per free slot, any number of studies. Runs inside `sweep start` and as
// `sweep worker`. What happens to one trial is trial-attempt.ts; who may run a redelivered one is trial-history.ts.
//
// Node:   up ──drain()──▶ draining ──all slots idle──▶ stopped
//          └─quarantine─▶ quarantined (as up, but pulls nothing) ──drain()──▶ draining
// Slot:   pulling ─▶ judging ─▶ running ─▶ pulling       (judging may give back, acknowledge, or record a lost worker)
// Timers: every EXTEND_MS a running trial whose progress counter moved extends its deadline; every HEARTBEAT_MS a heartbeat.
import type { Bus, ControlMessage, Delivery, TrialMessage, WorkerInfo } from '../src/bus/bus.js';
import { asSweepError } from '../src/errors.js';
import type { Logger } from '../src/log.js';
import type { EngineName, Requirement } from '../src/study/trial.js';
import { type Patience, withPatience } from './bus-retry.js';
import { lostWorkerError, TrialAttempt } from './trial-attempt.js';
import { type CheckpointRef, judgeHistory } from './trial-history.js';
import type { TrialPool } from './trial-pool.js';

const PULL_EXPIRES_MS = 5_000;
/** A third of the shortest deadline a bus gives (30 s). */
const EXTEND_MS = 10_000;
const HEARTBEAT_MS = 5_000;
/** Three missed heartbeats and the worker counts as gone. */
const WORKER_GONE_MS = 15_000;
/** A trial this node may not run goes back for this long, so that it is not offered to it again at once. */
const GIVE_BACK_MS = 15_000;

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
}

interface Slot {
  attempt: TrialAttempt | null;
  lastProgress: number;
  busySinceMs: number;
}

export class WorkerNode {
  private state: WorkerInfo['state'] = 'up';
  private readonly slots: Slot[];
  private readonly draining = new AbortController();
  private readonly cancelled = new Set<string>();
  private readonly refused = new Set<string>();
  private readonly startedAtMs: number;
  private trialsDone = 0;
  private busyMs = 0;
  private readonly loops: Promise<unknown>;
  private readonly timers: NodeJS.Timeout[];
  private readonly stopListening: () => void;
  private readonly patience: Patience;

  /** Starts pulling at once. */
  constructor(private readonly options: WorkerNodeOptions) {
    this.startedAtMs = options.now();
    this.patience = { logger: options.logger, signal: this.draining.signal };
    this.slots = Array.from({ length: options.pool.threads }, () => ({
      attempt: null,
      lastProgress: 0,
      busySinceMs: 0,
    }));
    this.stopListening = options.bus.onControl((message) => this.obey(message));
    this.timers = [
      setInterval(() => this.extendDeadlines(), EXTEND_MS),
      setInterval(() => void this.beat(), HEARTBEAT_MS),
    ];
    void this.beat();
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

  /** Resolves when the node has drained; rejects with what the bus threw if that ended it. */
  async stopped(): Promise<void> {
    try {
      await this.loops;
    } finally {
      for (const timer of this.timers) clearInterval(timer);
      this.stopListening();
    }
  }

  private async serve(slot: Slot): Promise<void> {
    const { bus, requirements } = this.options;
    const signal = this.draining.signal;
    const pull = () => bus.pullTrial({ requirements, expiresMs: PULL_EXPIRES_MS, signal });
    while (this.state === 'up') {
      const delivery = await withPatience(pull, this.patience);
      if (delivery !== null) await this.handle(delivery, slot);
    }
  }

  private async handle(delivery: Delivery, slot: Slot): Promise<void> {
    const { message } = delivery;
    if (this.state !== 'up') return delivery.nak(0);
    if (this.cancelled.has(message.study)) return delivery.term();
    const mismatch = this.findMismatch(message);
    if (mismatch !== null) return this.giveBack(delivery, mismatch);
    const checkpoints = delivery.redelivered ? await this.judge(delivery) : message.checkpoints;
    if (checkpoints === null) return;

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
    try {
      const end = await attempt.run();
      if (end !== 'returned') this.trialsDone++;
    } finally {
      slot.attempt = null;
      this.busyMs += now() - slot.busySinceMs;
    }
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

  /** Recorded once per trial: a trial nobody can run is offered again and again. */
  private async giveBack(delivery: Delivery, reason: string): Promise<void> {
    const { study, trial, index, attempt } = delivery.message;
    const key = `${study}/${trial}`;
    if (!this.refused.has(key)) {
      this.refused.add(key);
      const worker = this.options.identity.worker;
      await this.options.bus.append(study, { type: 'trial.returned', trial, index, attempt, worker, reason });
    }
    await delivery.nak(GIVE_BACK_MS);
  }

  /** The checkpoints to run a redelivered trial from, or null when it was dealt with without training. */
  private async judge(delivery: Delivery): Promise<readonly CheckpointRef[] | null> {
    const { bus } = this.options;
    const { study, trial, index, attempt, params, config } = delivery.message;
    const verdict = judgeHistory(await bus.trialEvents(study, trial), delivery.message);
    switch (verdict.type) {
      case 'free':
        return verdict.checkpoints;
      case 'over':
        await delivery.ack();
        return null;
      case 'held': {
        if (await this.isAtWork(verdict.worker, study, trial)) {
          await delivery.nak(GIVE_BACK_MS);
          return null;
        }
        await bus.append(study, {
          type: 'trial.failed',
          trial,
          index,
          attempt,
          params,
          seed: config.seed,
          worker: verdict.worker,
          error: lostWorkerError(verdict.worker).toWire(),
          final: false,
        });
        await delivery.ack();
        return null;
      }
    }
  }

  private async isAtWork(worker: string, study: string, trial: string): Promise<boolean> {
    const holds = (list: readonly { study: string; trial: string }[]): boolean =>
      list.some((entry) => entry.study === study && entry.trial === trial);
    if (worker === this.options.identity.worker) return holds(this.running());
    const info = (await this.options.bus.workers()).find((other) => other.worker === worker);
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
        this.cancelled.add(message.study);
        for (const { attempt } of this.slots) {
          if (attempt?.study === message.study) attempt.interrupt('the study was cancelled');
        }
        return;
      case 'quarantine':
        if (message.worker !== this.options.identity.worker || this.state !== 'up') return;
        this.state = 'quarantined';
        this.options.logger.error('quarantined', { reason: message.reason });
        void this.beat();
    }
  }

  private extendDeadlines(): void {
    for (const slot of this.slots) {
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

  private async beat(): Promise<void> {
    try {
      await this.options.bus.heartbeat(this.describe());
    } catch (thrown) {
      this.options.logger.warn('heartbeat failed', { error: asSweepError(thrown).message });
    }
  }
}
