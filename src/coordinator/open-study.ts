// Opening a study to run it, and its end. Start and resume share openStudy: a new study (create-study.ts) is one with an
// empty log.
import type { BlobStore, Bus, Lease, ResultStore, StudyRequest } from '../bus/bus.js';
import type { DatasetMetadata } from '../dataset/dataset.js';
import type { Engine } from '../engine/engine.js';
import { asSweepError, SweepError } from '../errors.js';
import type { Logger } from '../log.js';
import type { StudyEvent } from '../study/events.js';
import type { StudyView } from '../study/study-view.js';
import { reviveSweepSpec } from '../sweep-file/sweep-spec.js';
import { readCreated } from './archive/study-data.js';
import type { Clock } from './clock.js';
import { Coordinator } from './coordinator.js';
import { testWinner } from './ending/winner-test.js';
import { confirmLease } from './lease-confirmation.js';
import { planStudy } from './plan/spec-plan.js';
import type { StudyPlan } from './plan/study-plan.js';
import { checkPlan, checkRecord, checkSource } from './study-binding.js';
import type { StudyEnd } from './study-course.js';
import { StudyDataset } from './study-dataset.js';
import { answerRequest } from './study-requests.js';
import type { StudyWatcher } from './study-watcher.js';

/** Trials waiting on the bus beyond one per slot, so that a free slot finds one at once. */
const WAITING_TRIALS = 2;

export interface OpenStudyOptions {
  readonly bus: Bus;
  readonly study: string;
  readonly engine: Engine;
  readonly cacheDirectory: string;
  /** The results of this machine, where the bus is another; null: there are none. */
  readonly home?: (BlobStore & ResultStore) | null;
  /** Name of this coordinator. */
  readonly holder: string;
  readonly version: string;
  readonly slots: number;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Ends the preparing of data that were lost. */
  readonly signal?: AbortSignal;
}

interface OpenedStudyOptions extends Pick<OpenStudyOptions, 'bus' | 'engine' | 'clock' | 'logger'> {
  /** As many of the rows that tie with the winner, itself among them, are tested. */
  readonly finalists: number;
}

/** A study in this coordinator's hands until `close`. */
export class OpenedStudy {
  private readonly interruption = new AbortController();
  private readonly startedAtMs: number;
  private earlierMs = 0;
  private readonly stopListening: () => void;
  private stopConfirming: () => void = () => {};
  private isRunning = false;

  constructor(
    private readonly options: OpenedStudyOptions,
    readonly plan: StudyPlan,
    private readonly data: StudyDataset | null,
    private readonly lease: Lease,
    private readonly coordinator: Coordinator,
  ) {
    const { bus, clock } = options;
    this.startedAtMs = clock.now();
    this.stopListening = bus.onControl((message) => {
      if (message.type === 'request' && message.study === lease.study) this.answer(message.action);
    });
  }

  /** null for a function objective. */
  get dataset(): DatasetMetadata | null {
    return this.data?.metadata ?? null;
  }

  /** Live. */
  get view(): StudyView {
    return this.coordinator.view;
  }

  /** Runs the trials to the study's end, or to `interrupt`. Throws LEASE_LOST and what the bus throws. */
  async run(watcher: StudyWatcher = {}): Promise<StudyEnd> {
    const { onLeaseRenewed } = watcher;
    if (onLeaseRenewed !== undefined)
      this.stopConfirming = confirmLease(this.lease, () => onLeaseRenewed.call(watcher), this.options.logger);
    const observed: StudyWatcher = {
      onWorkers: (live) => watcher.onWorkers?.(live),
      onEvent: (logged, view) => {
        this.data?.observe(logged.event);
        watcher.onEvent?.(logged, view);
      },
    };
    try {
      return await this.coordinator.run(observed, () => this.recordOpening());
    } finally {
      this.isRunning = false;
      await this.data?.rest();
    }
  }

  /** Ends `run` and `finalize` as interrupted. */
  interrupt(reason: string): void {
    this.interruption.abort();
    this.coordinator.interrupt(reason);
  }

  /** After `run` and after the workers stood still: tests the winner, and records how the study ended. */
  async finalize(end: StudyEnd): Promise<StudyView> {
    await this.refresh();
    // Before the end is recorded: a coordinator that dies in between has not ended the study, and the next one sweeps.
    await this.coordinator.sweepCheckpoints();
    switch (end.state) {
      case 'interrupted':
        await this.recordState(end.state, end.reason);
        break;
      case 'cancelled':
      case 'failed':
        await this.recordState(end.state, end.reason);
        // What other nodes still hold of it is of no use to anyone.
        await this.release('other nodes', (bus, study) => bus.sendControl({ type: 'cancel', study }));
        await this.clearQueue();
        break;
      case 'complete':
      case 'stopped':
        // Left over are deliveries to workers that vanished: their trials have ended elsewhere.
        await this.clearQueue();
        await this.recordTest(end);
    }
    return this.refresh();
  }

