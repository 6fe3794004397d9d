// Opening a study to run it, and its end. Start and resume share openStudy: a new study (create-study.ts) is one with an
// empty log.
import type { Bus, Lease, StudyRequest, WorkerInfo } from '../bus/bus.js';
import type { MappedDataset } from '../dataset/dataset.js';
import { MappedContents } from '../dataset/prepared/mapped-contents.js';
import { openDataset } from '../dataset/prepared/mapped-file.js';
import { preparedPath } from '../dataset/prepared/prepared-format.js';
import type { Engine } from '../engine/engine.js';
import { asSweepError, type ErrorCode, SweepError } from '../errors.js';
import type { Logger } from '../log.js';
import { hashJson } from '../study/canonical-json.js';
import type {
  ConfidenceSet,
  LoggedEvent,
  PassedOverTrial,
  StudyEvent,
  TestEvaluation,
} from '../study/events.js';
import type { SeedResult } from '../study/finished-row.js';
import { refusalCause } from '../study/refusal.js';
import type { StudyView } from '../study/study-view.js';
import type { TrainConfig } from '../study/trial.js';
import { reviveSweepSpec, type SweepSpec } from '../sweep-file/sweep-spec.js';
import { mendDataset } from './archive/share-dataset.js';
import { openStudyDataset, provideStudyDataset, readCreated } from './archive/study-data.js';
import type { Clock } from './clock.js';
import { Coordinator } from './coordinator.js';
import { findCandidates, findWinner, testBest, testOthers } from './finalize.js';
import { judgeRows, membersOf } from './judge-rows.js';
import { planStudy } from './plan/spec-plan.js';
import type { StudyPlan } from './plan/study-plan.js';
import { checkPlan, checkRecord, checkSource } from './study-binding.js';
import type { StudyEnd } from './study-course.js';

/** The study's results are what they are, but its winner cannot be tested. */
const MODEL_IS_LOST: ReadonlySet<ErrorCode> = new Set([
  'BLOB_NOT_FOUND',
  'BLOB_CORRUPT',
  'CHECKPOINT_CORRUPT',
]);
const CONFIRM_EVERY_MS = 5_000;
/** Functions end in microseconds: a queue of a few trials would run dry between two events. */
const UNFINISHED_FUNCTIONS = 256;
/** Trials waiting on the bus beyond one per slot, so that a free slot finds one at once. */
const WAITING_TRIALS = 2;
/** Of trials that rank above the tested one and lack their models: an event holds no more. */
const PASSED_OVER_NAMED = 1_000;

export interface OpenStudyOptions {
  readonly bus: Bus;
  readonly study: string;
  readonly engine: Engine;
  readonly cacheDirectory: string;
  /** Name of this coordinator. */
  readonly holder: string;
  readonly version: string;
  readonly slots: number;
  readonly clock: Clock;
  readonly logger: Logger;
  onEvent(logged: LoggedEvent, view: StudyView): void;
  /** The workers that are alive, every few seconds, where they are not this process's own. */
  onWorkers?(live: readonly WorkerInfo[]): void;
  /** The bus says that the study is still this coordinator's: every few seconds. */
  readonly onLeaseRenewed?: () => void;
}

/** A study in this coordinator's hands until `close`. */
export class OpenedStudy {
  private readonly coordinator: Coordinator;
  private readonly interruption = new AbortController();
  private readonly startedAtMs: number;
  private earlierMs = 0;
  private readonly stopListening: () => void;
  private readonly confirmation: NodeJS.Timeout | undefined;
  private isRunning = false;
  private mending: Promise<void> | null = null;
  private wasMissed = false;

  constructor(
    private readonly options: OpenStudyOptions,
    readonly spec: SweepSpec,
    readonly plan: StudyPlan,
    private mapped: MappedDataset | null,
    private readonly lease: Lease,
    datasetMetadata: string | undefined,
  ) {
    this.startedAtMs = options.clock.now();
    this.coordinator = new Coordinator({
      ...options,
      lease,
      plan,
      datasetMetadata,
      ownsWorkers: !options.bus.hasRemoteWorkers,
      maxUnfinished:
        spec.objective.type === 'function' ? UNFINISHED_FUNCTIONS : options.slots + WAITING_TRIALS,
      onEvent: (logged, view) => {
        this.mendIfMissed(logged.event);
        options.onEvent(logged, view);
      },
    });
    this.stopListening = options.bus.onControl((message) => {
      if (message.type === 'request' && message.study === options.study) this.answer(message.action);
    });
    // The bus renews the lease by itself; one that is lost shows at the next append, which is fenced. This only tells
    // whoever wants to know that the study is still ours.
    const { onLeaseRenewed } = options;
    if (onLeaseRenewed === undefined) return;
    const confirm = (): void =>
      void lease
        .renew()
        .then(onLeaseRenewed, () => {})
        .catch((thrown: unknown) => {
          options.logger.warn('a renewal could not be told', { error: asSweepError(thrown).message });
        });
    this.confirmation = setInterval(confirm, CONFIRM_EVERY_MS);
    this.confirmation.unref();
  }

