// One attempt of one trial on this node, from its delivery to its acknowledgement. Owns the order that keeps results safe:
// reports → last checkpoint → model blob → trial.finished → ack. A crash between any two of them loses nothing: the trial is delivered again.
//
// started ─▶ training ─▶ finished   (blob, trial.finished, ack)
//                    ├─▶ paused      (blobs, trial.checkpoint, trial.paused, ack)   its scheduler has it go on, or ends it
//                    ├─▶ interrupted (trial.returned, nak)          drain or cancel: uses up no attempt
//                    ├─▶ abandoned   (ack, nothing written)         the trial or its study is no more
//                    ├─▶ refused checkpoint ─▶ training from the one before it, at last from epoch 0
//                    ├─▶ data changed (trial.returned, nak)          they are provided anew: uses up no attempt
//                    └─▶ failed      (trial.failed, ack)            the coordinator decides on another attempt
// What cannot be stored is this attempt's loss alone: a checkpoint is done without, without its model it has failed. Only a log
// that takes no events is thrown. What is written, and in which order, is attempt-record.ts.
import type { BlobStore, CheckpointRef, Delivery, EventLog, TrialMessage } from '../../src/bus/bus.js';
import type { Reached } from '../../src/engine/training/diverged-trial.js';
import { asSweepError, type SweepError } from '../../src/errors.js';
import { CHECKPOINTS_KEPT } from '../../src/study/trial/open-trial.js';
import type { EngineName, TrialResult } from '../../src/study/trial/trial.js';
import { isFaultOfData } from '../thread/trial-error.js';
import type { RunningTrial, TrialOutcome, TrialPool } from '../thread/trial-pool.js';
import { AttemptRecord, UnstoredModel } from './attempt-record.js';
import { type Patience, withPatience } from './bus-retry.js';

export type AttemptEnd =
  | { readonly type: 'finished'; readonly state: TrialResult['state']; readonly objective: number }
  | { readonly type: 'failed'; readonly error: SweepError }
  | { readonly type: 'paused'; readonly epoch: number }
  | { readonly type: 'returned'; readonly reason: string; readonly cause?: 'dataset' };

export interface AttemptOptions {
  readonly bus: BlobStore & EventLog;
  readonly pool: TrialPool;
  readonly delivery: Delivery;
  /** Newest first. */
  readonly checkpoints: readonly CheckpointRef[];
  readonly worker: string;
  readonly engine: EngineName;
  readonly patience: Patience;
}

/** A trial whose data were damaged goes back for this long: about what it takes to prepare them anew. */
const DATA_MENDED_IN_MS = 1_000;

export class TrialAttempt {
  private thread: RunningTrial | null = null;
  private interrupted: string | null = null;
  private abandoned = false;
  private pruned = false;
  private readonly record: AttemptRecord;

  constructor(private readonly options: AttemptOptions) {
    const { bus, delivery, patience } = options;
    this.record = new AttemptRecord({
      bus,
      message: delivery.message,
      patience,
      onFailure: () => this.thread?.requestStop('interrupt'),
    });
  }

  get message(): TrialMessage {
    return this.options.delivery.message;
  }

  get study(): string {
    return this.message.study;
  }

  get trial(): string {
    return this.record.id.trial;
  }

  /** Grows while the trial is alive. */
  get progress(): number {
    return this.thread?.progress() ?? 0;
  }

  /** Ends the trial with the result so far. */
  prune(): void {
    this.pruned = true;
    this.thread?.requestStop('prune');
  }

  /** Ends the trial after its step and gives it back. */
  interrupt(reason: string): void {
    this.interrupted ??= reason;
    this.thread?.requestStop('interrupt');
  }

  /** Ends the trial after its step; nothing of it is of use to anyone, so that nothing more is written. */
  abandon(reason: string): void {
    this.abandoned = true;
    this.options.patience.logger.warn('a trial in hand is dropped', { ...this.record.id, reason });
    this.interrupt(reason);
  }

  /** Resolves when the delivery is acknowledged or given back. Throws only what the log throws. */
  async run(): Promise<AttemptEnd> {
    const outcome = await this.trainFromNewest();
    try {
      return await this.settle(outcome);
    } catch (thrown) {
      const error = asSweepError(thrown);
      // An event that no reader takes: another attempt would write the same. A model without a place: one may find it.
      if (error.code !== 'MESSAGE_MALFORMED' && !(thrown instanceof UnstoredModel)) throw thrown;
      this.record.forgetFailure();
      return this.settle({ type: 'failed', error });
    }
  }

  private async trainFromNewest(): Promise<TrialOutcome> {
    const candidates = this.options.checkpoints.slice(0, CHECKPOINTS_KEPT);
    for (const checkpoint of candidates) {
      const bytes = await this.record.readCheckpoint(checkpoint);
      if (bytes === null) continue;
      const outcome = await this.train(bytes, checkpoint);
      if (outcome.type !== 'failed' || outcome.error.code !== 'CHECKPOINT_CORRUPT') return outcome;
      this.options.patience.logger.warn('checkpoint refused', { ...this.record.id, epoch: checkpoint.epoch });
    }
    return this.train(null, { epoch: 0 });
  }

