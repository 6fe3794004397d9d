// Columns whose points may group thousands: whole numbers up to 999 beside values such as 1.002, and nothing else. Which of the
// two was meant can't be seen from the file.
import type { LineBlock } from './csv-lines.js';

const GROUPED = /^\s*[+-]?[1-9]\d{0,2}\.\d{3}\s*$/;
const BELOW_THOUSAND = /^\s*[+-]?\d{1,3}\s*$/;

interface ColumnMarks {
  isPossible: boolean;
  hasWhole: boolean;
  grouped: { readonly field: string; readonly line: number } | null;
}

/** O(1) a value, and next to nothing once a value has shown that its column holds plain numbers. */
export class GroupingMarks {
  private readonly columns: readonly ColumnMarks[];

  constructor(features: number) {
    this.columns = Array.from({ length: features }, () => ({
      isPossible: true,
      hasWhole: false,
      grouped: null,
    }));
  }

  see(feature: number, field: string, block: LineBlock, row: number): void {
    const column = this.columns[feature]!;
    if (!column.isPossible) return;
    if (BELOW_THOUSAND.test(field)) column.hasWhole ||= Number(field) !== 0;
    else if (GROUPED.test(field)) column.grouped ??= { field: field.trim(), line: block.lineOf(row) };
    else column.isPossible = false;
  }

  /** The first value, with its 1-based line, of a column that may be misread; null without one. */
  found(): { readonly feature: number; readonly field: string; readonly line: number } | null {
    for (const [feature, { isPossible, hasWhole, grouped }] of this.columns.entries())
      if (isPossible && hasWhole && grouped !== null) return { feature, ...grouped };
    return null;
  }
}