  async close(): Promise<void> {
    this.stopConfirming();
    this.stopListening();
    this.data?.close();
    await this.lease.release();
  }

  private async recordOpening(): Promise<void> {
    this.earlierMs = this.view.timing.durationMs;
    await this.coordinator.append({ type: 'study.opened', coordinator: this.lease.holder });
    await this.recordState('running', null);
    this.isRunning = true;
    this.data?.serve(({ message }) => {
      // Else the workers of this process would try for ever; those elsewhere have copies of their own.
      if (!this.options.bus.hasRemoteWorkers)
        this.coordinator.interrupt(`its data cannot be had any more: ${message}`);
    });
  }

  private async recordTest(end: StudyEnd): Promise<void> {
    const { plan, data, interruption } = this;
    const { engine, logger, finalists } = this.options;
    const { bus } = this.coordinator;
    const view = await this.refresh();
    const test = await testWinner(
      { view, plan, data, bus, engine, logger, finalists, signal: interruption.signal },
      end.reason,
    );
    if (test.tested !== null) await this.coordinator.append(test.tested);
    await this.recordState(test.state, test.reason);
  }

  private clearQueue(): Promise<void> {
    return this.release('the queue', (bus, study) => bus.clearTrials(study));
  }

  /** What is left of a study after its end is worth no failure of it. */
  private async release(what: string, work: (bus: Bus, study: string) => Promise<void>): Promise<void> {
    try {
      await work(this.coordinator.bus, this.lease.study);
    } catch (thrown) {
      const { message } = asSweepError(thrown);
      this.options.logger.warn('something of the study that ended was left behind', { what, error: message });
    }
  }

  private answer(request: StudyRequest): void {
    if (!this.isRunning) return;
    const step = answerRequest(request, this.view.state);
    if (step.type === 'cancel') this.coordinator.cancel('on request');
    if (step.type !== 'record') return;
    this.recordState(step.state, 'on request').catch((thrown: unknown) => {
      this.options.logger.error('a request could not be recorded', { error: asSweepError(thrown).message });
    });
  }

  private async recordState(
    state: Extract<StudyEvent, { type: 'study.state' }>['state'],
    reason: string | null,
  ): Promise<void> {
    const durationMs = this.earlierMs + this.options.clock.now() - this.startedAtMs;
    await this.coordinator.append({
      type: 'study.state',
      state,
      ...(reason === null ? {} : { reason }),
      durationMs: Math.round(durationMs),
    });
  }

  /** Folds in what was appended since the coordinator stopped following. */
  private refresh(): Promise<StudyView> {
    return this.coordinator.catchUp();
  }
}

/**
 * Takes the study's lease and opens its data. Throws STUDY_NOT_FOUND, STUDY_LOCKED, DATASET_NOT_FOUND, VERSION_MISMATCH, and
 * SPEC_INVALID when its sweep was edited since it was created.
 */
export async function openStudy(options: OpenStudyOptions): Promise<OpenedStudy> {
  const { bus, study, engine, cacheDirectory, holder, version, slots, clock, logger, home = null } = options;
  const record = await bus.readStudy(study);
  if (record === null) {
    throw new SweepError('STUDY_NOT_FOUND', `there is no study ${study}`, { hint: 'sweep list shows them' });
  }
  const created = await readCreated(bus, study);
  checkRecord(bus, record, created);
  const spec = reviveSweepSpec(record.spec);
  const lease = await bus.acquireLease(study, holder);
  const info = created.dataset;
  let data: StudyDataset | null = null;
  try {
    if (created.engine !== (spec.engine ?? engine.name)) {
      throw new SweepError('VERSION_MISMATCH', `study ${study} runs on the engine ${created.engine}`);
    }
    if (info !== null) {
      await checkSource(info, spec.dataset, cacheDirectory);
      const ofStudy = { bus, cacheDirectory, clock, logger, info, spec: spec.dataset };
      data = await StudyDataset.open(ofStudy, options.signal);
    }
    const plan = planStudy(spec, data?.metadata ?? null, engine);
    checkPlan(created, plan, logger);
    const maxUnfinished = slots + WAITING_TRIALS;
    const datasetMetadata = info?.metadataBlob;
    const coordinator = new Coordinator({
      bus,
      lease,
      plan,
      clock,
      logger,
      version,
      maxUnfinished,
      datasetMetadata,
      home,
    });
    const finalists = spec.finalists ?? 1;
    return new OpenedStudy({ bus, engine, clock, logger, finalists }, plan, data, lease, coordinator);
  } catch (thrown) {
    data?.close();
    await lease.release();
    throw thrown;
  }
}
