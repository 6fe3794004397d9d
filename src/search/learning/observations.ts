// What a learning sampler has seen, as rows of shares: grows with the history and is made anew from another one. Nothing is
// in it that the history does not hold.
import type { History, ToldPoint } from '../sampler.js';
import { MIDDLE, type PointCode } from '../space/point-code.js';

const FIRST_ROWS = 64;

export class Observations {
  /** [count, d], row by row; longer than that. */
  rows = new Float64Array(0);
  readonly told: ToldPoint[] = [];
  /** By loss: complete points, then stopped ones, then failed ones; equal ones by age. */
  readonly ranking: number[] = [];
  private readonly taken = new Set<string>();

  /** `inactive`: what stands in a row for a parameter that the point does not have. */
  constructor(
    readonly code: PointCode,
    private readonly inactive = MIDDLE,
  ) {}

  get count(): number {
    return this.told.length;
  }

  /** Whether the history went on from the last one; false: all was read anew. */
  read({ told }: History): boolean {
    const last = this.told.length - 1;
    const goesOn = last < 0 || (told.length > last && told[last]?.params === this.told[last]?.params);
    if (!goesOn) this.clear();
    for (let place = this.told.length; place < told.length; place++) this.add(told[place] as ToldPoint);
    return goesOn;
  }

  row(place: number): Float64Array {
    const dimensions = this.code.axes.length;
    return this.rows.subarray(place * dimensions, (place + 1) * dimensions);
  }

  /** What was proposed before and, where points can come twice, all that was tried. */
  isTaken(key: string, { pending }: History): boolean {
    return this.taken.has(key) || pending.some(({ params }) => this.code.keyOf(params) === key);
  }

  private add(told: ToldPoint): void {
    const dimensions = this.code.axes.length;
    const place = this.told.length;
    if ((place + 1) * dimensions > this.rows.length) {
      const grown = new Float64Array(Math.max(FIRST_ROWS * dimensions, this.rows.length * 2));
      grown.set(this.rows);
      this.rows = grown;
    }
    this.told.push(told);
    this.code.encode(told.params, this.row(place), this.inactive);
    this.ranking.splice(this.rankOf(told), 0, place);
    if (this.code.canRepeat) this.taken.add(this.code.keyOf(told.params));
  }

  private rankOf(told: ToldPoint): number {
    let low = 0;
    let high = this.ranking.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compare(this.told[this.ranking[middle] ?? 0] as ToldPoint, told) <= 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private clear(): void {
    this.told.length = 0;
    this.ranking.length = 0;
    this.taken.clear();
  }
}

const STATES = ['COMPLETE', 'PRUNED', 'FAILED'] as const;

function compare(one: ToldPoint, other: ToldPoint): number {
  const byState = STATES.indexOf(one.state) - STATES.indexOf(other.state);
  return byState !== 0 ? byState : (one.losses[0] ?? 0) - (other.losses[0] ?? 0);
}
