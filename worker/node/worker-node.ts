// The loop of a worker node over a bus: one pull per free slot, any number of studies. Runs inside `sweep start` and as
// `sweep worker`. What happens to one trial is trial-attempt.ts; which ones it may run is trial-admission.ts; how others see
// it is node-presence.ts.
//
// Node:   up ──drain(), or a slot fails──▶ draining ──all slots idle──▶ stopped
//          └─quarantine─▶ quarantined (as up, but pulls nothing) ──drain(), or a slot fails──▶ draining
//        with `once` each slot stops after one trial, and the node with the last of them
// Slot:   pulling ─▶ admitting ─▶ running ─▶ pulling     (admitting may give back or acknowledge)
// Timers: every EXTEND_MS a running trial whose progress counter moved extends its deadline.
import { setMaxListeners } from 'node:events';
import type { Bus, ControlMessage, Delivery, WorkerInfo } from '../../src/bus/bus.js';
import { isOfWholeBus } from '../../src/bus/repeat.js';
import { asSweepError, type ErrorCode, SweepError } from '../../src/errors.js';
import type { Logger } from '../../src/log.js';
import type { Params, Requirement } from '../../src/study/trial/trial.js';
import type { TrialPool } from '../thread/trial-pool.js';
import { type Patience, pause, withPatience } from './bus-retry.js';
import type { DatasetCache } from './dataset-cache.js';
import { NodePresence, type WorkerIdentity } from './node-presence.js';
import { NodeSlot } from './node-slot.js';
import type { ProgramCache } from './program-cache.js';
import { TrialAdmission } from './trial-admission.js';
import { type AttemptEnd, TrialAttempt } from './trial-attempt.js';
import { GIVE_BACK_MS } from './trial-refusals.js';
import { LOOK_EVERY_MS, TrialWatch } from './trial-watch.js';

const PULL_EXPIRES_MS = 5_000;
/** A third of the shortest deadline a bus gives (30 s). */
const EXTEND_MS = 10_000;
/** A node that refused a trial leaves the next one to others for this long. */
const REFUSAL_PAUSE_MS = 2_000;
/** Failures of one study's log: the node goes on serving others. */
const ONE_STUDY_ONLY: ReadonlySet<ErrorCode> = new Set([
  'EVENT_LOG_CORRUPT',
  'STUDY_NOT_FOUND',
  'MESSAGE_MALFORMED',
]);

type HandledEnd = 'run' | 'settled' | 'refused';

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
  /** Absent: this node runs no programs of studies. */
  readonly programs?: ProgramCache;
  /** One trial a slot, then stop. */
  readonly once?: boolean;
  /** How often a node looks whether what it trains is still wanted. */
  readonly watchEveryMs?: number;
  onTrial?(news: TrialNews): void;
  /** The bus has the heartbeat of a node in this state. */
  readonly onHeartbeat?: (state: WorkerInfo['state']) => void;
}

/** For whoever watches this node. */
export type TrialNews = { readonly study: string; readonly trial: string; readonly attempt: number } & (
  | { readonly type: 'begun'; readonly params: Params }
  | { readonly type: 'ended'; readonly durationMs: number; readonly end: AttemptEnd }
);

export class WorkerNode {
  private state: WorkerInfo['state'] = 'up';
  private readonly slots: NodeSlot[];
  private readonly draining = new AbortController();
  private readonly startedAtMs: number;
  private trialsDone = 0;
  /** Settles when every slot is idle for good; rejects with the first failure. */
  private readonly loops: Promise<void>;
  private readonly deadlines: NodeJS.Timeout;
  private readonly presence: NodePresence;
  private readonly admission: TrialAdmission;
  /** null on the local bus: coordinator and node are one process there, and no message between them is lost. */
  private readonly watch: TrialWatch | null;
  private readonly stopListening: () => void;
  private readonly patience: Patience;

  /** Starts pulling at once. */
  constructor(private readonly options: WorkerNodeOptions) {
    this.startedAtMs = options.now();
    // Every slot waits on it: no leak, however many there are.
    setMaxListeners(0, this.draining.signal);
    this.patience = { logger: options.logger, signal: this.draining.signal };
    this.slots = Array.from({ length: options.pool.threads }, () => new NodeSlot());
    this.admission = new TrialAdmission({
      ...options,
      patience: this.patience,
      isServing: () => this.state === 'up',
    });
    // Before all that has timers: where it throws, nothing may be left behind.
    this.stopListening = options.bus.onControl((message) => this.obey(message));
    const { worker } = options.identity;
    this.presence = new NodePresence({ ...options, worker, describe: () => this.describe() });
    const everyMs = options.watchEveryMs ?? LOOK_EVERY_MS;
    this.watch = options.bus.hasRemoteWorkers
      ? new TrialWatch({ ...options, everyMs, attempts: () => this.attempts() })
      : null;
    this.deadlines = setInterval(() => {
      for (const slot of this.slots) this.extendDeadline(slot);
    }, EXTEND_MS);
    this.presence.beat();
    this.loops = this.serveAll();
    // Observed by stopped(); a failure of the bus must not end the process before someone asks.
    this.loops.catch(() => {});
  }

  /** Trials in hand with their progress counters. */
  running(): { readonly study: string; readonly trial: string; readonly progress: number }[] {
    return this.attempts().map(({ study, trial, progress }) => ({ study, trial, progress }));
  }

  /** Pulls no more, interrupts what runs and gives it back. Resolves when every slot is idle. */
  async drain(reason: string): Promise<void> {
    this.beginDrain(reason);
    await this.stopped();
  }

