// A set of trial indices that is dense but for its edge: all below a watermark, plus the few above it that came early.
// Memory is the number of holes, not of members, so that 10^9 ended trials cost as much as ten.

export interface IndexSet {
  /** Every index in [0, below) is a member. */
  readonly below: number;
  /** Members above the watermark. */
  readonly above: ReadonlySet<number>;
}

export function hasIndex(set: IndexSet, index: number): boolean {
  return index < set.below || set.above.has(index);
}

export function indexCount(set: IndexSet): number {
  return set.below + set.above.size;
}

export class MutableIndexSet implements IndexSet {
  below: number;
  readonly above: Set<number>;

  constructor(from: IndexSet = { below: 0, above: new Set() }) {
    this.below = from.below;
    this.above = new Set(from.above);
  }

  /** Returns false when it was a member already. */
  add(index: number): boolean {
    if (hasIndex(this, index)) return false;
    this.above.add(index);
    while (this.above.delete(this.below)) this.below += 1;
    return true;
  }
}
