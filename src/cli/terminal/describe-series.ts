// Several series of one table, in a line.
import type { SeriesFacts } from '../../dataset/dataset.js';
import { countOf } from '../../wording/plural.js';
import { nameSeriesColumn } from '../../wording/series-column.js';

/** `45 by "store", of 143 to 2,800 rows, the shortest is "7"; normalised together; 2 are left out`. */
export function describeSeries({ column, normalise, list, left }: SeriesFacts): string {
  const rows = list.map((one) => one.rows);
  const [least, most] = [Math.min(...rows), Math.max(...rows)];
  const count = (value: number): string => value.toLocaleString('en-US');
  const shortest = list.find((one) => one.rows === least)?.name ?? '';
  const lengths =
    least === most
      ? `of ${countOf(least, 'row')} each`
      : `of ${count(least)} to ${count(most)} rows, the shortest is ${JSON.stringify(shortest)}`;
  const how = normalise === 'together' ? 'normalised together' : 'each normalised by itself';
  const leftOut = left.length === 0 ? '' : `; ${left.length} ${left.length === 1 ? 'is' : 'are'} left out`;
  return `${list.length} by ${nameSeriesColumn(column)}, ${lengths}; ${how}${leftOut}`;
}
