// Calls a function of a JavaScript module of the user's, in the trial's thread. A module is imported once a thread: its place
// has the digest of its files, so that a changed one is another.
import { inspect } from 'node:util';
import { deserialize, serialize } from 'node:v8';
import { DivergedTrial } from '../../src/engine/training/diverged-trial.js';
import { asSweepError, SweepError } from '../../src/errors.js';
import type { ObjectiveFunction, ObjectiveMetrics } from '../../src/program/define-objective.js';
import { readMetrics } from '../../src/program/metric-line.js';
import { TrialScore } from '../../src/program/trial-score.js';
import type { EpochReport, ModuleConfig } from '../../src/study/trial/trial.js';
import { isOutOfMemory } from '../thread/trial-error.js';
import { importObjective } from './import-objective.js';
import { functionFailure, metricsOf } from './module-failure.js';
import {
  decodeProgramCheckpoint,
  encodeProgramCheckpoint,
  type ProgramCheckpoint,
  pausedOutcome,
} from './program-files.js';
import type { RunnerEntry, RunnerHooks, RunnerSettings, RunnerTrial, RunOutcome } from './runner.js';

const STATE_FILE = 'state';
const LOOK_EVERY_MS = 20;

export const moduleRunner: RunnerEntry<ModuleConfig> = {
  datasetOf: () => null,
  filesOf: ({ files }) => files ?? null,
  programOf: () => 'module',
  endsItselfMs: () => 0,
  isAliveWhileRunning: true,
  leavesModel: false,
  open: (settings) => ({ run: (trial, checkpoint, hooks) => runModule(settings, trial, checkpoint, hooks) }),
};

/** Thrown through the user's function, to end it. */
class StopTrial extends Error {
  override readonly name = 'StopTrial';
}

async function runModule(
  settings: RunnerSettings,
  trial: RunnerTrial<ModuleConfig>,
  bytes: Uint8Array | null,
  hooks: RunnerHooks,
): Promise<RunOutcome> {
  if (settings.programs === undefined)
    throw new SweepError('TRIAL_CRASHED', 'modules are not run here', {
      hint: 'start the worker with --allow-commands',
    });
  const { config } = trial;
  const checkpoint = bytes === null ? null : decodeProgramCheckpoint(config, bytes);
  if (hooks.stopRequest() === 'interrupt')
    return { type: 'interrupted', epoch: checkpoint?.score.epochs ?? 0 };
  const objective = await importObjective(config, settings.cacheDirectory);
  return new ModuleCall(trial, hooks, checkpoint).run(objective);
}

class ModuleCall {
  private readonly score: TrialScore;
  private state: unknown = null;
  private saved: Pick<ProgramCheckpoint, 'from' | 'files'> = { from: 0, files: [] };
  /** Epochs of the newest checkpoint that was handed on. */
  private handedOn: number;
  private stopped: 'prune' | 'interrupt' | 'pause' | null = null;
  /** Of a report: it ends the trial, also where the function catches it. */
  private failed: SweepError | null = null;
  private readonly leaving = new AbortController();

  constructor(
    private readonly trial: RunnerTrial<ModuleConfig>,
    private readonly hooks: RunnerHooks,
    checkpoint: ProgramCheckpoint | null,
  ) {
    const { objective, until } = trial;
    if (checkpoint !== null) this.saved = checkpoint;
    const { from, files } = this.saved;
    const state = checkpoint?.score ?? null;
    this.score = new TrialScore(objective, () => performance.now(), { state, from, until });
    this.handedOn = state?.epochs ?? 0;
    const saved = files.find(({ path }) => path === STATE_FILE);
    if (saved !== undefined) this.state = deserialize(saved.bytes);
  }

