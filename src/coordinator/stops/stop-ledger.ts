// Which trials of a study were stopped, and what counts of each: what the scheduler says of all that the log told, however
// late. A trial may have ended by then, and its result changes all the same, so that the stops of a study are a function of
// what its trials reported and not of who was quicker. A trial that stands at several indices (its twins) is judged at the
// first of them; the others share its fate. Pure but for what it has seen.
import { SweepError } from '../../errors.js';
import type { Promotion, Scheduler, StopDecision, TrialFact } from '../../search/scheduler.js';
import type { StudyEvent } from '../../study/events.js';
import { reportsOf } from '../../study/trial/curves.js';
import { countReports } from '../../study/trial/stopped-result.js';
import type { CountedEpoch, EpochReport, Objective } from '../../study/trial/trial.js';
import { lossOf } from '../plan/study-plan.js';
import type { TerminalEvent } from '../search/trial-twins.js';

export type ReportEvent = Extract<StudyEvent, { type: 'trial.report' }>;
/** Of a trial that goes on from a shorter training: what that reported. */
export type QueuedEvent = Extract<StudyEvent, { type: 'trial.queued' }>;
type TrialEvent = ReportEvent | QueuedEvent | TerminalEvent;

export interface Stop extends StopDecision {
  readonly trial: string;
  /** The report that stands for the trial. */
  readonly counted: CountedEpoch | null;
}

/** A trial at all of its indices. */
interface Place {
  readonly first: number;
  /** Later indices that have been heard of, and whether each has its stop. */
  readonly twins: Map<number, boolean>;
  /** The stop of the first index, once it was decided. */
  stop: Stop | null;
}

/** A trial until it and all before it have ended: then nothing more is decided of it. */
interface Candidate {
  readonly trial: string;
  /** By epoch − 1. */
  readonly reports: Pick<EpochReport, 'epoch' | 'metrics'>[];
  hasFailed: boolean;
}

export class StopLedger {
  /** Every trial of the study, as a twin may come at any time: some hundred bytes each. */
  private readonly places = new Map<string, Place>();
  private readonly candidates = new Map<number, Candidate>();
  private cleared = 0;

  constructor(
    private readonly scheduler: Scheduler,
    private readonly objective: Objective,
  ) {}

  /**
   * Shows a report, or the first end of a trial, of any of its indices; answers the stops that follow from it. `endedBelow`:
   * all trials below this index have ended, this event included.
   */
  observe(event: TrialEvent, endedBelow: number): Stop[] {
    const place = this.placeOf(event);
    const decisions =
      place.first === event.index
        ? this.factsOf(event)
            .flatMap((fact) => this.scheduler.observe(fact))
            .flatMap((decision) => this.decide(decision))
        : this.follow(place, event);
    // Of those that wait any may go on, or be stopped, when the last one has come.
    if (this.scheduler.waiting === undefined)
      for (; this.cleared < endedBelow; this.cleared++) this.candidates.delete(this.cleared);
    return decisions;
  }

  /** The trial at `index` is the twin of one before it: it has no say, and nobody waits for it. */
  skip(index: number): Stop[] {
    const fact: TrialFact = { type: 'ended', index, state: 'FAILED' };
    return this.scheduler.observe(fact).flatMap((decision) => this.decide(decision));
  }

  /** Decided since it was asked last. */
  takePromotions(): readonly Promotion[] {
    return this.scheduler.waiting?.takePromotions() ?? [];
  }

  /** Where a trial that has done `epoch` epochs waits next; null: nowhere. */
  pauseAfter(index: number, epoch: number): number | null {
    return this.scheduler.waiting?.pauseAfter(index, epoch) ?? null;
  }

  private placeOf({ trial, index }: TrialEvent): Place {
    const known = this.places.get(trial);
    if (known !== undefined) return known;
    const place: Place = { first: index, twins: new Map(), stop: null };
    this.places.set(trial, place);
    return place;
  }

  private candidateOf({ trial, index }: TrialEvent): Candidate {
    const known = this.candidates.get(index) ?? { trial, reports: [], hasFailed: false };
    if (index >= this.cleared) this.candidates.set(index, known);
    return known;
  }

  private factsOf(event: TrialEvent): TrialFact[] {
    const { metric } = this.objective;
    const { index } = event;
    const candidate = this.candidateOf(event);
    switch (event.type) {
      case 'trial.report': {
        const { epoch, metrics } = event.report;
        candidate.reports[epoch - 1] ??= { epoch, metrics };
        return [{ type: 'report', index, epoch, loss: lossOf(this.objective, metrics[metric]) }];
      }
      case 'trial.queued':
        return reportsOf(event.origin?.curves ?? {}).map(({ epoch, metrics }) => {
          candidate.reports[epoch - 1] ??= { epoch, metrics };
          return { type: 'report', index, epoch, loss: lossOf(this.objective, metrics[metric]) };
        });
      case 'trial.finished': {
        const brought = reportsOf(event.curves ?? {});
        for (const report of brought) candidate.reports[report.epoch - 1] ??= report;
        const losses = brought.map(({ metrics }) => lossOf(this.objective, metrics[metric]));
        return [{ type: 'ended', index, state: event.result.state, losses }];
      }
      case 'trial.failed':
        candidate.hasFailed = true;
        return [{ type: 'ended', index, state: 'FAILED' }];
    }
  }

  /** The stops of a trial at all of its indices. A failure stays one. */
  private decide(decision: StopDecision): Stop[] {
    const { index, epoch } = decision;
    const candidate = this.candidates.get(index);
    if (candidate === undefined)
      throw new SweepError('INTERNAL', `the scheduler stops trial ${index}, of which all was decided`);
    if (candidate.hasFailed) return [];
    // A report that is missing leaves a hole.
    const reports = candidate.reports.filter((report) => report !== undefined);
    const counted = countReports(reports, this.objective, epoch);
    const stop: Stop = { ...decision, trial: candidate.trial, counted };
    const place = this.places.get(candidate.trial);
    if (place === undefined) return [stop];
    place.stop = stop;
    const twins = [...place.twins].filter(([, isStopped]) => !isStopped).map(([twin]) => twin);
    for (const twin of twins) place.twins.set(twin, true);
    return [stop, ...twins.map((twin) => ({ ...stop, index: twin }))];
  }

  /** A twin has no say of its own: those after it are judged without it. */
  private follow({ twins, stop }: Place, { type, index }: TrialEvent): Stop[] {
    const others = twins.has(index) ? [] : this.skip(index);
    if (type === 'trial.failed' || twins.get(index) === true) return others;
    twins.set(index, stop !== null);
    return stop === null ? others : [...others, { ...stop, index }];
  }
}
