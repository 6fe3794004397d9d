// The pool of trial threads, one trial per thread at a time. The only import of piscina.
// A thread that throws, exits, hangs or runs out of memory fails the attempt it holds and nothing else.
//
// States of a trial here: running → finished | interrupted | failed (by its own message), or
//   failed TRIAL_TIME_LIMIT      the timer ended the thread
//   failed TRIAL_OUT_OF_MEMORY   the thread hit its heap limit
//   failed TRIAL_CRASHED         the thread ended without a terminal message
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import { Piscina } from 'piscina';
import type { Reached } from '../../src/engine/training/diverged-trial.js';
import type { StopRequest } from '../../src/engine/training/trial-training.js';
import { fromWire, SweepError } from '../../src/errors.js';
import type { EpochReport, Objective, TrialConfig } from '../../src/study/trial/trial.js';
import { startTimer } from '../../src/timer.js';
import { formatDuration } from '../../src/wording/duration.js';
import { runnerOf } from '../runners/registry.js';
import type { RunOutcome } from '../runners/runner.js';
import { ImportingThreads } from './importing-threads.js';
import {
  type TerminalMessage,
  type ThreadMessage,
  type ThreadSettings,
  TrialControl,
  type TrialTask,
} from './trial-protocol.js';

/**
 * JavaScript heap of a thread. Models live outside it, in the engine's arena: 512 MB is far above what a healthy trial
 * needs and far below what would push a laptop into swapping.
 */
const DEFAULT_HEAP_LIMIT_MB = 512;
/** Small, as a trial makes little garbage: left to itself a thread would keep tens of MB for it. */
const YOUNG_GENERATION_MB = 8;

export interface TrialPoolOptions {
  readonly threads: number;
  /** The task file, compiled; every thread imports it once at its start. */
  readonly taskFile: URL;
  readonly settings: ThreadSettings;
  readonly heapLimitMb?: number;
}

export interface TrialRequest {
  readonly config: TrialConfig;
  readonly objective: Objective;
  /** Epochs after which it pauses. */
  readonly until?: number | undefined;
  /** Its buffer is transferred to the thread. */
  readonly checkpoint: Uint8Array | null;
  /** Wall clock of this attempt; null for none. */
  readonly timeLimitMs: number | null;
  /** For a program that it runs: who it is; absent: nobody asks. */
  readonly attempt?: { readonly trial: string; readonly attempt: number };
  onReport(report: EpochReport): void;
  onWarning?(text: string): void;
  /** Given: what is handed to a program, and what comes back, is told of. */
  onTrace?(heading: string, text: string): void;
  /** `step`: steps done of the epoch after `epoch`. */
  onCheckpoint(epoch: number, bytes: Uint8Array, step: number): void;
}

export type TrialOutcome =
  | RunOutcome
  | { readonly type: 'failed'; readonly error: SweepError; readonly reached?: Reached };

export interface RunningTrial {
  /** Training steps and evaluation batches so far. */
  progress(): number;
  requestStop(request: StopRequest): void;
  /** Never rejects: a failure is an outcome. */
  readonly outcome: Promise<TrialOutcome>;
}

export interface TrialPool {
  readonly threads: number;
  /** The caller keeps at most `threads` trials running. */
  run(request: TrialRequest): RunningTrial;
  /** Ends all threads as soon as they have imported the task file; trials still running fail with TRIAL_CRASHED. */
  close(): Promise<void>;
}

/** The task file of the product, beside this one. */
export const TRIAL_TASK_FILE = new URL('./trial-task.js', import.meta.url);

/** Starts the threads: they import the task file while the caller goes on. */
export function openTrialPool(options: TrialPoolOptions): TrialPool {
  const piscina = new Piscina({
    filename: options.taskFile.href,
    minThreads: options.threads,
    maxThreads: options.threads,
    concurrentTasksPerWorker: 1,
    idleTimeout: Number.POSITIVE_INFINITY,
    recordTiming: false,
    workerData: options.settings,
    resourceLimits: {
      maxOldGenerationSizeMb: options.heapLimitMb ?? DEFAULT_HEAP_LIMIT_MB,
      maxYoungGenerationSizeMb: YOUNG_GENERATION_MB,
    },
  });
  // An idle thread that dies (its trial has ended already) is replaced by piscina; without a listener it would throw here.
  piscina.on('error', () => {});
  const slots = new Set<number>();
  const importing = new ImportingThreads();
  importing.watch(piscina.threads);
  // The thread that takes the place of a lost one is there when the event's listeners have run.
  piscina.on('workerDestroy', () => queueMicrotask(() => importing.watch(piscina.threads)));
  return {
    threads: options.threads,
    run: (request) => runTrial(piscina, request, slots),
    close: async () => {
      await importing.ended();
      await piscina.destroy();
    },
  };
}

