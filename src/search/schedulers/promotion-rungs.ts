// Rungs at which every trial waits until it is among the best share of those that got there, and then goes on from its
// checkpoint (Li et al. 2020, algorithm 2). A rung takes the trials in a fixed order: the lowest of a ladder by their
// indices, each further one in the order in which the rung below promoted them. So which trials go on depends on the trials
// alone, not on how many workers there were or who was quicker, and a coordinator that died decides the same again.
// A rung that nobody can reach any more promotes at least its best one; those that are left over are stopped there.
import type { Promotion, Scheduler, StopDecision, TrialFact } from '../scheduler.js';
import { bestOf, tellLoss } from './best-share.js';

/** Rungs one above the other, for the trials that begin at its lowest. */
export interface LadderPlan {
  /** Ascending, 1-based; none: its trials run to their end. */
  readonly epochs: readonly number[];
  /** How a rung is called in reasons. */
  nameOf(rung: number): string;
}

export interface PromotionOptions {
  readonly ladders: readonly LadderPlan[];
  /** The ladder of a trial. */
  ladderOf(index: number): number;
  /** Trials in all; null: nobody knows, and no rung is ever over. */
  readonly total: number | null;
  /** η: one of so many goes on. */
  readonly reduction: number;
}

interface TrialRecord {
  /** By epoch − 1; a hole where a report has not come yet. */
  readonly losses: (number | null | undefined)[];
  /** Epochs without a hole from the first. */
  reached: number;
  hasEnded: boolean;
}

interface Judged {
  readonly index: number;
  readonly loss: number;
  isPromoted: boolean;
}

class Rung {
  /** In the order in which they are taken. */
  readonly arrivals: number[] = [];
  taken = 0;
  /** Best first; of equal losses the earlier one. */
  readonly judged: Judged[] = [];
  isOver = false;

  constructor(
    readonly epoch: number,
    private readonly name: string,
    private readonly reduction: number,
  ) {}

  get isIdle(): boolean {
    return this.taken === this.arrivals.length;
  }

  /** How many of those judged so far go on. */
  kept(least: number): number {
    return Math.max(least, Math.floor(this.judged.length / this.reduction));
  }

  /** Judges the next one, or passes it over where it ended before; false: it is still on its way. */
  take(records: ReadonlyMap<number, TrialRecord>): boolean {
    const index = this.arrivals[this.taken];
    const record = index === undefined ? undefined : records.get(index);
    if (index === undefined || record === undefined) return false;
    if (record.reached < this.epoch && !record.hasEnded) return false;
    this.taken += 1;
    if (record.reached < this.epoch) return true;
    const loss = bestOf(record.losses.slice(0, this.epoch) as (number | null)[]);
    let place = this.judged.length;
    while (place > 0 && (this.judged[place - 1]?.loss ?? 0) > loss) place -= 1;
    this.judged.splice(place, 0, { index, loss, isPromoted: false });
    return true;
  }

  /** Those that go on since it was asked last; `least`: so many at least. */
  promote(least: number): Promotion[] {
    const kept = this.kept(least);
    return this.judged.slice(0, kept).flatMap((judged, place) => {
      if (judged.isPromoted || !Number.isFinite(judged.loss)) return [];
      judged.isPromoted = true;
      return [{ index: judged.index, epoch: this.epoch, reason: this.tell(place, kept) }];
    });
  }

  /** Those that do not go on, once nobody comes after them. */
  stop(): StopDecision[] {
    this.isOver = true;
    return this.judged.flatMap(({ index, isPromoted }, place) =>
      isPromoted ? [] : [{ index, epoch: this.epoch, reason: this.tell(place, this.kept(1)) }],
    );
  }

  private tell(place: number, kept: number): string {
    const loss = tellLoss(this.judged[place]?.loss ?? Number.NaN);
    const cutoff = tellLoss(this.judged[kept - 1]?.loss ?? Number.NaN);
    const rank = `rank ${place + 1} of ${this.judged.length}`;
    return `${this.name}: ${rank}, its best loss ${loss} is ${place < kept ? 'within' : 'above'} the cut-off ${cutoff}`;
  }
}

export function createPromotionScheduler(options: PromotionOptions): Scheduler {
  const { ladders, ladderOf, total, reduction } = options;
  const records = new Map<number, TrialRecord>();
  const rungs = ladders.map(({ epochs, nameOf }) =>
    epochs.map((epoch, rung) => new Rung(epoch, nameOf(rung), reduction)),
  );
  let promotions: Promotion[] = [];
  /** All trials below it are among the arrivals of their ladders. */
  let assigned = 0;

  const recordOf = (index: number): TrialRecord => {
    const known = records.get(index) ?? { losses: [], reached: 0, hasEnded: false };
    records.set(index, known);
    return known;
  };

  /** A trial that nobody has heard of holds up those after it. */
  const assign = (): void => {
    for (; records.has(assigned); assigned++) rungs[ladderOf(assigned)]?.[0]?.arrivals.push(assigned);
  };

  const climb = (ladder: readonly Rung[]): StopDecision[] => {
    const stops: StopDecision[] = [];
    for (const [level, rung] of ladder.entries()) {
      const goOn = (least: number): void => {
        const promoted = rung.promote(least);
        ladder[level + 1]?.arrivals.push(...promoted.map(({ index }) => index));
        promotions.push(...promoted);
      };
      while (rung.take(records)) goOn(0);
      const below = ladder[level - 1];
      const isLast = below === undefined ? total !== null && assigned >= total : below.isOver;
      if (rung.isOver || !isLast || !rung.isIdle) continue;
      goOn(1);
      stops.push(...rung.stop());
    }
    return stops;
  };

  return {
    observe(fact: TrialFact) {
      const record = recordOf(fact.index);
      if (fact.type === 'report') record.losses[fact.epoch - 1] ??= fact.loss;
      else {
        for (const [place, loss] of (fact.losses ?? []).entries()) record.losses[place] ??= loss;
        record.hasEnded = true;
      }
      while (record.losses[record.reached] !== undefined) record.reached += 1;
      assign();
      return rungs.flatMap(climb);
    },
    waiting: {
      pauseAfter: (index, epoch) =>
        ladders[ladderOf(index)]?.epochs.find((rungEpoch) => rungEpoch > epoch) ?? null,
      takePromotions() {
        const taken = promotions;
        promotions = [];
        return taken;
      },
    },
  };
}
