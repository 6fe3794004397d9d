// Rows of a table that are none of the dataset, and are not left out because something says so: how many, and what is noted.
import type { Notice } from '../../../wording/fault-words.js';
import { countOf } from '../../../wording/plural.js';
import type { TableBlock } from '../table/table.js';
import type { PlaceOf } from './times/row-times.js';

export class LeftRows {
  /** Rows without a time and a value. */
  private blank = 0;
  private firstBlank: number | null = null;
  /** Rows before the first whole one, which nothing can fill. */
  private leading = 0;

  meetBlank(row: number): void {
    this.firstBlank ??= row;
    this.blank++;
  }

  meetLeading(): void {
    this.leading++;
  }

  notices(placeOf: PlaceOf): Notice[] {
    const { blank, firstBlank, leading } = this;
    const are = (count: number): string => (count === 1 ? 'is' : 'are');
    return [
      ...(firstBlank === null
        ? []
        : [
            `${countOf(blank, 'row')} without a time and a value ${are(blank)} left out, the first in line ${placeOf(firstBlank).line}`,
          ]),
      ...(leading === 0
        ? []
        : [
            `${countOf(leading, 'row')} at the beginning ${are(leading)} left out: values are missing, and no row stands before to fill them from`,
          ]),
    ];
  }
}

/**
 * Whether a row has neither a time nor a value, as those that spreadsheets write below a table. Where no times are read it may be
 * one of the series: without it all rows behind it would be one step earlier, and no step would show that.
 */
export function isBlankRow({ rough, seconds, texts }: TableBlock, index: number): boolean {
  if (seconds === null || !Number.isNaN(seconds[index]!)) return false;
  const isBlank = (text: string | null | undefined): boolean => (text ?? '').trim() === '';
  return rough.get(index)?.every(isBlank) === true && texts.every((column) => isBlank(column[index]));
}