  get isQuarantined(): boolean {
    return this.state === 'quarantined';
  }

  /** Settles when the node has drained, no slot at work any more; rejects with what the bus threw if that ended it. */
  async stopped(): Promise<void> {
    try {
      await this.loops;
    } finally {
      clearInterval(this.deadlines);
      await this.watch?.close();
      this.stopListening();
      await this.presence.leave();
    }
  }

  private beginDrain(reason: string): void {
    if (this.state === 'draining') return;
    this.state = 'draining';
    this.draining.abort();
    for (const attempt of this.attempts()) attempt.interrupt(reason);
  }

  /** What fails one slot, a bus that refuses the node, would fail the others next: they give back what they hold. */
  private async serveAll(): Promise<void> {
    const ends = await Promise.allSettled(
      this.slots.map((slot) =>
        this.serve(slot).catch((thrown: unknown) => {
          this.beginDrain('the node failed');
          throw thrown;
        }),
      ),
    );
    const failed = ends.find((end) => end.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  private async serve(slot: NodeSlot): Promise<void> {
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

  /** One bad trial, or one damaged log, must not end a node that serves others: it fails, or is given back, and is reported. */
  private async handleSafely(delivery: Delivery, slot: NodeSlot): Promise<HandledEnd> {
    try {
      return await this.handle(delivery, slot);
    } catch (thrown) {
      const error = asSweepError(thrown);
      if (isOfWholeBus(thrown)) throw thrown;
      const { study, trial } = delivery.message;
      this.options.logger.error('a trial cannot be handled', {
        study,
        trial,
        code: error.code,
        error: error.message,
      });
      await this.letGo(delivery, error);
      return 'refused';
    } finally {
      slot.free(this.options.now());
    }
  }

  /** By a failure in its log, so that it is not tried for ever. Throws what a log that takes nothing throws. */
  private async letGo(delivery: Delivery, { message, hint }: SweepError): Promise<void> {
    const { bus, identity, logger } = this.options;
    const { study, trial, index, attempt, params, config } = delivery.message;
    const error = new SweepError('TRIAL_CRASHED', `its worker could not handle it: ${message}`, { hint });
    const point = { trial, index, params, seed: config.seed, attempt };
    const event = { type: 'trial.failed', ...point, worker: identity.worker, error: error.toWire() } as const;
    try {
      await withPatience(() => bus.append(study, { ...event, final: false }), this.patience);
      await withPatience(() => delivery.ack(), this.patience);
    } catch (thrown) {
      if (!ONE_STUDY_ONLY.has(asSweepError(thrown).code)) throw thrown;
      logger.error('its failure cannot be recorded', { study, trial, error: asSweepError(thrown).message });
      await withPatience(() => delivery.nak(GIVE_BACK_MS), this.patience);
    }
  }

  private extendDeadline(slot: NodeSlot): void {
    try {
      slot.extendDeadline(this.options.now());
    } catch (thrown) {
      // At worst it is delivered to someone else.
      this.options.logger.warn('a deadline was not moved', { error: asSweepError(thrown).message });
    }
  }

  private async handle(delivery: Delivery, slot: NodeSlot): Promise<HandledEnd> {
    slot.hold(delivery, this.options.now());
    const admission = await this.admission.admit(delivery);
    if (typeof admission === 'string') return admission;
    // A signal or a cancellation that came in the meantime found no attempt to interrupt.
    const refusal = this.admission.refuse(delivery);
    if (refusal !== null) {
      await refusal;
      return 'refused';
    }

    const { bus, pool, identity, now } = this.options;
    const attempt = new TrialAttempt({
      bus,
      pool,
      delivery,
      checkpoints: admission,
      worker: identity.worker,
      engine: identity.engine,
      patience: this.patience,
    });
    const beganMs = now();
    slot.begin(attempt, beganMs);
    const { study, trial, attempt: number, params } = delivery.message;
    this.options.onTrial?.({ type: 'begun', study, trial, attempt: number, params });
    const end = await attempt.run();
    if (end.type === 'finished' || end.type === 'failed') this.trialsDone++;
    else if (end.type === 'returned' && end.cause === 'dataset')
      this.options.datasets?.forget(delivery.message);
    this.options.onTrial?.({
      type: 'ended',
      study,
      trial,
      attempt: number,
      durationMs: now() - beganMs,
      end,
    });
    return 'run';
  }

  private obey(message: ControlMessage): void {
    switch (message.type) {
      case 'stop':
        for (const attempt of this.attempts()) {
          if (attempt.study === message.study && attempt.trial === message.trial) attempt.prune();
        }
        return;
      case 'cancel':
        this.admission.cancel(message.study);
        for (const attempt of this.attempts()) {
          if (attempt.study === message.study) attempt.interrupt('the study was cancelled');
        }
        return;
      case 'quarantine':
        if (message.worker !== this.options.identity.worker || this.state !== 'up') return;
        this.state = 'quarantined';
        this.options.logger.error('quarantined', { reason: message.reason });
        this.presence.beat();
        return;
      case 'request':
        // To the coordinator.
        return;
    }
  }

  private attempts(): TrialAttempt[] {
    return this.slots.flatMap(({ attempt }) => (attempt === null ? [] : [attempt]));
  }

  private describe(): WorkerInfo {
    const { worker, host, pid, version, engine, backend, labels } = this.options.identity;
    const nowMs = this.options.now();
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
      busyMs: this.slots.reduce((sum, slot) => sum + slot.busyMs(nowMs), 0),
      uptimeMs: nowMs - this.startedAtMs,
    };
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
