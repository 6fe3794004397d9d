// What a worker may do with a trial that was delivered before, read from the trial's own events. Pure.

import type { CheckpointRef, TrialMessage } from '../../src/bus/bus.js';
import type { LoggedEvent } from '../../src/study/events.js';
import { HolderCheck } from '../../src/study/holder-check.js';
import { advanceTrial, newOpenTrial } from '../../src/study/trial/open-trial.js';
import { isTrainedResult } from '../../src/study/trial/trained-result.js';
import { runnerOf } from '../runners/registry.js';

export type HistoryVerdict =
  /** Nobody holds this attempt: run it, from the newest of these that can be read. */
  | { readonly type: 'free'; readonly checkpoints: readonly CheckpointRef[] }
  /** The trial has ended or a later attempt exists: acknowledge without training. */
  | { readonly type: 'over' }
  /** Started by some worker and neither ended nor given back: that one is at work, or was lost. */
  | { readonly type: 'held' };

/** Judges one delivery. `events` are those of the delivered trial, in order. */
export function judgeHistory(
  events: readonly LoggedEvent[],
  message: Pick<TrialMessage, 'attempt' | 'checkpoints'> & Partial<Pick<TrialMessage, 'config'>>,
): HistoryVerdict {
  let holder: string | null = null;
  let known = newOpenTrial('', 0);
  const holders = new HolderCheck();
  for (const logged of events) {
    if (!holders.admits(logged)) continue;
    const { event, at } = logged;
    if (event.type === 'trial.checkpoint') known = advanceTrial(known, event, at);
    switch (event.type) {
      case 'trial.finished':
        // Without the model that its objective leaves it was no end: every reader sets it aside.
        if (
          message.config !== undefined &&
          runnerOf(message.config).leavesModel &&
          !isTrainedResult(event.result)
        )
          break;
        return { type: 'over' };
      case 'trial.failed':
        if (event.final || event.attempt >= message.attempt) return { type: 'over' };
        break;
      case 'trial.paused':
        if (event.attempt >= message.attempt) return { type: 'over' };
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
      default:
        break;
    }
  }
  if (holder !== null) return { type: 'held' };
  return { type: 'free', checkpoints: mergeCheckpoints(known.checkpoints, message.checkpoints) };
}

/** The log's own come first: those of the message were read from it when the attempt was queued. */
function mergeCheckpoints(logged: readonly CheckpointRef[], sent: readonly CheckpointRef[]): CheckpointRef[] {
  const older = sent.filter(({ blob }) => !logged.some((other) => other.blob === blob));
  return [...logged, ...older].map(({ epoch, step, blob, owner }) => ({
    epoch,
    ...(step === undefined ? {} : { step }),
    blob,
    ...(owner === undefined ? {} : { owner }),
  }));
}
