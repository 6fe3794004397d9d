// Numbers that may stand for "no value" though nothing says so: -999, 9999, 1e20 and their like, where one of them comes more
// than once and lies far from everything else in its column.

/** Marks of loggers, archives and climate models; of each also the negative. */
const MARKS = new Set([
  99, 99.9, 99.99, 999, 999.9, 999.99, 9999, 9999.9, 9999.99, 99999, 99999.9, 999999, 9999999, 6999, 7999,
  32767, 32768, 65535, 2147483647, 2147483648, 8888, 88888, -888, 777, 7777, -200,
]);
/** Climate models fill with 1e20, 1e30 or 9.969209968386869e36. */
const LEAST_FILL = 1e20;
const LEAST_COUNT = 2;

interface Extremes {
  low: number;
  lowCount: number;
  /** The lowest but `low`. */
  nextLow: number;
  high: number;
  highCount: number;
  nextHigh: number;
}

export interface SuspectedMark {
  readonly feature: number;
  readonly value: number;
  readonly count: number;
  /** The other values. */
  readonly low: number;
  readonly high: number;
}

/** The lowest and the highest value of each column with their counts. O(1) a value. */
export class MissingMarks {
  private readonly columns: readonly Extremes[];

  constructor(features: number) {
    this.columns = Array.from({ length: features }, () => ({
      low: Number.POSITIVE_INFINITY,
      lowCount: 0,
      nextLow: Number.POSITIVE_INFINITY,
      high: Number.NEGATIVE_INFINITY,
      highCount: 0,
      nextHigh: Number.NEGATIVE_INFINITY,
    }));
  }

  see(feature: number, value: number): void {
    const column = this.columns[feature]!;
    if (value <= column.low) {
      if (value === column.low) column.lowCount++;
      else {
        column.nextLow = column.low;
        column.low = value;
        column.lowCount = 1;
      }
    } else if (value < column.nextLow) column.nextLow = value;
    if (value >= column.high) {
      if (value === column.high) column.highCount++;
      else {
        column.nextHigh = column.high;
        column.high = value;
        column.highCount = 1;
      }
    } else if (value > column.nextHigh) column.nextHigh = value;
  }

  seeAll(feature: number, values: Float64Array): void {
    const column = this.columns[feature]!;
    let { nextLow, nextHigh } = column;
    for (const value of values) {
      // Between them nothing changes.
      if (value >= nextLow && value <= nextHigh) continue;
      this.see(feature, value);
      ({ nextLow, nextHigh } = column);
    }
  }

  suspected(): SuspectedMark[] {
    return this.columns.flatMap((column, feature) => {
      const { low, lowCount, nextLow, high, highCount, nextHigh } = column;
      // The others may reach from one mark to the other one: then each is looked at without the other.
      const isLow =
        isMark(low, lowCount) && nextLow - low > reach(nextLow, isMark(high, highCount) ? nextHigh : high);
      const isHigh =
        isMark(high, highCount) && high - nextHigh > reach(isMark(low, lowCount) ? nextLow : low, nextHigh);
      const others = { feature, low: isLow ? nextLow : low, high: isHigh ? nextHigh : high };
      return [
        ...(isLow ? [{ ...others, value: low, count: lowCount }] : []),
        ...(isHigh ? [{ ...others, value: high, count: highCount }] : []),
      ];
    });
  }
}

function isMark(value: number, count: number): boolean {
  return (
    count >= LEAST_COUNT && (MARKS.has(Math.abs(value)) || MARKS.has(value) || Math.abs(value) >= LEAST_FILL)
  );
}

/** How far from the other values a number must lie to be none of them. */
function reach(low: number, high: number): number {
  return Number.isFinite(high - low) ? high - low : Number.POSITIVE_INFINITY;
}
