// The contract of what computes a trial: one runner an objective, opened once a thread and asked for one trial after the
// other. What each promise is for is said by what the pool, the node and the coordinator do with it next.
import type { TrainingHooks } from '../../src/engine/training/trial-training.js';
import type { EngineName, Objective, TrialConfig, TrialResult } from '../../src/study/trial/trial.js';

/** What a thread is given at its start. */
export interface RunnerSettings {
  readonly engine: EngineName;
  /** Native kernels of the wasm engine: their instruction set; left out: WebAssembly. */
  readonly kernels?: string | null;
  /** Directory of prepared datasets. */
  readonly cacheDirectory: string;
  /** What a trial's program is given of this machine; absent: none is run here. */
  readonly programs?: ProgramSettings;
}

export interface ProgramSettings {
  /** What programs inherit. */
  readonly environment: Readonly<Record<string, string>>;
  /** Processor threads of one slot. */
  readonly threads: number;
  /** One a slot, by name; none: a slot has no device of its own. */
  readonly devices: readonly string[];
}

/** Which attempt it is, and where it runs. */
export interface TrialPlace {
  readonly trial: string;
  readonly attempt: number;
  /** From 0: no other trial of the node has the same at the same time. */
  readonly slot: number;
}

/** The trial of one attempt: what it computes, and by which value it will be ranked. */
export interface RunnerTrial<Config extends TrialConfig> {
  readonly config: Config;
  readonly objective: Objective;
  readonly place: TrialPlace;
  /** After so long its thread is ended (see `endsItselfMs`); null: no limit. */
  readonly timeLimitMs: number | null;
  /** Epochs after which it pauses; absent: it runs to its end. */
  readonly until?: number;
}

/**
 * How a running trial talks. Reports are appended to the event log, where the scheduler reads them; the newest checkpoint is
 * stored and handed to the next attempt; `stopRequest` is how that scheduler, a signal or a cancellation reaches a thread
 * that is busy; progress moves the deadline after which the bus gives the trial to another worker.
 */
export interface RunnerHooks extends TrainingHooks {
  /** What did not go as it should, and fails nothing. */
  onWarning(text: string): void;
  /** What was handed to a program, and what came back: for whoever looks at one trial alone. */
  onTrace?(heading: string, text: string): void;
}

export type RunOutcome =
  | {
      readonly type: 'finished';
      /** Logged and ranked. PRUNED when a prune cut it short. */
      readonly result: TrialResult;
      /** Stored as a blob whose digest joins the result; null: the objective leaves no model. */
      readonly model: Uint8Array | null;
      /** Kept for a training of more epochs, which goes on from it; absent: there can be none. */
      readonly state?: Uint8Array;
    }
  /** It has come to where it waits, after `epoch` epochs: `result` and `model` are what it ends as if it does not go on. */
  | {
      readonly type: 'paused';
      readonly epoch: number;
      readonly result: TrialResult;
      readonly model: Uint8Array | null;
      /** The checkpoint that it goes on from. */
      readonly state: Uint8Array;
    }
  /** Given back after `epoch` whole epochs: another attempt goes on from the newest checkpoint, or from the start. */
  | { readonly type: 'interrupted'; readonly epoch: number };

export interface Runner<Config extends TrialConfig> {
  /**
   * Runs the trial to its end, or to a stop. The outcome is a function of trial and engine: going on from a checkpoint ends
   * in the result of a run that was never interrupted, so that a result may be taken from the cache.
   * - Epochs are reported once each, in ascending order, the first after those of `checkpoint`; an objective without epochs
   *   reports nothing.
   * - `interrupt` ends it as interrupted before its next step. `prune` ends it with the result it has; before it has one, it
   *   goes on until then.
   * - With `until` it pauses as soon as it has reported that epoch, and ends as a trial that never paused once it goes on.
   * - A value that is not finite throws TRIAL_DIVERGED, a trial that cannot be run as described MODEL_SHAPE, SPEC_INVALID or
   *   TRIAL_BAD_INPUT, and a checkpoint that is none of this trial CHECKPOINT_CORRUPT. Anything else thrown is a crash, which
   *   another attempt may survive (trial-error.ts). After any of them the runner takes the next trial.
   */
  run(trial: RunnerTrial<Config>, checkpoint: Uint8Array | null, hooks: RunnerHooks): Promise<RunOutcome>;
}

/** A row of the registry. */
export interface RunnerEntry<Config extends TrialConfig> {
  /** Digest of the prepared dataset that a trial reads, which its node provides before; null: none. */
  datasetOf(config: Config): string | null;
  /** Digest of the bundle of files that a trial needs, which its node unpacks before; null: none. */
  filesOf(config: Config): string | null;
  /** The program of the user's that a trial runs, by the name under which a worker allows it; null: none. */
  programOf(config: Config): string | null;
  /** Milliseconds that it takes, after the trial's time limit, to end what it started by itself; 0: its thread is ended then. */
  endsItselfMs(config: Config): number;
  /** Whether a trial is at work as long as it runs, whatever it counts. */
  readonly isAliveWhileRunning: boolean;
  /** Whether an end without a model is no end: the winner could not be tested. */
  readonly leavesModel: boolean;
  /** Once a thread. What costs time to open is opened by the first trial that needs it, and kept. */
  open(settings: RunnerSettings): Runner<Config>;
}
