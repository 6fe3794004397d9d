// Which workers should get no more trials: those whose last trials all failed while trials succeeded elsewhere. Pure.
// What says something about the trial alone (it diverged, it can't be, its input is bad) is no sign of a bad machine.
import type { ErrorCode } from '../../errors.js';
import type { StudyEvent } from '../../study/events.js';

/** A machine that fails one trial in two reaches a streak of five by chance once in 32 trials: no harm in missing it. */
export const STREAK_FOR_QUARANTINE = 5;

const TRIALS_OWN_FAULT: ReadonlySet<ErrorCode> = new Set([
  'TRIAL_DIVERGED',
  'TRIAL_INFEASIBLE',
  'TRIAL_BAD_INPUT',
  'MODEL_SHAPE',
]);

export class WorkerHealth {
  /** Failures in a row. */
  private readonly streaks = new Map<string, number>();
  /** Those whose streak is long enough: few, so that asking after each event costs nothing. */
  private readonly suspects = new Set<string>();
  private readonly successful = new Set<string>();

  constructor(private readonly limit = STREAK_FOR_QUARANTINE) {}

  observe(event: StudyEvent): void {
    if (event.type === 'trial.finished' && !event.cached) {
      this.streaks.delete(event.worker);
      this.suspects.delete(event.worker);
      this.successful.add(event.worker);
    }
    // A final failure without an attempt of its own repeats the last one's error.
    if (event.type !== 'trial.failed' || event.worker === null || event.final) return;
    if (TRIALS_OWN_FAULT.has(event.error.code)) return;
    const streak = (this.streaks.get(event.worker) ?? 0) + 1;
    this.streaks.set(event.worker, streak);
    if (streak >= this.limit) this.suspects.add(event.worker);
  }

  /** Workers to quarantine, with the reason. A worker all of whose peers fail too is kept: then the study is bad. */
  quarantined(): ReadonlyMap<string, string> {
    const found = new Map<string, string>();
    for (const worker of this.suspects) {
      const others = this.successful.size - (this.successful.has(worker) ? 1 : 0);
      if (others === 0) continue;
      found.set(worker, `its last ${this.streaks.get(worker)} trials all failed while others succeeded`);
    }
    return found;
  }
}
