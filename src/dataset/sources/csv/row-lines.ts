// Which line of its file each row of a source came from, for errors found after reading: kept as runs of rows on lines that
// follow each other, as blank and dropped lines are few.

export class RowLines {
  private readonly firstRows: number[] = [];
  private readonly firstLines: number[] = [];
  private rows = 0;

  /** The next row's line, 1-based. */
  append(line: number): void {
    const last = this.firstRows.length - 1;
    const isNext = last >= 0 && line - this.firstLines[last]! === this.rows - this.firstRows[last]!;
    if (!isNext) {
      this.firstRows.push(this.rows);
      this.firstLines.push(line);
    }
    this.rows++;
  }

  /** `row` is 0-based. */
  lineOf(row: number): number {
    const run = this.firstRows.findLastIndex((first) => first <= row);
    return this.firstLines[run]! + row - this.firstRows[run]!;
  }
}
