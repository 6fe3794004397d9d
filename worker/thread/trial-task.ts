// What a trial thread runs: the piscina task. It joins the port and the shared control words of one attempt to the runner of
// its objective. A runner computes synchronously, so it hears of a stop only through the control words, never by a message.
import { workerData } from 'node:worker_threads';
import { DivergedTrial } from '../../src/engine/training/diverged-trial.js';
import { OpenRunners } from '../runners/registry.js';
import { shieldProcess } from './own-process.js';
import { asTrialError } from './trial-error.js';
import { type ThreadMessage, type ThreadSettings, TrialControl, type TrialTask } from './trial-protocol.js';

/** State of this thread, not of the product: what costs time to open stays open from one trial to the next. */
const runners = new OpenRunners(workerData as ThreadSettings);

shieldProcess();

// Standard output is the command's: a line that a module prints there would stand in the middle of its document.
process.stdout.write = process.stderr.write.bind(process.stderr);

export default async function runTask(task: TrialTask): Promise<void> {
  const { config, objective, place, timeLimitMs, until, checkpoint, port } = task;
  const control = new TrialControl(task.control);
  const post = (message: ThreadMessage): void => port.postMessage(message);
  try {
    const trial = { config, objective, place, timeLimitMs, ...(until === undefined ? {} : { until }) };
    const outcome = await runners.for(config).run(trial, checkpoint, {
      onReport: (report) => post({ type: 'report', report }),
      onCheckpoint: (epoch, bytes, step) => post({ type: 'checkpoint', epoch, step, bytes }),
      stopRequest: () => control.stopRequest,
      onProgress: () => control.countProgress(),
      onWarning: (text) => post({ type: 'warning', text }),
      ...(task.isTraced === true
        ? { onTrace: (heading: string, text: string) => post({ type: 'trace', heading, text }) }
        : {}),
    });
    post(outcome);
  } catch (thrown) {
    const error = asTrialError(thrown);
    const reached = error instanceof DivergedTrial ? { reached: error.reached } : {};
    post({ type: 'failed', error: error.toWire(), ...reached });
  } finally {
    port.close();
  }
}
