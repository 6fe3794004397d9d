// A task file for the trial pool whose trials misbehave on demand: `params.fault` says how, `params.until` on which
// attempts (a file counts them, as a thread that died remembers nothing).
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { DivergedTrial } from '../../../src/engine/training/diverged-trial.js';
import { SweepError } from '../../../src/errors.js';
import type { TrialResult } from '../../../src/study/trial/trial.js';
import { type ThreadMessage, TrialControl, type TrialTask } from '../../../worker/thread/trial-protocol.js';

export type Fault =
  | 'none'
  | 'throw'
  | 'exit'
  | 'hang'
  | 'memory'
  | 'array'
  | 'diverge'
  | 'gate'
  | 'wait'
  | 'slow'
  | 'reports'
  | 'report-and-linger'
  | 'report-and-wait'
  | 'checkpoint'
  | 'checkpoint-when-stopped'
  | 'stored'
  | 'late-divergence'
  | 'late-reports'
  | 'reports-then-divergence'
  | 'rungs'
  | 'unsayable';

/** Epochs of a trial of `rungs`. */
export const RUNG_EPOCHS = 9;

export default async function runFaultyTrial(task: TrialTask): Promise<void> {
  const { params } = task.config as { readonly params: Record<string, string | number> };
  const post = (message: ThreadMessage): void => task.port.postMessage(message);
  const isFaulty =
    params.counter === undefined || countAttempt(String(params.counter)) <= Number(params.until);
  const control = new TrialControl(task.control);
  try {
    if (isFaulty) await misbehave(params.fault as Fault, control, post, params.gate);
    if (params.fault === 'rungs') return post(climb(task, Number(params.x), post));
    if (control.stopRequest === 'interrupt') post({ type: 'interrupted', epoch: 0 });
    else post({ type: 'finished', result: resultOf(Number(params.x ?? 0)), model: modelOf(params.fault) });
  } catch (thrown) {
    const error = thrown instanceof SweepError ? thrown : new SweepError('TRIAL_CRASHED', String(thrown));
    const reached = error instanceof DivergedTrial ? { reached: error.reached } : {};
    post({ type: 'failed', error: error.toWire(), ...reached });
  } finally {
    task.port.close();
  }
}

async function misbehave(
  fault: Fault,
  control: TrialControl,
  post: (message: ThreadMessage) => void,
  gate: string | number | undefined,
): Promise<void> {
  switch (fault) {
    case 'none':
    case 'rungs':
      return;
    case 'throw':
      throw new Error('thrown by the trial');
    case 'diverge':
      throw new SweepError('TRIAL_DIVERGED', 'the loss is NaN in epoch 1');
    case 'exit':
      post({ type: 'report', report: { epoch: 1, metrics: { value: 1 }, durationMs: 1 } });
      process.exit(7);
      return;
    case 'hang':
      for (;;);
    case 'memory': {
      const kept: unknown[] = [];
      for (;;) kept.push(new Array(100_000).fill({}));
    }
    case 'array':
      throw new RangeError('Array buffer allocation failed');
    case 'gate':
      // Until the file is there: a test holds the trial as long as it likes.
      while (!existsSync(String(gate)) && control.stopRequest === 'none') {
        control.countProgress();
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      return;
    case 'reports':
      for (const epoch of [1, 2, 3]) {
        post({ type: 'report', report: { epoch, metrics: { value: 1 }, durationMs: 1 } });
      }
      return;
    case 'report-and-wait':
      post({ type: 'report', report: { epoch: 1, metrics: { value: 9 }, durationMs: 1 } });
      return misbehave('wait', control, post, gate);
    case 'report-and-linger':
      // A tenth of a second: time for an order to stop, which it does not wait for.
      post({ type: 'report', report: { epoch: 1, metrics: { value: 1 }, durationMs: 1 } });
      return misbehave('slow', control, post, gate);
    case 'unsayable':
      post({ type: 'report', report: { epoch: 1, metrics: { value: Number.NaN }, durationMs: 1 } });
      return;
    case 'checkpoint':
      post({
        type: 'checkpoint',
        epoch: 1,
        step: 0,
        bytes: new TextEncoder().encode(`at ${performance.now()}`),
      });
      return misbehave('wait', control, post, gate);
    case 'checkpoint-when-stopped':
      await misbehave('wait', control, post, gate);
      post({ type: 'checkpoint', epoch: 1, step: 7, bytes: new TextEncoder().encode('within epoch 2') });
      return;
    case 'stored':
      postCheckpoint(post, 1);
      return;
    case 'late-divergence':
      for (const epoch of [1, 2, 3, 4]) {
        // Each is stored before the next, but for the last.
        await new Promise((resolve) => setTimeout(resolve, 20));
        postCheckpoint(post, epoch);
      }
      throw new SweepError('TRIAL_DIVERGED', 'the loss is NaN in epoch 5');
    case 'late-reports':
      await misbehave('gate', control, post, gate);
      return misbehave('reports', control, post, gate);
    case 'reports-then-divergence':
      // It hears of no stop on the way, like a training that is quick.
      await misbehave('reports', control, post, gate);
      throw new DivergedTrial(
        {
          result: { ...resultOf(1), state: 'PRUNED', bestEpoch: 3, epochs: 3 },
          model: new TextEncoder().encode('a model'),
        },
        new SweepError('TRIAL_DIVERGED', 'the loss is NaN in epoch 4'),
      );
    case 'wait':
      while (control.stopRequest === 'none') await new Promise((resolve) => setTimeout(resolve, 2));
      return;
    case 'slow':
      for (let step = 0; step < 20 && control.stopRequest === 'none'; step++) {
        control.countProgress();
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
  }
}

/** Goes on from its checkpoint to where it waits, or to its end. */
function climb(
  { checkpoint, until = RUNG_EPOCHS }: TrialTask,
  x: number,
  post: (message: ThreadMessage) => void,
): ThreadMessage {
  const from = checkpoint === null ? 0 : Number(new TextDecoder().decode(checkpoint));
  for (let epoch = from + 1; epoch <= until; epoch++)
    post({ type: 'report', report: { epoch, metrics: { value: x + 1 / epoch }, durationMs: 1 } });
  const result = { ...resultOf(x + 1 / until), bestEpoch: until, epochs: until };
  if (until === RUNG_EPOCHS) return { type: 'finished', result, model: null };
  const [model, state] = ['a model', String(until)].map((text) => new TextEncoder().encode(text));
  if (model === undefined || state === undefined) throw new Error('unreachable');
  return { type: 'paused', epoch: until, result: { ...result, state: 'PRUNED' }, model, state };
}

function postCheckpoint(post: (message: ThreadMessage) => void, epoch: number): void {
  const bytes = new TextEncoder().encode(`${epoch} at ${performance.now()}`);
  post({ type: 'checkpoint', epoch, step: 0, bytes });
}

function modelOf(fault: string | number | undefined): Uint8Array | null {
  return fault === 'stored' ? new TextEncoder().encode('a model') : null;
}

function countAttempt(file: string): number {
  appendFileSync(file, 'x');
  return existsSync(file) ? readFileSync(file, 'utf8').length : 0;
}

function resultOf(value: number): TrialResult {
  return {
    state: 'COMPLETE',
    objective: value,
    objectiveInterval: null,
    bestEpoch: 1,
    epochs: 1,
    metrics: { value },
    baselineMae: null,
    parameters: 0,
    weightsDigest: 'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    modelDigest: null,
    durationMs: 1,
    engine: 'wasm',
  };
}
