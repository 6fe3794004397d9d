// Trials that have not ended and take no slot: those that wait until their scheduler has them go on, and those that failed for
// good while a stop may still say that they count no further than they got. Such a stop depends on trials before them that are
// slower. So they end when all before them have, as failed or as stopped, whoever was quicker.
import type { StudyFold } from '../../study/fold.js';
import type { OpenTrial, ReachedResult } from '../../study/trial/open-trial.js';
import type { StopOrders } from './stop-orders.js';

export type Verdict =
  | { readonly type: 'failed' }
  /** Its stop came before its failure: it counts up to there. */
  | { readonly type: 'stopped'; readonly reached: ReachedResult }
  /** It is asked for again when another trial ends or is stopped. */
  | { readonly type: 'held' };

export interface HeldFailuresOptions {
  readonly fold: Pick<StudyFold, 'view'>;
  readonly stops: Pick<StopOrders, 'isDue'>;
}

export class HeldFailures {
  private readonly indices = new Set<number>();
  private readonly paused = new Set<number>();

  constructor(private readonly options: HeldFailuresOptions) {}

  /** They take no slot: others may be suggested in their place. */
  get count(): number {
    return this.indices.size + this.paused.size;
  }

  /** `open`: the trial at `index` after an event of it. */
  observe(index: number, open: OpenTrial | undefined): void {
    if (open?.pausedAt == null) this.paused.delete(index);
    else this.paused.add(index);
  }

  has(index: number): boolean {
    return this.indices.has(index);
  }

  /** Those that are held, as the log has them. */
  get trials(): readonly OpenTrial[] {
    return [...this.indices].flatMap((index) => this.options.fold.view.open.get(index) ?? []);
  }

  /** What a trial ends as that gets no further attempt. */
  judge({ index, reached, stopEpoch }: OpenTrial): Verdict {
    const { fold, stops } = this.options;
    if (reached !== null && stopEpoch === null && (fold.view.ended.below < index || stops.isDue(index))) {
      this.indices.add(index);
      return { type: 'held' };
    }
    this.indices.delete(index);
    return reached !== null && stopEpoch !== null && reached.result.epochs >= stopEpoch
      ? { type: 'stopped', reached }
      : { type: 'failed' };
  }
}
