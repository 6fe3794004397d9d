// Several indices of one study can be the same trial (a parameter that the model does not use). It is computed once: the
// later ones, its twins, wait and end as it does. Owns who is open, who waits, and the last ends that no
// cache holds.
import type { StudyEvent } from '../../study/events.js';
import type { PlannedTrial } from '../plan/study-plan.js';

/** A few megabytes at most. */
const UNCACHED_REMEMBERED = 4_096;

export type TerminalEvent = Extract<StudyEvent, { type: 'trial.finished' | 'trial.failed' }>;

export interface Twin {
  readonly index: number;
  readonly planned: PlannedTrial;
}

export type Admission =
  /** Nobody computes it: the caller does. */
  | { readonly type: 'first' }
  /** It waits: `release` hands it out. */
  | { readonly type: 'waits' }
  /** It has ended in this study, in a way that the result cache does not keep. */
  | { readonly type: 'ended'; readonly event: TerminalEvent };

export class TrialTwins {
  private readonly open = new Set<string>();
  private readonly waiting = new Map<string, Twin[]>();
  /** Failed and pruned trials, the newest last. Twins are neighbours in most spaces; of a forgotten one they train anew. */
  private readonly uncached = new Map<string, TerminalEvent>();

  constructor(private readonly remembered = UNCACHED_REMEMBERED) {}

  admit(index: number, planned: PlannedTrial): Admission {
    const { trial } = planned;
    if (this.open.has(trial)) {
      this.waiting.set(trial, [...(this.waiting.get(trial) ?? []), { index, planned }]);
      return { type: 'waits' };
    }
    const event = this.uncached.get(trial);
    if (event !== undefined) return { type: 'ended', event };
    this.open.add(trial);
    return { type: 'first' };
  }

  /** A trial of the log that has not ended. */
  reopen(trial: string): void {
    this.open.add(trial);
  }

  /** Keeps an end that a later twin could not look up. */
  remember(event: TerminalEvent): void {
    if (event.type === 'trial.finished' && event.result.state !== 'PRUNED') return;
    this.uncached.delete(event.trial);
    this.uncached.set(event.trial, event);
    const oldest = this.uncached.keys().next().value;
    if (this.uncached.size > this.remembered && oldest !== undefined) this.uncached.delete(oldest);
  }

  /** The trial has ended and its result can be found; returns the twins that waited for it. */
  release(trial: string): readonly Twin[] {
    const twins = this.waiting.get(trial) ?? [];
    this.waiting.delete(trial);
    this.open.delete(trial);
    return twins;
  }
}
