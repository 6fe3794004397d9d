// Which workers should get no more trials: those whose last trials all failed while trials succeeded elsewhere. Pure.
// What says something about the trial alone (it diverged, its input is bad) is no sign of a bad machine.
import type { ErrorCode } from '../errors.js';
import type { StudyEvent } from '../study/events.js';

/** A machine that fails one trial in two reaches a streak of five by chance once in 32 trials: no harm in missing it. */
export const STREAK_FOR_QUARANTINE = 5;

const TRIALS_OWN_FAULT: ReadonlySet<ErrorCode> = new Set([
  'TRIAL_DIVERGED',
  'TRIAL_BAD_INPUT',
  'MODEL_SHAPE',
]);

export class WorkerHealth {
  /** Failures in a row. */
  private readonly streaks = new Map<string, number>();
  private readonly successful = new Set<string>();

  constructor(private readonly limit = STREAK_FOR_QUARANTINE) {}

  observe(event: StudyEvent): void {
    if (event.type === 'trial.finished' && !event.cached) {
      this.streaks.delete(event.worker);
      this.successful.add(event.worker);
    }
    // A final failure without an attempt of its own repeats the last one's error.
    if (event.type !== 'trial.failed' || event.worker === null || event.final) return;
    if (TRIALS_OWN_FAULT.has(event.error.code)) return;
    this.streaks.set(event.worker, (this.streaks.get(event.worker) ?? 0) + 1);
  }

  /** Workers to quarantine, with the reason. A worker all of whose peers fail too is kept: then the study is bad. */
  quarantined(): ReadonlyMap<string, string> {
    const found = new Map<string, string>();
    for (const [worker, failures] of this.streaks) {
      const doOthersSucceed = [...this.successful].some((other) => other !== worker);
      if (failures >= this.limit && doOthersSucceed) {
        found.set(worker, `its last ${failures} trials all failed while others succeeded`);
      }
    }
    return found;
  }
}
