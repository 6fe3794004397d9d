// What a trial thread runs: the piscina task. Keeps the engine and the last mapped dataset open from one trial to the next.
// Runs synchronously inside a trial, so it hears of a stop only through the shared control words, never by a message.
import { workerData } from 'node:worker_threads';
import type { MappedDataset } from '../src/dataset/dataset.js';
import { MappedContents } from '../src/dataset/prepared/mapped-contents.js';
import { openDataset } from '../src/dataset/prepared/mapped-file.js';
import { preparedPath } from '../src/dataset/prepared/prepared-format.js';
import type { Engine } from '../src/engine/engine.js';
import { runFunction } from '../src/engine/test-functions.js';
import { trainTrial } from '../src/engine/training/trial-training.js';
import { asSweepError, type ErrorCode, SweepError } from '../src/errors.js';
import type { FunctionConfig, TrainConfig } from '../src/study/trial.js';
import { openEngine } from './open-engine.js';
import type { SilentTask } from './silent-trials.js';
import { checkDescription } from './trial-description.js';
import {
  isFaultOfData,
  type TerminalMessage,
  type ThreadMessage,
  type ThreadSettings,
  TrialControl,
  type TrialTask,
} from './trial-protocol.js';

interface OpenDataset {
  readonly dataset: MappedDataset;
  readonly contents: MappedContents;
}

/** State of this thread, not of the product: what costs time to open stays open from one trial to the next. */
class TrialThread {
  private engine: Engine | null = null;
  /** Of the last trial that trained: a thread runs one at a time, and the next one mostly reads the same. */
  private open: OpenDataset | null = null;

  constructor(private readonly settings: ThreadSettings) {}

  async run(task: TrialTask): Promise<void> {
    const { config, port } = task;
    const post = (message: ThreadMessage): void => port.postMessage(message);
    try {
      if (config.kind === 'function') post(evaluate(config));
      else await this.train(config, task, post);
    } catch (thrown) {
      const error = asTrialError(thrown);
      // What takes its place is another file.
      if (isFaultOfData(error.code)) this.closeDataset();
      post({ type: 'failed', error: error.toWire() });
    } finally {
      port.close();
    }
  }

  private async train(
    config: TrainConfig,
    task: TrialTask,
    post: (message: ThreadMessage) => void,
  ): Promise<void> {
    const control = new TrialControl(task.control);
    this.engine ??= await openEngine(this.settings.engine, this.settings.kernels ?? null);
    const { dataset, contents } = this.openDataset(config.datasetDigest);
    checkDescription(config, dataset.metadata);
    const outcome = trainTrial({
      engine: this.engine,
      config,
      objective: task.objective,
      dataset,
      checkpoint: task.checkpoint,
      now: () => performance.now(),
      hooks: {
        onReport: (report) => post({ type: 'report', report }),
        // Nothing leaves that others go on from, unless the data are still what they were. Of epochs that end faster than that
        // can be told, some leave no checkpoint.
        onCheckpoint: (epoch, bytes, step) => {
          if (step === 0 && !contents.isDue()) return;
          contents.verify();
          post({ type: 'checkpoint', epoch, step, bytes });
        },
        stopRequest: () => control.stopRequest,
        onProgress: () => control.countProgress(),
      },
    });
    contents.verify();
    post(outcome);
  }

  private openDataset(digest: string): OpenDataset {
    if (this.open?.dataset.metadata.digest === digest) return this.open;
    this.closeDataset();
    const { cacheDirectory } = this.settings;
    const dataset = openDataset(cacheDirectory, digest);
    const path = preparedPath(cacheDirectory, digest);
    this.open = { dataset, contents: new MappedContents(dataset, path, () => performance.now()) };
    return this.open;
  }

  private closeDataset(): void {
    this.open?.dataset.close();
    this.open = null;
  }
}

/** The answer of a trial that says nothing else: a function, whose one value is its result's. */
function answer({ config }: SilentTask): TerminalMessage {
  try {
    if (config.kind === 'function') return evaluate(config);
    throw new SweepError('INTERNAL', 'a training is not silent');
  } catch (thrown) {
    return { type: 'failed', error: asTrialError(thrown).toWire() };
  }
}

function evaluate(config: FunctionConfig): TerminalMessage {
  return { type: 'finished', result: runFunction(config, () => performance.now()), model: null };
}

/** Errors of the trial itself: the same on every machine. */
const BAD_INPUT: ReadonlySet<ErrorCode> = new Set(['MODEL_SHAPE', 'SPEC_INVALID', 'DATASET_TOO_SHORT']);

/** Memory outside the JavaScript heap is not under the thread's limit: its exhaustion shows as a RangeError. */
function asTrialError(thrown: unknown): SweepError {
  if (thrown instanceof RangeError && /allocat|memory/i.test(thrown.message)) {
    return new SweepError('TRIAL_OUT_OF_MEMORY', `out of memory: ${thrown.message}`, {
      cause: thrown,
      hint: 'make the model or the batch smaller',
    });
  }
  const error = asSweepError(thrown, 'TRIAL_CRASHED');
  if (error.code.startsWith('TRIAL_') || isFaultOfData(error.code) || error.code === 'CHECKPOINT_CORRUPT')
    return error;
  if (BAD_INPUT.has(error.code))
    return new SweepError('TRIAL_BAD_INPUT', error.message, { cause: error, hint: error.hint });
  // What is wrong with this machine (its cache, its memory map, its engine) is no fault of the trial: it goes elsewhere.
  return new SweepError('TRIAL_CRASHED', error.message, { cause: error, hint: error.hint });
}

const thread = new TrialThread(workerData as ThreadSettings);

/** One trial that talks on its port, or a group of silent ones. */
export default (task: TrialTask | readonly SilentTask[]): Promise<void> | TerminalMessage[] =>
  'port' in task ? thread.run(task) : task.map(answer);
