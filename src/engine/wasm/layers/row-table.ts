// Bookkeeping of a table of which a batch uses few rows: which rows the last batch used, and which optimiser steps each
// row has yet to go through. The optimiser's semantics are those of Keras, for every row: a step that a row missed is
// replayed with a gradient of 0 before the row is read, bit for bit as if it had not been missed. So no step walks the
// table, and reading it at any moment changes no number.

/** Steps after which all rows are brought level: bounds the rates to remember. */
export const LONGEST_DELAY = 4096;

export class RowTable {
  /** Steps each row has been through, of those since all were level. */
  readonly #stepsOf: Int32Array;
  readonly #usedIn: Int32Array;
  readonly #used: Int32Array;
  #usedCount = 0;
  #batch = 0;
  #steps = 0;
  /** Set by the optimiser: puts `row` through steps `first` to `first + count − 1` with a gradient of 0. */
  replay: (row: number, first: number, count: number) => void = () => {};

  constructor(
    readonly rows: number,
    readonly rowBytes: number,
  ) {
    this.#stepsOf = new Int32Array(rows);
    this.#usedIn = new Int32Array(rows);
    this.#used = new Int32Array(rows);
  }

  /** Rows of the batch that is under way, or of the last one; valid until the next beginBatch. */
  get usedRows(): Int32Array {
    return this.#used.subarray(0, this.#usedCount);
  }

  /**
   * The same rows, ascending, as runs of neighbours: [first, count]. Frequent words stand beside each other in most
   * vocabularies, and a run is one call of a kernel.
   */
  *usedRuns(): Generator<readonly [first: number, count: number]> {
    let left = this.#usedCount;
    for (let row = 0; left > 0; row++) {
      if (this.#usedIn[row] !== this.#batch) continue;
      const first = row;
      while (row < this.rows && this.#usedIn[row] === this.#batch) row++;
      left -= row - first;
      yield [first, row - first];
    }
  }

  /** 0-based number of the next step since all rows were level. */
  get nextStep(): number {
    return this.#steps;
  }

  beginBatch(): void {
    this.#batch++;
    this.#usedCount = 0;
  }

  /** Before a row is read. */
  bringLevel(row: number): void {
    const done = this.#stepsOf[row] as number;
    if (done === this.#steps) return;
    this.replay(row, done, this.#steps - done);
    this.#stepsOf[row] = this.#steps;
  }

  /** The batch under way reads the row and will add to its gradient. */
  use(row: number): void {
    this.bringLevel(row);
    if (this.#usedIn[row] === this.#batch) return;
    this.#usedIn[row] = this.#batch;
    this.#used[this.#usedCount++] = row;
  }

  /** After the used rows went through a step of their own. */
  endStep(): void {
    this.#steps++;
    for (const row of this.usedRows) this.#stepsOf[row] = this.#steps;
    if (this.#steps === LONGEST_DELAY) this.bringAllLevel();
  }

  bringAllLevel(): void {
    for (let row = 0; row < this.rows; row++) this.bringLevel(row);
    this.#stepsOf.fill(0);
    this.#steps = 0;
  }
}
