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

/** All of `first`, …, `first + count − 1`. */
export function hasIndices(set: IndexSet, first: number, count: number): boolean {
  for (let index = first; index < first + count; index++) if (!hasIndex(set, index)) return false;
  return true;
}

export function indexCount(set: IndexSet): number {
  return set.below + set.above.size;
}

/** Members below `bound`. O(members above the watermark). */
export function countBelow(set: IndexSet, bound: number): number {
  let count = Math.min(set.below, bound);
  for (const index of set.above) if (index < bound) count++;
  return count;
}

/** A copy that may be added to. */
export interface MutableIndexSet extends IndexSet {
  below: number;
  readonly above: Set<number>;
}

export function copyIndexSet(set: IndexSet): MutableIndexSet {
  return { below: set.below, above: new Set(set.above) };
}

/** Returns false when it was a member already. */
export function addIndex(set: MutableIndexSet, index: number): boolean {
  if (hasIndex(set, index)) return false;
  set.above.add(index);
  while (set.above.delete(set.below)) set.below += 1;
  return true;
}