  async run(objective: ObjectiveFunction): Promise<RunOutcome> {
    const { config, objective: ranked, until } = this.trial;
    const look = setInterval(() => this.obey(), LOOK_EVERY_MS);
    try {
      const returned = await objective(config.params, {
        seed: config.seed,
        epoch: this.saved.from,
        epochs: until ?? config.epochs ?? null,
        report: (metrics) => this.report(metrics),
        checkpoint: { load: () => this.state, save: (value) => this.save(value) },
        signal: this.leaving.signal,
      });
      if (this.failed !== null) throw this.failed;
      this.trace('returned', returned);
      if (this.stopped === null && returned !== undefined) {
        const isAnew = this.handedOn > 0 && !this.score.hasTold;
        const budget = until ?? (isAnew ? config.epochs : undefined);
        const { metrics } = readMetrics(metricsOf(returned, ranked.metric));
        this.tell(this.score.conclude(metrics, budget));
      }
    } catch (thrown) {
      if (this.failed !== null || this.stopped === null) throw this.failureOf(this.failed ?? thrown);
      // Ended on our request, whatever it threw at that.
    } finally {
      clearInterval(look);
    }
    this.hooks.onProgress();
    if (this.stopped === 'interrupt') return { type: 'interrupted', epoch: this.handedOn };
    if (until !== undefined && this.stopped !== 'prune') {
      this.tell(this.score.useUp(until));
      return pausedOutcome(config, this.score, this.saved);
    }
    const result = this.score.result(this.stopped === 'prune' ? 'PRUNED' : 'COMPLETE');
    return { type: 'finished', result, model: null };
  }

  /** As the function gave it: NaN is NaN. */
  private trace(heading: string, value: unknown): void {
    this.hooks.onTrace?.(
      heading,
      inspect(value, { breakLength: Number.POSITIVE_INFINITY, customInspect: false }),
    );
  }

  private report(metrics: number | ObjectiveMetrics): void {
    this.stopIfAsked();
    const line = readMetrics(metricsOf(metrics, this.trial.objective.metric));
    this.trace('metrics', metrics);
    try {
      this.tell(this.score.take(line));
    } catch (thrown) {
      this.failed = asSweepError(thrown);
      throw thrown;
    }
    this.hooks.onProgress();
    // What it does beyond its budget counts for nothing.
    if (this.score.isPast) this.stopped ??= 'pause';
    // An interrupt waits for the checkpoint of this epoch.
    if (this.stopped === 'pause' || this.hooks.stopRequest() === 'prune') this.stopIfAsked();
  }

  private tell(reports: readonly EpochReport[]): void {
    for (const report of reports) this.hooks.onReport(report);
  }

  private save(value: unknown): void {
    const { config } = this.trial;
    const { state: score, own: from } = this.score;
    this.state = value;
    const files = [{ path: STATE_FILE, isExecutable: false, bytes: new Uint8Array(serialize(value)) }];
    const saved = { from, files };
    const bytes = encodeProgramCheckpoint(config, { score, ...saved });
    if (bytes.length > config.checkpointBytes) {
      this.hooks.onWarning(
        `a checkpoint is not carried to another attempt: ${bytes.length} bytes are more than objective.checkpointMb`,
      );
      return;
    }
    this.saved = saved;
    this.handedOn = score.epochs;
    this.hooks.onCheckpoint(score.epochs, bytes, 0);
    this.stopIfAsked();
  }

  private stopIfAsked(): void {
    this.obey();
    if (this.stopped !== null) throw new StopTrial(`the trial is to end: ${this.stopped}`);
  }

  /** A prune waits for the first value. */
  private obey(): void {
    const request = this.hooks.stopRequest();
    const isDue = request === 'interrupt' || (request === 'prune' && this.score.hasValue);
    if (isDue && this.stopped !== 'pause') this.stopped = request;
    if (this.stopped !== null && !this.leaving.signal.aborted)
      this.leaving.abort(new StopTrial(`the trial is to end: ${this.stopped}`));
  }

  private failureOf(thrown: unknown): unknown {
    if (thrown instanceof SweepError)
      return thrown.code === 'TRIAL_DIVERGED' && this.score.hasValue
        ? new DivergedTrial({ result: this.score.result('PRUNED'), model: null }, thrown)
        : thrown;
    // Out of memory is another matter (trial-error.ts).
    if (isOutOfMemory(thrown)) return thrown;
    return functionFailure(thrown);
  }
}
