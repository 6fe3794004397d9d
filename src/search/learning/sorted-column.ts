// Numbers in ascending order with the rows that they are of, equal ones by row: kept as rows come and go, so that nothing is
// sorted anew.
const FIRST_PLACES = 64;

export class SortedColumn {
  /** Both longer than `size`. */
  shares = new Float64Array(FIRST_PLACES);
  rows = new Int32Array(FIRST_PLACES);
  size = 0;

  /** The place where it stands from now on. */
  insert(share: number, row: number): number {
    if (this.size === this.rows.length) {
      const { shares, rows } = this;
      this.shares = new Float64Array(2 * this.size);
      this.shares.set(shares);
      this.rows = new Int32Array(2 * this.size);
      this.rows.set(rows);
    }
    const at = this.placeOf(share, row);
    this.shares.copyWithin(at + 1, at, this.size);
    this.rows.copyWithin(at + 1, at, this.size);
    this.shares[at] = share;
    this.rows[at] = row;
    this.size += 1;
    return at;
  }

  /** The place where it stood, which is its successor's from now on. It must stand there. */
  remove(share: number, row: number): number {
    const at = this.placeOf(share, row);
    this.shares.copyWithin(at, at + 1, this.size);
    this.rows.copyWithin(at, at + 1, this.size);
    this.size -= 1;
    return at;
  }

  /** The first place that is not before it. */
  private placeOf(share: number, row: number): number {
    let low = 0;
    let high = this.size;
    while (low < high) {
      const middle = (low + high) >> 1;
      const own = this.shares[middle] as number;
      if (own < share || (own === share && (this.rows[middle] as number) < row)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
