// What the scheduler decided to stop, and telling the workers until they have heard it: a control message may be lost.
import type { ControlChannel, Lease } from '../bus/bus.js';
import { asSweepError } from '../errors.js';
import type { Logger } from '../log.js';
import type { Scheduler, StopDecision, TrialFact } from '../search/scheduler.js';
import type { StudyEvent } from '../study/events.js';
import type { OpenTrial } from '../study/open-trial.js';
import { lossOf, type StudyPlan } from './plan/study-plan.js';
import type { TerminalEvent } from './trial-twins.js';

export interface StopOrdersOptions {
  readonly bus: ControlChannel;
  readonly study: string;
  readonly lease: Pick<Lease, 'append'>;
  readonly plan: StudyPlan;
  readonly logger: Logger;
}

export class StopOrders {
  /** By index, until the trial ends. */
  private readonly decided = new Map<number, StopDecision>();
  /** Stops that were appended and whose trials have not ended. */
  private readonly recorded = new Set<number>();
  private readonly scheduler: Scheduler;

  constructor(private readonly options: StopOrdersOptions) {
    this.scheduler = options.plan.createScheduler();
  }

  /**
   * Shows the scheduler a report or the end of a trial, replayed ones too: it decides from all it has seen. Answers the
   * indices of the trials that are to stop now.
   */
  consult(event: Extract<StudyEvent, { type: 'trial.report' }> | TerminalEvent): readonly number[] {
    const decisions = this.scheduler.observe(this.factOf(event));
    for (const decision of decisions) this.decided.set(decision.index, decision);
    return decisions.map(({ index }) => index);
  }

  private factOf(event: Extract<StudyEvent, { type: 'trial.report' }> | TerminalEvent): TrialFact {
    const { objective } = this.options.plan;
    const { index } = event;
    switch (event.type) {
      case 'trial.report': {
        const loss = lossOf(objective, event.report.metrics[objective.metric]);
        return { type: 'report', index, epoch: event.report.epoch, loss };
      }
      case 'trial.finished':
        return { type: 'ended', index, state: event.result.state };
      case 'trial.failed':
        return { type: 'ended', index, state: 'FAILED' };
    }
  }

  /** Records and sends the order, if there is one for this trial. Safe to repeat. */
  async enforce(trial: OpenTrial): Promise<void> {
    const { bus, study, lease, logger } = this.options;
    const decision = this.decided.get(trial.index);
    const reason = trial.stopReason ?? decision?.reason;
    if (reason === undefined) return;
    if (trial.stopReason === null && !this.recorded.has(trial.index)) {
      // Asked again before the log has told of it: one record is enough.
      this.recorded.add(trial.index);
      const epoch = decision === undefined ? {} : { epoch: decision.epoch };
      const order: StudyEvent = {
        type: 'trial.stop',
        trial: trial.trial,
        index: trial.index,
        reason,
        ...epoch,
      };
      try {
        await lease.append(order);
      } catch (thrown) {
        this.recorded.delete(trial.index);
        throw thrown;
      }
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
    this.recorded.delete(index);
  }
}