  private async train(
    checkpoint: Uint8Array | null,
    { epoch: fromEpoch, step: fromStep }: Omit<CheckpointRef, 'blob'>,
  ): Promise<TrialOutcome> {
    const { pool, worker, engine, delivery } = this.options;
    if (this.interrupted !== null) return { type: 'interrupted', epoch: fromEpoch };
    this.record.appendStart({
      type: 'trial.started',
      ...this.record.id,
      worker,
      fromEpoch,
      ...(fromStep === undefined ? {} : { fromStep }),
      engine,
    });
    // It may be what ended the process that had it: then the log must know who holds it, or it would never use up its attempts.
    // Without it there it is not trained.
    if (delivery.redelivered) await this.record.written();
    this.thread = pool.run({
      config: delivery.message.config,
      objective: delivery.message.objective,
      until: delivery.message.until,
      checkpoint,
      timeLimitMs: delivery.message.timeLimitMs,
      attempt: { trial: this.trial, attempt: this.record.id.attempt },
      onWarning: (text) => this.options.patience.logger.warn(text, { ...this.record.id }),
      onReport: (report) => {
        if (!this.abandoned) this.record.appendReport(report);
      },
      onCheckpoint: (epoch, bytes, step) => {
        if (!this.abandoned) this.record.offerCheckpoint({ epoch, step, bytes });
      },
    });
    // A stop that came while the attempt was being prepared.
    if (this.interrupted !== null) this.thread.requestStop('interrupt');
    else if (this.pruned) this.thread.requestStop('prune');
    return this.thread.outcome;
  }

  private async settle(outcome: TrialOutcome): Promise<AttemptEnd> {
    const { delivery, worker } = this.options;
    const { params, config } = delivery.message;
    const point = { params, seed: config.seed };
    switch (outcome.type) {
      case 'finished': {
        await this.record.discardCheckpoints();
        const { state: bytes } = outcome;
        const state = bytes === undefined ? null : await this.record.storeFinalState(bytes);
        // Nobody owns a model: it is stored last, so that an attempt that dies leaves none that no log refers to.
        if (outcome.model !== null) await this.record.settled();
        const modelDigest = await this.record.storeModel(outcome.model);
        const result = { ...outcome.result, modelDigest };
        this.record.appendEnd({
          type: 'trial.finished',
          ...this.record.id,
          ...point,
          worker,
          cached: false,
          result,
          ...(state === null ? {} : { state }),
        });
        await this.record.written();
        await this.acknowledge();
        return { type: 'finished', state: result.state, objective: result.objective };
      }
      case 'paused': {
        const { epoch, state } = outcome;
        await this.record.discardCheckpoints();
        const modelDigest = await this.record.storeModel(outcome.model);
        this.record.offerCheckpoint({ epoch, step: 0, bytes: state });
        await this.record.settled();
        const reached = { ...outcome.result, modelDigest };
        this.record.appendEnd({ type: 'trial.paused', ...this.record.id, ...point, worker, epoch, reached });
        await this.record.written();
        await this.acknowledge();
        return { type: 'paused', epoch };
      }
      case 'interrupted': {
        const reason = this.interrupted ?? 'interrupted';
        if (this.abandoned) {
          await this.record.discardCheckpoints();
          await this.acknowledge();
          return { type: 'returned', reason };
        }
        // The checkpoint of the interrupt first, so that the log tells what happened in its order.
        await this.record.settled();
        this.record.appendEnd({ type: 'trial.returned', ...this.record.id, worker, reason });
        await this.record.written();
        await this.release(() => delivery.nak(0));
        return { type: 'returned', reason };
      }
      case 'failed': {
        const error = outcome.error;
        if (isFaultOfData(error.code)) return this.giveBackForData(error);
        // As of a finished one: the coordinator deletes what the trial owns as soon as it hears of its end.
        await this.record.discardCheckpoints();
        const reached = await this.reachedResult(outcome.reached);
        this.record.appendEnd({
          type: 'trial.failed',
          ...this.record.id,
          ...point,
          worker,
          error: error.toWire(),
          ...(reached === undefined ? {} : { reached }),
          final: !error.retryable && reached === undefined,
        });
        await this.record.written();
        await this.acknowledge();
        return { type: 'failed', error };
      }
    }
  }

  /** Where a stop may say that it counts no further, the coordinator has the last word on its end. */
  private async reachedResult(reached: Reached | undefined): Promise<TrialResult | undefined> {
    if (reached === undefined || this.message.stoppable === undefined) return undefined;
    const { result, model } = reached;
    return { ...result, modelDigest: await this.record.storeModel(model) };
  }

  /** What was computed since the data were last looked at is void; the coordinator sees to them. Uses up no attempt. */
  private async giveBackForData(error: SweepError): Promise<AttemptEnd> {
    const { delivery, worker, patience } = this.options;
    const reason = `has no sound dataset any more: ${error.message}`;
    patience.logger.error('a trial is given back: its data are not what they were', {
      ...this.record.id,
      error: error.message,
    });
    await this.record.settled();
    this.record.appendEnd({ type: 'trial.returned', ...this.record.id, worker, reason, cause: 'dataset' });
    await this.record.written();
    await withPatience(() => delivery.nak(DATA_MENDED_IN_MS), patience);
    return { type: 'returned', reason, cause: 'dataset' };
  }

  /** The log has its end: whoever gets it once more finds that there. */
  private acknowledge(): Promise<void> {
    return this.release(() => this.options.delivery.ack());
  }

  /** A delivery that cannot be let go of lapses by itself. */
  private async release(operation: () => Promise<void>): Promise<void> {
    try {
      await withPatience(operation, this.options.patience);
    } catch (thrown) {
      const { message } = asSweepError(thrown);
      this.options.patience.logger.warn('a trial could not be let go of', {
        ...this.record.id,
        error: message,
      });
    }
  }
}