  /** null for a function objective. */
  get dataset(): MappedDataset | null {
    return this.mapped;
  }

  /** Live. */
  get view(): StudyView {
    return this.coordinator.view;
  }

  /** Runs the trials to the study's end, or to `interrupt`. Throws LEASE_LOST and what the bus throws. */
  async run(): Promise<StudyEnd> {
    const end = this.coordinator.run(async (view) => {
      this.earlierMs = view.timing.durationMs;
      await this.coordinator.append({ type: 'study.opened', coordinator: this.options.holder });
      await this.recordState('running', null);
      this.isRunning = true;
      if (this.wasMissed) this.mend();
    });
    try {
      return await end;
    } finally {
      this.isRunning = false;
      await this.mending;
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
        await this.testWinner(end);
    }
    return this.refresh();
  }

  async close(): Promise<void> {
    clearInterval(this.confirmation);
    this.stopListening();
    this.dataset?.close();
    await this.lease.release();
  }

  private async testWinner(end: StudyEnd): Promise<void> {
    const winner = findWinner(await this.refresh());
    if (winner === null) {
      await this.recordState('failed', end.reason ?? 'no trial ended with a result');
      return;
    }
    try {
      const signal = this.interruption.signal;
      // Before the test split is opened: which rows are its finalists is told by the validation errors alone.
      const set = await judgeRows(this.view, this.coordinator.bus, signal);
      const isNews = set !== null && hashJson(set) !== hashJson(this.view.confidenceSet);
      const found = await this.onSoundData((dataset) => this.testFinalists(winner, set, dataset));
      const { tests = [], passedOver = [] } = found ?? {};
      if (tests.length > 0 || isNews) {
        const named = passedOver.slice(0, PASSED_OVER_NAMED);
        await this.coordinator.append({
          type: 'study.tested',
          tests,
          ...(named.length === 0 ? {} : { passedOver: named }),
          ...(isNews ? { confidenceSet: set } : {}),
        });
      }
    } catch (thrown) {
      const error = asSweepError(thrown);
      if (error.code === 'INTERRUPTED') await this.recordState('interrupted', 'during the test evaluation');
      else if (MODEL_IS_LOST.has(error.code)) {
        // Its trials stand, and whoever resumes it after mending the blob has it tested.
        await this.recordState(
          'failed',
          `the winner, trial ${winner.trial}, was not tested: ${error.message}`,
        );
      } else throw thrown;
      return;
    }
    await this.recordState('complete', end.reason);
  }

  /** The winner, and as many of those that tie with it as the sweep asks for: each trial once. */
  private async testFinalists(
    winner: SeedResult,
    set: ConfidenceSet | null,
    dataset: MappedDataset,
  ): Promise<{ readonly tests: readonly TestEvaluation[]; readonly passedOver: readonly PassedOverTrial[] }> {
    const { engine, logger } = this.options;
    const { bus } = this.coordinator;
    const targetStd = this.view.header?.dataset?.targetStd ?? 1;
    const options = { bus, engine, dataset, targetStd, signal: this.interruption.signal };
    const configOf = (candidate: SeedResult): TrainConfig | null => this.configOf(candidate);
    const candidates = findCandidates(this.view);
    const best = this.isTested(winner.trial)
      ? null
      : await testBest(candidates, configOf, options, ({ trial, reason }) =>
          logger.warn(`trial ${trial} cannot win: its model cannot be had; the next best is tested`, {
            reason,
          }),
        );
    const first = best?.test.trial ?? winner.trial;
    const members = new Set(set === null ? [] : membersOf(set).filter((trial) => trial !== first));
    const others = candidates
      .filter(({ trial }) => members.has(trial))
      .slice(0, (this.spec.finalists ?? 1) - 1)
      .filter(({ trial }) => !this.isTested(trial));
    const tested = await testOthers(others, configOf, options, ({ trial, reason }) =>
      logger.warn(`finalist ${trial} is not tested: its model cannot be had`, { reason }),
    );
    return { tests: [...(best === null ? [] : [best.test]), ...tested], passedOver: best?.passedOver ?? [] };
  }

  /** What `work` finds on the mapped data, which were whole when it ended; on data provided anew when they were not. */
  private async onSoundData<Value>(work: (dataset: MappedDataset) => Promise<Value>): Promise<Value | null> {
    const { cacheDirectory, clock } = this.options;
    for (let isMended = false; this.mapped !== null; isMended = true) {
      const { digest } = this.mapped.metadata;
      try {
        const value = await work(this.mapped);
        new MappedContents(this.mapped, preparedPath(cacheDirectory, digest), clock.now).verify();
        return value;
      } catch (thrown) {
        if (isMended || asSweepError(thrown).code !== 'DATASET_CORRUPT') throw thrown;
        await this.provideData();
        this.mapped.close();
        this.mapped = openDataset(cacheDirectory, digest);
      }
    }
    return null;
  }

