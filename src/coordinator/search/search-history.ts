// What a sampler that learns may know: the points of a study with their results, read off its events. Grows with the points;
// a study whose sampler learns nothing keeps none.
import type { History, PendingPoint, ToldPoint } from '../../search/sampler.js';
import type { StudyEvent } from '../../study/events.js';
import { type SecondMetric, secondLoss, secondOf } from '../../study/trial/second-metric.js';
import type { Objective, Params, TrialResult } from '../../study/trial/trial.js';
import { lossOf } from '../plan/study-plan.js';
import type { Stop } from '../stops/stop-ledger.js';

interface PointRecord {
  readonly params: Params;
  /** Losses of the repeats that have ended, by repeat, one an objective; null of one that failed. */
  readonly losses: Map<number, readonly number[] | null>;
  isPruned: boolean;
}

export interface SearchHistoryOptions {
  readonly objective: Objective;
  readonly also: SecondMetric | null;
  readonly repeats: number;
  /** Trials in all: the last point may have fewer repeats. */
  readonly total: number | null;
  /** The proposal of a point rests on the results of the first so many. */
  resultsNeeded(point: number): number;
}

export class SearchHistory {
  private readonly points = new Map<number, PointRecord>();
  /** Points 0 … told.length − 1, all of whose trials have ended. */
  private readonly told: ToldPoint[] = [];
  /** Losses of stopped trials by index, until their points are told: a stop comes before all up to it have ended. */
  private readonly stopped = new Map<number, number | null>();

  constructor(private readonly options: SearchHistoryOptions) {}

  /** A point that was proposed, now or in the log. */
  propose(point: number, params: Params): void {
    if (!this.points.has(point)) this.points.set(point, { params, losses: new Map(), isPruned: false });
  }

  /** The same event twice changes nothing. */
  observe(event: StudyEvent): void {
    const { repeats } = this.options;
    switch (event.type) {
      case 'trial.queued':
        this.propose(Math.floor(event.index / repeats), event.params);
        return;
      case 'trial.finished':
        this.end(event.index, event.params, this.lossesOf(event.result), event.result.state === 'PRUNED');
        return;
      case 'trial.paused':
        // Of one that goes on, too: all points are compared by what they were after as many epochs.
        this.end(event.index, event.params, this.lossesOf(event.reached), true);
        return;
      case 'trial.failed':
        if (event.final) this.end(event.index, event.params, null, false);
        return;
      default:
        return;
    }
  }

  stop({ index, counted }: Pick<Stop, 'index' | 'counted'>): void {
    const { objective } = this.options;
    this.stopped.set(index, lossOf(objective, counted?.metrics[objective.metric]));
  }

  paramsOf(point: number): Params | undefined {
    return this.points.get(point)?.params;
  }

  /** Whether every result that the point's proposal rests on is in. */
  isReady(point: number): boolean {
    return this.told.length >= this.options.resultsNeeded(point);
  }

  /** For the proposal of `point`: what later results say is not in it, whether they are known or not. */
  before(point: number): History {
    const known = this.options.resultsNeeded(point);
    const pending: PendingPoint[] = [];
    for (let open = known; open < point; open++) {
      const params = this.paramsOf(open);
      if (params !== undefined) pending.push({ point: open, params });
    }
    return { told: known === this.told.length ? this.told : this.told.slice(0, known), pending };
  }

  private lossesOf(result: TrialResult): readonly number[] | null {
    const { objective, also } = this.options;
    const loss = lossOf(objective, result.objective);
    if (loss === null) return null;
    if (also === null) return [loss];
    return [loss, secondLoss(also, secondOf(also, { metrics: result.metrics, result }))];
  }

  private end(index: number, params: Params, losses: readonly number[] | null, isPruned: boolean): void {
    const { repeats, total } = this.options;
    const point = Math.floor(index / repeats);
    this.propose(point, params);
    const record = this.points.get(point);
    const repeat = index % repeats;
    if (record === undefined || record.losses.has(repeat)) return;
    record.losses.set(repeat, losses);
    record.isPruned ||= isPruned;
    for (;;) {
      const next = this.told.length;
      const ended = this.points.get(next);
      const trials = Math.min(repeats, (total ?? Number.POSITIVE_INFINITY) - next * repeats);
      if (ended === undefined || ended.losses.size < trials) return;
      for (let repeat = 0; repeat < trials; repeat++) this.obeyStop(ended, next * repeats + repeat, repeat);
      this.told.push(tell(next, ended));
    }
  }

  private obeyStop(record: PointRecord, index: number, repeat: number): void {
    const loss = this.stopped.get(index);
    this.stopped.delete(index);
    const losses = record.losses.get(repeat);
    if (loss === undefined || losses == null) return;
    // What follows from the config is no other for being stopped.
    record.losses.set(repeat, loss === null ? null : [loss, ...losses.slice(1)]);
    record.isPruned = true;
  }
}

function tell(point: number, { params, losses, isPruned }: PointRecord): ToldPoint {
  const values = [...losses]
    .sort(([one], [other]) => one - other)
    .flatMap(([, own]) => (own === null ? [] : [own]));
  const [first] = values;
  if (first === undefined) return { point, params, state: 'FAILED', losses: [] };
  const means = first.map(
    (_, objective) => values.reduce((sum, own) => sum + (own[objective] ?? 0), 0) / values.length,
  );
  return { point, params, state: isPruned ? 'PRUNED' : 'COMPLETE', losses: means };
}
