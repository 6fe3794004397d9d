// One attempt of one trial on this node, from its delivery to its acknowledgement. Owns the order that keeps results safe:
// reports → last checkpoint → model blob → trial.finished → ack. A crash between any two of them loses nothing: the trial is delivered again.
//
// started ─▶ training ─▶ finished   (blob, trial.finished, ack)
//                    ├─▶ interrupted (trial.returned, nak)          drain or cancel: uses up no attempt
//                    ├─▶ abandoned   (ack, nothing written)         the trial or its study is no more
//                    ├─▶ refused checkpoint ─▶ training from the one before it, at last from epoch 0
//                    ├─▶ data changed (trial.returned, nak)          they are provided anew: uses up no attempt
//                    └─▶ failed      (trial.failed, ack)            the coordinator decides on another attempt
// What cannot be stored is this attempt's loss alone: a checkpoint is done without, without its model it has failed. Only a log
// that takes no events is thrown.
import type {
  BlobOwner,
  BlobStore,
  CheckpointRef,
  Delivery,
  EventLog,
  TrialMessage,
} from '../src/bus/bus.js';
import { asSweepError, SweepError } from '../src/errors.js';
import type { StudyEvent } from '../src/study/events.js';
import { CHECKPOINTS_KEPT } from '../src/study/open-trial.js';
import type { EngineName, EpochReport, TrialResult } from '../src/study/trial.js';
import { type Patience, withPatience } from './bus-retry.js';
import { CheckpointWriter, type WrittenCheckpoint } from './checkpoint-writer.js';
import { isFaultOfData } from './trial-error.js';
import type { RunningTrial, TrialOutcome, TrialPool } from './trial-pool.js';

