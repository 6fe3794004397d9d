// Rungs: epochs at which trials are compared. Each rung judges the trials in the order of their indices, whatever the order
// in which they get there: a trial waits (and trains on) until all before it have reached the rung, or ended, or were
// stopped below it. So a decision depends on the trials alone, not on how many workers there were or who was quicker, and a
// coordinator that died decides the same again.
import type { Scheduler, StopDecision, TrialFact } from '../scheduler.js';

/** Called once for each trial that reaches a rung, in the order of the trials' indices; may keep what it sees. */
export interface RungRule {
  /**
   * `losses`: of epochs 1 … the rung's epoch, null where not finite. Answers why the trial stops here, or null: it goes on.
   * `rung` counts from 0.
   */
  judge(rung: number, index: number, losses: readonly (number | null)[]): string | null;
}

interface TrialRecord {
  /** By epoch − 1; a hole where a report has not come yet. */
  readonly losses: (number | null | undefined)[];
  /** Epochs without a hole from the first. */
  reached: number;
  hasEnded: boolean;
  stoppedAt: number | null;
}

/** `epochs`: ascending, 1-based, at least one. Time per fact: O(rungs) and what the rule takes. */
export function createRungScheduler(epochs: readonly number[], rule: RungRule): Scheduler {
  const records = new Map<number, TrialRecord>();
  /** The trial that each rung judges next. */
  const next = epochs.map(() => 0);

  const recordOf = (index: number): TrialRecord => {
    const known = records.get(index);
    if (known !== undefined) return known;
    const fresh: TrialRecord = { losses: [], reached: 0, hasEnded: false, stoppedAt: null };
    records.set(index, fresh);
    return fresh;
  };

  /** All rungs have judged the trial: nothing that comes of it matters. */
  const isOver = (index: number): boolean => index < (next.at(-1) ?? 0);

  const advanceRung = (rung: number): StopDecision[] => {
    const epoch = epochs[rung] ?? 0;
    const decisions: StopDecision[] = [];
    for (;;) {
      const index = next[rung] ?? 0;
      const record = records.get(index);
      // The rung below has the first word.
      if (record === undefined || (rung > 0 && (next[rung - 1] ?? 0) <= index)) return decisions;
      const isStoppedBelow = record.stoppedAt !== null;
      if (!isStoppedBelow && record.reached >= epoch) {
        const reason = rule.judge(rung, index, record.losses.slice(0, epoch) as (number | null)[]);
        if (reason !== null) {
          record.stoppedAt = epoch;
          decisions.push({ index, epoch, reason });
        }
      } else if (!isStoppedBelow && !record.hasEnded) return decisions;
      next[rung] = index + 1;
      if (rung === epochs.length - 1) records.delete(index);
    }
  };

  return {
    observe(fact: TrialFact) {
      if (isOver(fact.index)) return [];
      const record = recordOf(fact.index);
      if (fact.type === 'report') record.losses[fact.epoch - 1] ??= fact.loss;
      else {
        for (const [place, loss] of (fact.losses ?? []).entries()) record.losses[place] ??= loss;
        record.hasEnded = true;
      }
      while (record.losses[record.reached] !== undefined) record.reached += 1;
      return epochs.flatMap((_, rung) => advanceRung(rung));
    },
  };
}