  /** null for a function. */
  private configOf(winner: SeedResult): TrainConfig | null {
    const params = this.paramsOf(winner.trial);
    const config =
      params === undefined ? null : this.plan.resolve(params, winner.index % this.plan.repeats).config;
    return config?.kind === 'train' ? config : null;
  }

  /** A study that went on after it was stopped may have another winner by now. */
  private isTested(trial: string): boolean {
    return this.view.tests.some((test) => test.trial === trial);
  }

  private clearQueue(): Promise<void> {
    return this.release('the queue', (bus, study) => bus.clearTrials(study));
  }

  /** What is left of a study after its end is worth no failure of it. */
  private async release(what: string, work: (bus: Bus, study: string) => Promise<void>): Promise<void> {
    try {
      await work(this.coordinator.bus, this.options.study);
    } catch (thrown) {
      const { message } = asSweepError(thrown);
      this.options.logger.warn('something of the study that ended was left behind', { what, error: message });
    }
  }

  /** What a person asked for, from any machine. The same request twice changes nothing. */
  private answer(action: StudyRequest): void {
    if (!this.isRunning) return;
    const { state } = this.view;
    const record = (next: 'paused' | 'running' | 'stopping'): void => {
      this.recordState(next, 'on request').catch((thrown: unknown) => {
        this.options.logger.error('a request could not be recorded', { error: asSweepError(thrown).message });
      });
    };
    switch (action) {
      case 'pause':
        if (state === 'running') record('paused');
        return;
      case 'resume':
        if (state === 'paused') record('running');
        return;
      case 'stop':
        if (state === 'running' || state === 'paused') record('stopping');
        return;
      case 'cancel':
        this.coordinator.cancel('on request');
    }
  }

  /** A worker that cannot get the dataset gives its trial back, maybe while nobody listens: it is stored again. */
  private mendIfMissed(event: StudyEvent): void {
    if (refusalCause(event) !== 'dataset') return;
    if (this.isRunning) this.mend();
    else this.wasMissed = true;
  }

  private mend(): void {
    if (this.dataset === null || this.mending !== null) return;
    const { bus, logger } = this.options;
    this.mending = this.provideData()
      .catch((thrown: unknown) => {
        const { message, hint } = asSweepError(thrown);
        logger.error('the dataset could not be mended', { error: message, hint });
        // Else the workers of this process would try for ever; those elsewhere have copies of their own.
        if (!bus.hasRemoteWorkers) this.coordinator.interrupt(`its data cannot be had any more: ${message}`);
      })
      .finally(() => {
        this.mending = null;
      });
  }

  /** Here, and where workers may need it, the study's data are whole afterwards. */
  private async provideData(): Promise<void> {
    const { bus, cacheDirectory, logger } = this.options;
    const info = this.view.header?.dataset;
    if (info === null || info === undefined) return;
    await provideStudyDataset(bus, cacheDirectory, info, this.spec.dataset, logger);
    if (info.metadataBlob !== undefined) await mendDataset(bus, cacheDirectory, info.digest);
  }

  private paramsOf(trial: string): StudyView['rows'][number]['params'] | undefined {
    return this.view.rows.find((row) => row.seeds.some((seed) => seed.trial === trial))?.params;
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
  const { bus, study, engine, cacheDirectory, holder } = options;
  const record = await bus.readStudy(study);
  if (record === null) {
    throw new SweepError('STUDY_NOT_FOUND', `there is no study ${study}`, { hint: 'sweep list shows them' });
  }
  const created = await readCreated(bus, study);
  checkRecord(bus, record, created);
  const spec = reviveSweepSpec(record.spec);
  const lease = await bus.acquireLease(study, holder);
  let dataset: MappedDataset | null = null;
  try {
    if (created.engine !== (spec.engine ?? engine.name)) {
      throw new SweepError('VERSION_MISMATCH', `study ${study} runs on the engine ${created.engine}`);
    }
    if (created.dataset !== null) {
      await checkSource(created.dataset, spec.dataset, cacheDirectory);
      dataset = await openStudyDataset(bus, cacheDirectory, created.dataset, spec.dataset, options.logger);
    }
    const plan = planStudy(spec, dataset?.metadata ?? null, engine);
    checkPlan(created, plan, options.logger);
    return new OpenedStudy(options, spec, plan, dataset, lease, created.dataset?.metadataBlob);
  } catch (thrown) {
    dataset?.close();
    await lease.release();
    throw thrown;
  }
}