export type AttemptEnd =
  | { readonly type: 'finished'; readonly state: TrialResult['state']; readonly objective: number }
  | { readonly type: 'failed'; readonly error: SweepError }
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
  /** Writes under way, awaited together: a bus that syncs can do it once for many. */
  private readonly writes = new Set<Promise<unknown>>();
  /** The first write that failed; thrown when the trial settles. */
  private writeFailure: { readonly thrown: unknown } | null = null;
  private started: Promise<unknown> = Promise.resolve();
  /** The newest report's write. One waits for the other: after an outage the log has them in order, the trial's end last. */
  private reports: Promise<unknown> | null = null;
  private readonly event: { readonly trial: string; readonly index: number; readonly attempt: number };
  /** Of its checkpoints: the coordinator deletes them. A model is everyone's. */
  private readonly owner: BlobOwner;
  private readonly checkpoints = new CheckpointWriter((checkpoint) => this.storeCheckpoint(checkpoint));

  constructor(private readonly options: AttemptOptions) {
    const { study, trial, index, attempt } = options.delivery.message;
    this.owner = { study, trial };
    this.event = { trial, index, attempt };
  }

  get message(): TrialMessage {
    return this.options.delivery.message;
  }

  get study(): string {
    return this.message.study;
  }

  get trial(): string {
    return this.event.trial;
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
    this.options.patience.logger.warn('a trial in hand is dropped', { ...this.event, reason });
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
      this.writeFailure = null;
      this.reports = null;
      return this.settle({ type: 'failed', error });
    }
  }

  private async trainFromNewest(): Promise<TrialOutcome> {
    const candidates = this.options.checkpoints.slice(0, CHECKPOINTS_KEPT);
    for (const checkpoint of candidates) {
      const bytes = await this.readCheckpoint(checkpoint);
      if (bytes === null) continue;
      const outcome = await this.train(bytes, checkpoint);
      if (outcome.type !== 'failed' || outcome.error.code !== 'CHECKPOINT_CORRUPT') return outcome;
      this.options.patience.logger.warn('checkpoint refused', { ...this.event, epoch: checkpoint.epoch });
    }
    return this.train(null, { epoch: 0 });
  }

  private async readCheckpoint({ blob, epoch }: CheckpointRef): Promise<Uint8Array | null> {
    try {
      return Uint8Array.from(await this.patiently(() => this.options.bus.getBlob(blob, this.owner)));
    } catch (thrown) {
      // Whatever keeps it from being read: an older one, or none, will do.
      const error = asSweepError(thrown);
      this.options.patience.logger.warn('checkpoint cannot be read', {
        ...this.event,
        epoch,
        error: error.message,
      });
      return null;
    }
  }

  private async train(
    checkpoint: Uint8Array | null,
    { epoch: fromEpoch, step: fromStep }: Omit<CheckpointRef, 'blob'>,
  ): Promise<TrialOutcome> {
    const { pool, worker, engine, delivery } = this.options;
    if (this.interrupted !== null) return { type: 'interrupted', epoch: fromEpoch };
    // After a refused checkpoint's: a late one would follow what comes after this one.
    this.started = this.started.then(() =>
      this.append({
        type: 'trial.started',
        ...this.event,
        worker,
        fromEpoch,
        ...(fromStep === undefined ? {} : { fromStep }),
        engine,
      }),
    );
    this.persist(this.started);
    this.thread = pool.run({
      config: delivery.message.config,
      objective: delivery.message.objective,
      checkpoint,
      timeLimitMs: delivery.message.timeLimitMs,
      onReport: (report) => {
        if (!this.abandoned) this.storeReport(report);
      },
      onCheckpoint: (epoch, bytes, step) => {
        if (!this.abandoned) this.persist(this.checkpoints.offer({ epoch, step, bytes }));
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
        const model = outcome.model;
        await this.checkpoints.discard();
        const modelDigest = model === null ? null : await this.storeModel(model);
        const result = { ...outcome.result, modelDigest };
        this.appendEnd({ type: 'trial.finished', ...this.event, ...point, worker, cached: false, result });
        await this.written();
        await this.acknowledge();
        return { type: 'finished', state: result.state, objective: result.objective };
      }
      case 'interrupted': {
        const reason = this.interrupted ?? 'interrupted';
        if (this.abandoned) {
          await this.checkpoints.discard();
          await this.acknowledge();
          return { type: 'returned', reason };
        }
        // The checkpoint of the interrupt first, so that the log tells what happened in its order.
        await Promise.all(this.writes);
        this.appendEnd({ type: 'trial.returned', ...this.event, worker, reason });
        await this.written();
        await this.release(() => delivery.nak(0));
        return { type: 'returned', reason };
      }
      case 'failed': {
        const error = outcome.error;
        if (isFaultOfData(error.code)) return this.giveBackForData(error);
        // As of a finished one: the coordinator deletes what the trial owns as soon as it hears of its end.
        await this.checkpoints.discard();
        this.appendEnd({
          type: 'trial.failed',
          ...this.event,
          ...point,
          worker,
          error: error.toWire(),
          final: !error.retryable,
        });
        await this.written();
        await this.acknowledge();
        return { type: 'failed', error };
      }
    }
  }

  /** What was computed since the data were last looked at is void; the coordinator sees to them. Uses up no attempt. */
  private async giveBackForData(error: SweepError): Promise<AttemptEnd> {
    const { delivery, worker, patience } = this.options;
    const reason = `has no sound dataset any more: ${error.message}`;
    patience.logger.error('a trial is given back: its data are not what they were', {
      ...this.event,
      error: error.message,
    });
    await Promise.all(this.writes);
    this.appendEnd({ type: 'trial.returned', ...this.event, worker, reason, cause: 'dataset' });
    await this.written();
    await this.patiently(() => delivery.nak(DATA_MENDED_IN_MS));
    return { type: 'returned', reason, cause: 'dataset' };
  }

  private async storeModel(model: Uint8Array): Promise<string> {
    try {
      return await this.patiently(() => this.options.bus.putBlob(model));
    } catch (thrown) {
      const { message, hint } = asSweepError(thrown);
      throw new UnstoredModel('TRIAL_LOST', `its model could not be stored: ${message}`, {
        hint,
        cause: thrown,
      });
    }
  }

  /** The log has its end: whoever gets it once more finds that there. */
  private acknowledge(): Promise<void> {
    return this.release(() => this.options.delivery.ack());
  }

  /** A delivery that cannot be let go of lapses by itself. */
  private async release(operation: () => Promise<void>): Promise<void> {
    try {
      await this.patiently(operation);
    } catch (thrown) {
      const { message } = asSweepError(thrown);
      this.options.patience.logger.warn('a trial could not be let go of', { ...this.event, error: message });
    }
  }

  private append(event: StudyEvent): Promise<number> {
    return this.patiently(() => this.options.bus.append(this.study, event));
  }

  private patiently<Value>(operation: () => Promise<Value>): Promise<Value> {
    return withPatience(operation, this.options.patience);
  }

  private persist(write: Promise<unknown>): void {
    const tracked = write
      .catch((thrown: unknown) => {
        this.writeFailure ??= { thrown };
        // What cannot be recorded need not be computed.
        this.thread?.requestStop('interrupt');
      })
      .finally(() => this.writes.delete(tracked));
    this.writes.add(tracked);
  }

  /** Resolves when all that was begun is durable; throws the first failure. */
  private async written(): Promise<void> {
    await Promise.all(this.writes);
    if (this.writeFailure !== null) throw this.writeFailure.thrown;
  }

  private storeReport(report: EpochReport): void {
    const before = this.reports ?? this.started;
    this.reports = before.then(() => this.append({ type: 'trial.report', ...this.event, report }));
    this.persist(this.reports);
  }

  /**
   * Where nothing was reported, side by side with `trial.started`: a trial that only answers costs one round trip. Of a
   * finished or failed trial the order says nothing, but one that is started after it was given back seems to run.
   */
  private appendEnd(event: StudyEvent): void {
    const before = this.reports ?? (event.type === 'trial.returned' ? this.started : null);
    this.persist(before === null ? this.append(event) : before.then(() => this.append(event)));
  }

  private async storeCheckpoint({ epoch, step, bytes }: WrittenCheckpoint): Promise<void> {
    const { bus, patience } = this.options;
    let blob: string;
    try {
      blob = await this.patiently(() => bus.putBlob(bytes, this.owner));
    } catch (thrown) {
      const { message } = asSweepError(thrown);
      patience.logger.warn('a checkpoint could not be stored', { ...this.event, epoch, error: message });
      return;
    }
    const place = { epoch, ...(step === 0 ? {} : { step }) };
    await this.append({ type: 'trial.checkpoint', ...this.event, ...place, blob });
  }
}

/** The trial is trained and has nothing to show for it. */
class UnstoredModel extends SweepError {}
