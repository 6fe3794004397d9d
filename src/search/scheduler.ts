// The contract of a scheduler: it decides which trials stop early. A fold over what happened to the trials of a study: after
// a resume it has seen the same and knows what it knew. Its decisions are a function of the reports alone, in whichever order
// the trials' reports mingle; one may come after its trial has ended, and counts (coordinator/stops/stop-ledger.ts).

/** Something that happened to the trial at `index`. */
export type TrialFact =
  | {
      readonly type: 'report';
      readonly index: number;
      /** 1-based. */
      readonly epoch: number;
      /** The objective at this epoch turned so that smaller is better; null: not finite. */
      readonly loss: number | null;
    }
  | {
      readonly type: 'ended';
      readonly index: number;
      /** Whether it heard of a stop in time says nothing of it. */
      readonly state: 'COMPLETE' | 'PRUNED' | 'FAILED';
      /** The losses that a trial brought along, such as one from the cache: those at epochs 1, 2, …. */
      readonly losses?: readonly (number | null)[] | undefined;
    };

export interface StopDecision {
  readonly index: number;
  /** The last epoch that counts; the trial may have trained further before it hears of this. */
  readonly epoch: number;
  /** In words: rung, rank, cut-off. */
  readonly reason: string;
}

/** A trial that waits at an epoch goes on from its checkpoint. */
export interface Promotion {
  readonly index: number;
  /** At which it waits, or is to wait. */
  readonly epoch: number;
  /** In words: rung, rank, cut-off. */
  readonly reason: string;
}

/** Of a scheduler that lets every trial wait at epochs, and has those go on that are worth it. */
export interface Waiting {
  /** The epoch after which a trial that has done `epoch` of them waits; null: it runs to its end. Pure. */
  pauseAfter(index: number, epoch: number): number | null;
  /** What was decided since it was asked last, each once. A trial that is never promoted is stopped in the end. */
  takePromotions(): readonly Promotion[];
}

/** What a scheduler knows of a study before it begins. */
export interface SchedulerContext {
  /** Epochs of a trial that nobody stops; the most of all points. */
  readonly epochs: number;
  /** Trials of a point, which follow each other. */
  readonly repeats: number;
  /** Each repeat is judged on data of its own, as those of every point are: only the same repeats compare. Absent: on the same. */
  readonly repeatsDiffer?: true;
  /** Trials in all, or null without an end. */
  readonly total: number | null;
  readonly seed: number;
}

/** What a sweep file is refused for: a scheduler that would do nothing, in silence. */
export interface SchedulerFault {
  /** The rule, after the name of the place. */
  readonly message: string;
  readonly hint: string;
}

export interface Scheduler {
  /**
   * Facts may come twice and late: what is known already changes nothing. One fact may decide several trials, each once, and
   * at the latest when it and all before it have ended.
   */
  observe(fact: TrialFact): readonly StopDecision[];
  /** Absent: no trial waits. */
  readonly waiting?: Waiting;
  /** It will decide nothing, as no trial trains long enough; absent: it may. */
  readonly isIdle?: true;
}