/** `taken`: the slots of the trials that run. */
function runTrial(piscina: Piscina, request: TrialRequest, taken: Set<number>): RunningTrial {
  const row = runnerOf(request.config);
  const slot = lowestFree(taken);
  taken.add(slot);
  const startedAt = performance.now();
  const control = new TrialControl();
  const { port1: port, port2: threadPort } = new MessageChannel();
  const { timeLimitMs } = request;
  const limit = startLimit(timeLimitMs === null ? null : timeLimitMs + row.endsItselfMs(request.config));
  let terminal: TrialOutcome | null = null;

  const receive = (message: ThreadMessage): void => {
    switch (message.type) {
      case 'report':
        request.onReport(message.report);
        return;
      case 'warning':
        request.onWarning?.(message.text);
        return;
      case 'trace':
        request.onTrace?.(message.heading, message.text);
        return;
      case 'checkpoint':
        request.onCheckpoint(message.epoch, message.bytes, message.step);
        return;
      default:
        terminal = outcomeOf(message);
    }
  };
  port.on('message', receive);

  const task: TrialTask = {
    config: request.config,
    objective: request.objective,
    place: { trial: 'unnamed', attempt: 1, ...request.attempt, slot },
    timeLimitMs,
    ...(request.until === undefined ? {} : { until: request.until }),
    checkpoint: request.checkpoint,
    port: threadPort,
    control: control.buffer,
    ...(request.onTrace === undefined ? {} : { isTraced: true }),
  };
  const transferList =
    request.checkpoint === null ? [threadPort] : [threadPort, ownBuffer(request.checkpoint)];

  const settle = (thrown: unknown): TrialOutcome => {
    limit.stop();
    taken.delete(slot);
    // The answer of the task overtakes messages still on the port: take those first, they were posted before it.
    for (let entry = receiveMessageOnPort(port); entry !== undefined; entry = receiveMessageOnPort(port)) {
      receive(entry.message as ThreadMessage);
    }
    port.close();
    return terminal ?? { type: 'failed', error: classify(thrown, limit.signal.aborted, request) };
  };
  return {
    progress: () =>
      control.progress + (row.isAliveWhileRunning ? Math.floor(performance.now() - startedAt) : 0),
    requestStop: (stop) => control.requestStop(stop),
    outcome: piscina.run(task, { transferList, signal: limit.signal }).then(() => settle(undefined), settle),
  };
}

function lowestFree(taken: ReadonlySet<number>): number {
  let slot = 0;
  while (taken.has(slot)) slot += 1;
  return slot;
}

/** Aborts after `timeLimitMs`, unless it is stopped before. */
function startLimit(timeLimitMs: number | null): { readonly signal: AbortSignal; stop(): void } {
  const limit = new AbortController();
  const stop = timeLimitMs === null ? () => {} : startTimer(timeLimitMs, () => limit.abort());
  return { signal: limit.signal, stop };
}

function outcomeOf(message: TerminalMessage): TrialOutcome {
  return message.type === 'failed' ? { ...message, error: fromWire(message.error) } : message;
}

/** The buffer of a view that spans all of it: only then may it be transferred without taking other data along. */
function ownBuffer(bytes: Uint8Array): ArrayBuffer {
  if (bytes.byteLength === bytes.buffer.byteLength && bytes.buffer instanceof ArrayBuffer)
    return bytes.buffer;
  throw new SweepError('INTERNAL', 'a checkpoint to transfer must own its buffer');
}

function classify(thrown: unknown, overTime: boolean, { config, timeLimitMs }: TrialRequest): SweepError {
  if (overTime) {
    return new SweepError(
      'TRIAL_TIME_LIMIT',
      `the trial ran longer than its limit of ${formatDuration(timeLimitMs ?? 0)}`,
      {
        hint: 'raise limits.trialTimeout in the sweep file, or make the model smaller',
      },
    );
  }
  if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return new SweepError('TRIAL_OUT_OF_MEMORY', `the trial's thread ran out of memory: ${thrown.message}`, {
      cause: thrown,
      hint: 'make the model or the batch smaller',
    });
  }
  const reason = thrown instanceof Error ? thrown.message : 'it ended without a result';
  const hint =
    // Of a command it is another process that ends.
    runnerOf(config).programOf(config) !== null
      ? 'a module does not end its process: it returns, or throws InfeasibleError or TryAgainError'
      : undefined;
  return new SweepError('TRIAL_CRASHED', `the trial's thread crashed: ${reason}`, { cause: thrown, hint });
}
