// The cut of successive halving: of the trials that a rung has judged, the best share goes on. Owns one rung's losses.

export interface ShareVerdict {
  readonly goesOn: boolean;
  /** 1: the best. Equal losses share a rank. */
  readonly rank: number;
  /** Trials judged, this one included. */
  readonly judged: number;
  /** The largest loss that goes on. */
  readonly cutoff: number;
}

export class BestShare {
  /** Ascending; not finite: at the end. */
  private readonly losses: number[] = [];

  /** `share` in (0, 1]: of n trials the best ⌊n · share⌋ go on, but at least one. */
  constructor(private readonly share: number) {}

  /** Adds a trial's loss and judges it among those before it. O(trials judged). */
  judge(loss: number): ShareVerdict {
    const { losses } = this;
    let low = 0;
    let high = losses.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((losses[middle] ?? 0) < loss) low = middle + 1;
      else high = middle;
    }
    losses.splice(low, 0, loss);
    // 1/3 of 3 is one, whatever the last bit of the product says.
    const kept = Math.max(1, Math.floor(losses.length * this.share + 1e-9));
    const cutoff = losses[kept - 1] ?? loss;
    return { goesOn: loss <= cutoff && Number.isFinite(loss), rank: low + 1, judged: losses.length, cutoff };
  }
}

/** The best finite loss, or infinity. */
export function bestOf(losses: readonly (number | null)[]): number {
  return losses.reduce<number>(
    (best, loss) => (loss === null ? best : Math.min(best, loss)),
    Number.POSITIVE_INFINITY,
  );
}

export function tellVerdict(where: string, loss: number, { rank, judged, cutoff }: ShareVerdict): string {
  return `${where}: rank ${rank} of ${judged}, its best loss ${tellLoss(loss)} is above the cut-off ${tellLoss(cutoff)}`;
}

export function tellLoss(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(5))) : 'nothing finite';
}
