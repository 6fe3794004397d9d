// What one attempt leaves on the bus: its events, in their order, its checkpoints and its model. Writes are begun and awaited
// together, as a bus that syncs can do it once for many; the first that fails ends the training, and is thrown by `written`.
import { createHash } from 'node:crypto';
import type { BlobOwner, BlobStore, CheckpointRef, EventLog, TrialMessage } from '../../src/bus/bus.js';
import { asSweepError, SweepError } from '../../src/errors.js';
import type { StudyEvent } from '../../src/study/events.js';
import { finalStateOwner } from '../../src/study/trial/final-state.js';
import type { EpochReport } from '../../src/study/trial/trial.js';
import { type Patience, withPatience } from './bus-retry.js';
import { CheckpointWriter, type WrittenCheckpoint } from './checkpoint-writer.js';

export interface AttemptRecordOptions {
  readonly bus: BlobStore & EventLog;
  readonly message: TrialMessage;
  readonly patience: Patience;
  /** What cannot be recorded need not be computed. */
  onFailure(): void;
}

/** What every event of the attempt carries. */
export interface AttemptId {
  readonly trial: string;
  readonly index: number;
  readonly attempt: number;
}

/** The trial is trained and has nothing to show for it. */
export class UnstoredModel extends SweepError {}

export class AttemptRecord {
  readonly id: AttemptId;
  /** The owner of its checkpoints: the coordinator deletes them. A model is everyone's. */
  private readonly owner: BlobOwner;
  private readonly writes = new Set<Promise<unknown>>();
  private failure: { readonly thrown: unknown } | null = null;
  private started: Promise<unknown> = Promise.resolve();
  /** The newest report's write. One waits for the other: after an outage the log has them in order, the trial's end last. */
  private reports: Promise<unknown> | null = null;
  private readonly checkpoints = new CheckpointWriter((checkpoint) => this.storeCheckpoint(checkpoint));

  constructor(private readonly options: AttemptRecordOptions) {
    const { study, trial, index, attempt } = options.message;
    this.owner = { study, trial };
    this.id = { trial, index, attempt };
  }

  /** null for one that cannot be read, for whatever reason: an older one, or none, will do. */
  async readCheckpoint({ blob, epoch, owner = this.owner }: CheckpointRef): Promise<Uint8Array | null> {
    const { bus, patience } = this.options;
    try {
      return Uint8Array.from(await this.patiently(() => bus.getBlob(blob, owner)));
    } catch (thrown) {
      const { message } = asSweepError(thrown);
      patience.logger.warn('checkpoint cannot be read', { ...this.id, epoch, error: message });
      return null;
    }
  }

  /** After a refused checkpoint's: a late one would follow what comes after this one. */
  appendStart(event: Extract<StudyEvent, { type: 'trial.started' }>): void {
    this.started = this.started.then(() => this.append(event));
    this.persist(this.started);
  }

  appendReport(report: EpochReport): void {
    const before = this.reports ?? this.started;
    this.reports = before.then(() => this.append({ type: 'trial.report', ...this.id, report }));
    this.persist(this.reports);
  }

  /**
   * Where nothing was reported, side by side with `trial.started`: a trial that only answers costs one round trip. Of a
   * finished or failed trial the order says nothing while the log takes both, but one that is started after it was given back
   * seems to run.
   */
  appendEnd(
    event: Extract<
      StudyEvent,
      { type: 'trial.finished' | 'trial.failed' | 'trial.paused' | 'trial.returned' }
    >,
  ): void {
    const before = this.reports ?? (event.type === 'trial.returned' ? this.started : null);
    this.persist(before === null ? this.appendBeside(event) : before.then(() => this.append(event)));
  }

  offerCheckpoint(checkpoint: WrittenCheckpoint): void {
    this.persist(this.checkpoints.offer(checkpoint));
  }

  /** Drops the checkpoint that waits and resolves when none is being written: after the trial's end none would be deleted. */
  discardCheckpoints(): Promise<void> {
    return this.checkpoints.discard();
  }

  /** Its digest; null of none. Throws UnstoredModel. */
  async storeModel(model: Uint8Array | null): Promise<string | null> {
    if (model === null) return null;
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

  /** For a longer training; null when it cannot be stored: that one trains from its start. */
  async storeFinalState(state: Uint8Array): Promise<string | null> {
    const { bus, patience } = this.options;
    try {
      const { study, trial } = this.owner;
      const owner = finalStateOwner(study, trial, createHash('sha256').update(state).digest('hex'));
      return await this.patiently(() => bus.putBlob(state, owner));
    } catch (thrown) {
      const { message } = asSweepError(thrown);
      patience.logger.warn('the final state of a trial could not be stored', { ...this.id, error: message });
      return null;
    }
  }

  /** Resolves when nothing that was begun is under way, whether it failed or not. */
  async settled(): Promise<void> {
    await Promise.all(this.writes);
  }

  /** Resolves when all that was begun is durable; throws the first failure. */
  async written(): Promise<void> {
    await this.settled();
    if (this.failure !== null) throw this.failure.thrown;
  }

  /** Before another end, after one that could not be written: that waits for nothing. */
  forgetFailure(): void {
    this.failure = null;
    this.reports = null;
    this.started = this.started.catch(() => {});
  }

  private async storeCheckpoint({ epoch, step, bytes }: WrittenCheckpoint): Promise<void> {
    const { bus, patience } = this.options;
    let blob: string;
    try {
      blob = await this.patiently(() => bus.putBlob(bytes, this.owner));
    } catch (thrown) {
      const { message } = asSweepError(thrown);
      patience.logger.warn('a checkpoint could not be stored', { ...this.id, epoch, error: message });
      return;
    }
    const place = { epoch, ...(step === 0 ? {} : { step }) };
    await this.appendBeside({ type: 'trial.checkpoint', ...this.id, ...place, blob });
  }

  private append(event: StudyEvent): Promise<number> {
    return this.patiently(() => this.options.bus.append(this.owner.study, event));
  }

  /**
   * Side by side with the start, but repeated only behind it: each waits by itself between its tries, and on a secured server
   * what comes before the start of its attempt is set aside.
   */
  private appendBeside(event: StudyEvent): Promise<number> {
    const { started } = this;
    let isRepeated = false;
    return this.patiently(async () => {
      if (isRepeated) await started;
      isRepeated = true;
      return this.options.bus.append(this.owner.study, event);
    });
  }

  private patiently<Value>(operation: () => Promise<Value>): Promise<Value> {
    return withPatience(operation, this.options.patience);
  }

  private persist(write: Promise<unknown>): void {
    const tracked = write
      .catch((thrown: unknown) => {
        this.failure ??= { thrown };
        this.options.onFailure();
      })
      .finally(() => this.writes.delete(tracked));
    this.writes.add(tracked);
  }
}
