// What a worker may do with a trial that was delivered before, read from the trial's own events. Pure.
import type { TrialMessage } from '../src/bus/bus.js';
import type { LoggedEvent } from '../src/study/events.js';

export interface CheckpointRef {
  readonly epoch: number;
  readonly blob: string;
}

export type HistoryVerdict =
  /** Nobody holds this attempt: run it, from the newest of these that can be read. */
  | { readonly type: 'free'; readonly checkpoints: readonly CheckpointRef[] }
  /** The trial has ended or a later attempt exists: acknowledge without training. */
  | { readonly type: 'over' }
  /** Started by this worker and neither ended nor given back: it is at work, or it was lost. */
  | { readonly type: 'held'; readonly worker: string };

/** Judges one delivery. `events` are those of the delivered trial, in order. */
export function judgeHistory(
  events: readonly LoggedEvent[],
  message: Pick<TrialMessage, 'attempt' | 'checkpoints'>,
): HistoryVerdict {
  let holder: string | null = null;
  const checkpoints = new Map<number, string>(message.checkpoints.map(({ epoch, blob }) => [epoch, blob]));
  for (const { event } of events) {
    switch (event.type) {
      case 'trial.finished':
        return { type: 'over' };
      case 'trial.failed':
        if (event.final || event.attempt >= message.attempt) return { type: 'over' };
        break;
      case 'trial.queued':
        if (event.attempt > message.attempt) return { type: 'over' };
        break;
      case 'trial.started':
        if (event.attempt === message.attempt) holder = event.worker;
        break;
      case 'trial.returned':
        if (event.attempt === message.attempt && event.worker === holder) holder = null;
        break;
      case 'trial.checkpoint':
        checkpoints.set(event.epoch, event.blob);
        break;
      default:
        break;
    }
  }
  if (holder !== null) return { type: 'held', worker: holder };
  return { type: 'free', checkpoints: newestFirst(checkpoints) };
}

function newestFirst(checkpoints: ReadonlyMap<number, string>): CheckpointRef[] {
  return [...checkpoints].map(([epoch, blob]) => ({ epoch, blob })).sort((a, b) => b.epoch - a.epoch);
}
