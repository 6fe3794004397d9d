// What the scheduler decided to stop, and telling the workers until they have heard it: a control message may be lost.
import type { Bus, Lease } from '../bus/bus.js';
import { asSweepError } from '../errors.js';
import type { Logger } from '../log.js';
import type { StudyEvent } from '../study/events.js';
import type { OpenTrial } from '../study/open-trial.js';
import { lossOf, type StudyPlan } from './plan/study-plan.js';

export interface StopOrdersOptions {
  readonly bus: Bus;
  readonly study: string;
  readonly lease: Lease;
  readonly plan: StudyPlan;
  readonly logger: Logger;
}

export class StopOrders {
  /** Reasons by index, until the trial ends. */
  private readonly decided = new Map<number, string>();

  constructor(private readonly options: StopOrdersOptions) {}

  /** Shows the scheduler a report of the trial's newest attempt, replayed ones too: it decides from all it has seen. */
  consult(event: Extract<StudyEvent, { type: 'trial.report' }>, trial: OpenTrial | undefined): void {
    const { scheduler, objective } = this.options.plan;
    if (trial === undefined || trial.attempt !== event.attempt) return;
    const value = lossOf(objective, event.report.metrics[objective.metric]);
    if (value === null) return;
    const decision = scheduler.observe(event.index, event.report, value);
    if (decision.action === 'stop') this.decided.set(event.index, decision.reason);
  }

  /** Records and sends the order, if there is one for this trial. Safe to repeat. */
  async enforce(trial: OpenTrial): Promise<void> {
    const { bus, study, lease, logger } = this.options;
    const reason = trial.stopReason ?? this.decided.get(trial.index);
    if (reason === undefined) return;
    if (trial.stopReason === null) {
      await bus.append(study, { type: 'trial.stop', trial: trial.trial, index: trial.index, reason }, lease);
    }
    try {
      await bus.sendControl({ type: 'stop', study, trial: trial.trial, reason });
    } catch (thrown) {
      // Its next report asks again.
      const { message } = asSweepError(thrown);
      logger.warn('a trial could not be told to stop', { trial: trial.trial, error: message });
    }
  }

  forget(index: number): void {
    this.decided.delete(index);
  }
}
