// What crosses between a trial pool and its threads: the task, the messages of a running trial, the shared control words.
// Plain data only: errors go as WireError, because prototypes do not survive a MessagePort.
import type { MessagePort } from 'node:worker_threads';
import type { Reached } from '../../src/engine/training/diverged-trial.js';
import type { StopRequest } from '../../src/engine/training/trial-training.js';
import type { WireError } from '../../src/errors.js';
import type { EpochReport, TrialConfig } from '../../src/study/trial/trial.js';
import type { RunnerSettings, RunnerTrial, RunOutcome } from '../runners/runner.js';

/** Given to every thread once, as `workerData`. */
export type ThreadSettings = RunnerSettings;

/** One attempt of one trial. `port` and `checkpoint`'s buffer are transferred: the sender cannot use them afterwards. */
export interface TrialTask extends RunnerTrial<TrialConfig> {
  readonly checkpoint: Uint8Array | null;
  readonly port: MessagePort;
  readonly control: SharedArrayBuffer;
  /** Whether someone looks at this trial alone. */
  readonly isTraced?: boolean;
}

/** From the thread, in order. */
export type ThreadMessage =
  | { readonly type: 'report'; readonly report: EpochReport }
  | { readonly type: 'warning'; readonly text: string }
  | { readonly type: 'trace'; readonly heading: string; readonly text: string }
  | {
      readonly type: 'checkpoint';
      readonly epoch: number;
      readonly step: number;
      readonly bytes: Uint8Array;
    }
  | TerminalMessage;

/** Ends the trial. */
export type TerminalMessage =
  | RunOutcome
  | {
      readonly type: 'failed';
      readonly error: WireError;
      /** What it had before, where it diverged after a whole epoch. */
      readonly reached?: Reached;
    };

const STOP_WORD = 0;
const PROGRESS_WORD = 1;
const STOP_REQUESTS: readonly StopRequest[] = ['none', 'prune', 'interrupt'];

/** The two shared words of a running trial: the pool writes the stop request, the thread counts its progress. */
export class TrialControl {
  private readonly words: Int32Array;

  constructor(readonly buffer: SharedArrayBuffer = new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT)) {
    this.words = new Int32Array(buffer);
  }

  get stopRequest(): StopRequest {
    return STOP_REQUESTS[Atomics.load(this.words, STOP_WORD)] ?? 'none';
  }

  /** An interrupt outranks a prune: a trial that is given back can still be pruned later. */
  requestStop(request: StopRequest): void {
    if (this.stopRequest !== 'interrupt')
      Atomics.store(this.words, STOP_WORD, STOP_REQUESTS.indexOf(request));
  }

  /** Training steps and evaluation batches so far; wraps at 2³², so only differences and small totals mean anything. */
  get progress(): number {
    return Atomics.load(this.words, PROGRESS_WORD) >>> 0;
  }

  countProgress(): void {
    Atomics.add(this.words, PROGRESS_WORD, 1);
  }
}
