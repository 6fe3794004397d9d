// The task file of a bad machine: every trial crashes at once.
import { SweepError } from '../../../src/errors.js';
import type { TrialTask } from '../../../worker/thread/trial-protocol.js';

export default function failTrial(task: TrialTask): void {
  const error = new SweepError('TRIAL_CRASHED', 'this machine is broken');
  task.port.postMessage({ type: 'failed', error: error.toWire() });
  task.port.close();
}
