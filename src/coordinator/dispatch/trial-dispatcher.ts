// How one planned trial reaches the log and the queue: event first, then message, so that a crash between the two leaves
// a trial that recovery publishes again, never a message that nobody knows of.
import type { CachedResult, Lease, TrialQueue } from '../../bus/bus.js';
import { isOfWholeBus } from '../../bus/repeat.js';
import { asSweepError, type WireError } from '../../errors.js';
import type { Logger } from '../../log.js';
import type { TrialSize } from '../../study/events.js';
import type { TrialOrigin } from '../../study/trial/final-state.js';
import type { OpenTrial, ReachedResult } from '../../study/trial/open-trial.js';
import type { PlannedTrial, StudyPlan, TrialPoint } from '../plan/study-plan.js';
import { trialSizes } from '../plan/trial-size.js';
import type { TerminalEvent } from '../search/trial-twins.js';
import type { StopOrders } from '../stops/stop-orders.js';

export interface TrialDispatcherOptions {
  readonly bus: TrialQueue;
  readonly study: string;
  readonly lease: Pick<Lease, 'append'>;
  readonly plan: StudyPlan;
  readonly logger: Logger;
  /** Version of the product. */
  readonly version: string;
  /** Blob of the dataset's metadata, where workers may need it. */
  readonly datasetMetadata?: string | undefined;
  /** Where trials wait. */
  readonly stops: Pick<StopOrders, 'pauseAfter' | 'firstPause'>;
}

export class TrialDispatcher {
  private readonly sizeOf: (planned: PlannedTrial) => TrialSize | null;

  constructor(private readonly options: TrialDispatcherOptions) {
    this.sizeOf = trialSizes(options.plan);
  }

  /** The end of a trial, once more under the index of its twin. */
  appendEnd(index: number, planned: PlannedTrial, event: TerminalEvent): Promise<void> {
    return event.type === 'trial.finished'
      ? this.appendCached(index, planned, { worker: event.worker, result: event.result })
      : this.appendFailed(index, pointOf(planned), event.error);
  }

  /** The first attempt: from its start, or from the end of a shorter training or of its parent. `reason`: why it is tried. */
  async queueFirst(
    index: number,
    planned: PlannedTrial,
    origin: TrialOrigin | null,
    reason: string | null,
  ): Promise<void> {
    const told = reason === null ? {} : { reason };
    // Where trials wait, each goes through all of its rungs.
    const waits = this.options.stops.firstPause(index) !== null;
    if (origin === null || waits) return this.queue(index, planned, 1, [], told.reason);
    const { blob, epoch, owner } = origin;
    const since = await this.appendQueued(index, planned, 1, { origin, ...told });
    await this.publish(index, planned, 1, [{ attempt: 0, epoch, blob, owner }], since);
  }

  /** Offers an attempt to the workers. */
  async queue(
    index: number,
    planned: PlannedTrial,
    attempt: number,
    checkpoints: OpenTrial['checkpoints'],
    reason?: string,
  ): Promise<void> {
    const since = await this.appendQueued(index, planned, attempt, reason === undefined ? {} : { reason });
    await this.publish(index, planned, attempt, checkpoints, since);
  }

  private appendQueued(
    index: number,
    planned: PlannedTrial,
    attempt: number,
    more: { readonly origin?: TrialOrigin; readonly reason?: string },
  ): Promise<number> {
    const { requires } = planned;
    const size = this.sizeOf(planned);
    return this.options.lease.append({
      type: 'trial.queued',
      ...pointOf(planned),
      index,
      attempt,
      requires,
      ...(size === null ? {} : { size }),
      ...more,
    });
  }

  /**
   * Only the message: for a trial that the log has as queued already, at the number `since`. One that the queue does not take,
   * while it takes others, has failed: it would be open for ever.
   */
  async publish(
    index: number,
    planned: PlannedTrial,
    attempt: number,
    checkpoints: OpenTrial['checkpoints'],
    since?: number,
  ): Promise<void> {
    try {
      await this.offer(index, planned, attempt, checkpoints, since);
    } catch (thrown) {
      if (isOfWholeBus(thrown)) throw thrown;
      const error = asSweepError(thrown);
      const { trial } = planned;
      this.options.logger.error('a trial cannot be put on the queue', { trial, error: error.message });
      await this.appendFailed(index, pointOf(planned), error.toWire(), { attempt, worker: null });
    }
  }

  private offer(
    index: number,
    planned: PlannedTrial,
    attempt: number,
    checkpoints: OpenTrial['checkpoints'],
    since: number | undefined,
  ): Promise<void> {
    const { bus, study, plan, version, datasetMetadata, stops } = this.options;
    const until = stops.pauseAfter(index);
    return bus.publishTrial({
      study,
      trial: planned.trial,
      index,
      attempt,
      params: planned.params,
      config: planned.config,
      objective: plan.objective,
      requires: planned.requires,
      engine: plan.engine,
      numericsVersion: plan.numericsVersion,
      version,
      timeLimitMs: plan.limits.trialTimeoutMs,
      checkpoints: checkpoints.map(({ attempt: _, ...checkpoint }) => checkpoint),
      ...(datasetMetadata === undefined ? {} : { datasetMetadata }),
      // One that waits is never stopped before it failed.
      ...(plan.stopsTrials && stops.firstPause(index) === null ? { stoppable: true } : {}),
      ...(until === null ? {} : { until }),
      ...(since === undefined ? {} : { since }),
    });
  }

  /** The end of a trial that was computed before. */
  async appendCached(
    index: number,
    planned: PlannedTrial,
    { worker, result, curves }: CachedResult,
    reason: string | null = null,
  ): Promise<void> {
    const known = curves !== undefined && this.options.plan.stopsTrials ? { curves } : {};
    const told = reason === null ? {} : { reason };
    const end = { attempt: 1, worker, cached: true, result, ...known, ...told };
    await this.options.lease.append({ type: 'trial.finished', ...pointOf(planned), index, ...end });
  }

  /** The end of a trial that failed after the epoch at which it is stopped. */
  async appendStopped(
    planned: PlannedTrial,
    { index, attempt }: Pick<OpenTrial, 'index' | 'attempt'>,
    { worker, result }: ReachedResult,
  ): Promise<void> {
    const end = { attempt, worker, cached: false, result };
    await this.options.lease.append({ type: 'trial.finished', ...pointOf(planned), index, ...end });
  }

  /** The end of a trial that gets no further attempt. */
  async appendFailed(
    index: number,
    point: TrialPoint,
    error: WireError,
    open?: Pick<OpenTrial, 'attempt' | 'worker'>,
  ): Promise<void> {
    const { trial, params, seed } = point;
    await this.options.lease.append({
      type: 'trial.failed',
      trial,
      index,
      params,
      seed,
      attempt: open?.attempt ?? 1,
      worker: open?.worker ?? null,
      error,
      final: true,
    });
  }
}

export function pointOf({ trial, params, config }: PlannedTrial): TrialPoint {
  return { trial, params, seed: config.seed };
}
