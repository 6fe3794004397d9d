// How a member of a population came to be: the stretches of epochs that it was trained in, its parents' first, each with the
// parameters that it had then. Read out of a study's events; a segment's parent ends before it is proposed. Pure.
import type { StudyEvent } from '../events.js';
import { parentOf, withoutParent } from './segment.js';
import type { Params } from './trial.js';

/** A stretch of a schedule of parameters. */
export interface Stretch {
  readonly trial: string;
  /** 1-based. */
  readonly firstEpoch: number;
  /** null: of the trial itself, whose end is its own to say. */
  readonly lastEpoch: number | null;
  readonly params: Params;
}

/** Memory: the parameters of all trials of the study. */
export class Lineage {
  private readonly paramsOf = new Map<string, Params>();

  add(event: StudyEvent): void {
    if (event.type === 'trial.queued' || event.type === 'trial.finished')
      this.paramsOf.set(event.trial, event.params);
  }

  /** null of a trial that goes on from no other one, and where a parent is not in the events. */
  of(trial: string): readonly Stretch[] | null {
    const stretches: Stretch[] = [];
    let next: string | null = trial;
    let lastEpoch: number | null = null;
    while (next !== null) {
      const params = this.paramsOf.get(next);
      // Ids are hashes that hold their parents': the circle that a forged log could claim is cut here.
      if (params === undefined || stretches.length > this.paramsOf.size) return null;
      const from = parentOf(params);
      const firstEpoch = (from?.epoch ?? 0) + 1;
      stretches.unshift({ trial: next, firstEpoch, lastEpoch, params: withoutParent(params) });
      next = from?.trial ?? null;
      lastEpoch = from?.epoch ?? null;
    }
    return stretches.length > 1 ? stretches : null;
  }
}
