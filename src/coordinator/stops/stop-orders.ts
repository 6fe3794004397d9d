// The stops of a study on their way into the log and to the workers, who are told until they have heard it: a control
// message may be lost. What is decided is the ledger's (stop-ledger.ts).
import type { ControlChannel, Lease } from '../../bus/bus.js';
import { asSweepError } from '../../errors.js';
import type { Logger } from '../../log.js';
import type { Promotion } from '../../search/scheduler.js';
import type { StudyEvent } from '../../study/events.js';
import type { OpenTrial } from '../../study/trial/open-trial.js';
import type { StudyPlan } from '../plan/study-plan.js';
import type { TerminalEvent } from '../search/trial-twins.js';
import { type QueuedEvent, type ReportEvent, type Stop, StopLedger } from './stop-ledger.js';

export interface StopOrdersOptions {
  readonly bus: ControlChannel;
  readonly study: string;
  readonly lease: Pick<Lease, 'append'>;
  readonly plan: StudyPlan;
  readonly logger: Logger;
}

export class StopOrders {
  /** By index, until the log tells of them. */
  private readonly due = new Map<number, Stop>();
  /** Those of them that are being appended. */
  private readonly underWay = new Set<number>();
  /** The last one of each trial: where it waits no more, and why. */
  private readonly promoted = new Map<number, Promotion>();
  /** Of those that came since they were taken. */
  private news: number[] = [];
  /** null: nothing is ever stopped, and nothing need be kept for it. */
  private readonly ledger: StopLedger | null;

  constructor(private readonly options: StopOrdersOptions) {
    const { plan } = options;
    this.ledger = plan.stopsTrials ? new StopLedger(plan.createScheduler(), plan.objective) : null;
  }

  /** Shows a report or the first end of a trial, replayed ones too; answers what is stopped by it, ended trials among it. */
  consult(event: ReportEvent | QueuedEvent | TerminalEvent, endedBelow: number): readonly Stop[] {
    return this.note(this.ledger?.observe(event, endedBelow) ?? []);
  }

  /** The trial at `index` is the twin of one that is open; answers what is stopped by it. */
  skip(index: number): readonly Stop[] {
    return this.note(this.ledger?.skip(index) ?? []);
  }

  private note(stops: readonly Stop[]): readonly Stop[] {
    for (const stop of stops) this.due.set(stop.index, stop);
    for (const promotion of this.ledger?.takePromotions() ?? []) {
      this.promoted.set(promotion.index, promotion);
      this.news.push(promotion.index);
    }
    return stops;
  }

  /** Trials that were told to go on since it was asked last. */
  takePromoted(): readonly number[] {
    const taken = this.news;
    this.news = [];
    return taken;
  }

  /** Why the trial that waits after `epoch` goes on; null: it does not yet. */
  reasonToGoOn(index: number, epoch: number): string | null {
    const promotion = this.promoted.get(index);
    return promotion === undefined || promotion.epoch < epoch ? null : promotion.reason;
  }

  /** Where the trial's next attempt is to wait, having gone on from wherever it was told to; null: nowhere. */
  pauseAfter(index: number): number | null {
    return this.ledger?.pauseAfter(index, this.promoted.get(index)?.epoch ?? 0) ?? null;
  }

  /** Where every trial waits first; null: nowhere. */
  firstPause(index: number): number | null {
    return this.ledger?.pauseAfter(index, 0) ?? null;
  }

  /** The log has the order. */
  heard(index: number): void {
    this.due.delete(index);
    this.underWay.delete(index);
  }

  /** It was decided, and the log does not tell of it yet. */
  isDue(index: number): boolean {
    return this.due.has(index);
  }

  /** What was decided and is not in the log: after a replay, what its coordinator died over. */
  get dueIndices(): readonly number[] {
    return [...this.due.keys()];
  }

  /** Records and sends the order, if there is one for this trial; `trial`: as long as it is open. Safe to repeat. */
  async enforce(index: number, trial: OpenTrial | undefined): Promise<void> {
    const { bus, study, logger } = this.options;
    const stop = this.due.get(index);
    // Asked again before the log has told of it: one record is enough.
    if (stop !== undefined && !this.underWay.has(index)) await this.record(stop);
    const reason = trial?.stopReason ?? stop?.reason;
    // Nobody holds one that waits.
    if (trial === undefined || reason === undefined || trial.pausedAt !== null) return;
    try {
      await bus.sendControl({ type: 'stop', study, trial: trial.trial, reason });
    } catch (thrown) {
      // Its next report asks again.
      const { message } = asSweepError(thrown);
      logger.warn('a trial could not be told to stop', { trial: trial.trial, error: message });
    }
  }

  private async record({ trial, index, reason, epoch, counted }: Stop): Promise<void> {
    const { lease } = this.options;
    const known = counted === null ? {} : { counted };
    const order: StudyEvent = { type: 'trial.stop', trial, index, reason, epoch, ...known };
    this.underWay.add(index);
    try {
      await lease.append(order);
    } catch (thrown) {
      this.underWay.delete(index);
      throw thrown;
    }
  }
}
