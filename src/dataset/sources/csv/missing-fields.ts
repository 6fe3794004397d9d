// What marks a missing value in a source, how many values are missing, and the first one that is an error.
import type { CsvPlace } from '../../../error-facts.js';
import type { SweepError } from '../../../errors.js';
import type { CsvSource } from '../../../study/dataset-source.js';
import { faultError } from '../../../wording/fault-words.js';
import { isMissingText } from './csv-numbers.js';

export interface FieldPlace {
  readonly row: number;
  readonly feature: number;
}

export class MissingFields {
  /** Missing values of rows that are of the dataset, or dropped. */
  count = 0;
  /** All are counted before the first one is an error. */
  private firstPlace: (FieldPlace & { readonly isMark: boolean }) | null = null;
  private readonly numbers: readonly number[];
  private readonly texts: readonly string[];

  constructor(
    private readonly source: Pick<CsvSource, 'missing' | 'onMissing'>,
    toNumber: (text: string) => number,
  ) {
    const marks = source.missing.filter((mark) => typeof mark === 'string').map((mark) => mark.trim());
    this.numbers = [
      ...source.missing.filter((mark) => typeof mark === 'number'),
      ...marks.map(toNumber).filter((mark) => !Number.isNaN(mark)),
    ];
    this.texts = marks.filter((mark) => Number.isNaN(toNumber(mark)));
  }

  /** Whether it is no number, or one that marks a missing value. */
  holds(value: number): boolean {
    return Number.isNaN(value) || this.numbers.includes(value);
  }

  /** The same of any of a column. */
  holdsAny(values: Float64Array): boolean {
    return values.includes(Number.NaN) || this.numbers.some((mark) => values.includes(mark));
  }

  /** Of a field that `holds`; false: it marks no missing value. */
  meet(field: string, value: number, place: FieldPlace): boolean {
    const isMark = !Number.isNaN(value) || this.texts.includes(field.trim());
    if (!isMark && !isMissingText(field)) return false;
    if (this.source.onMissing === 'error') this.firstPlace ??= { ...place, isMark };
    return true;
  }

  /** null: no value that is missing is an error. */
  get first(): FieldPlace | null {
    return this.firstPlace;
  }

  /** `place` and `field`: of the first. */
  toError(place: CsvPlace, field: string): SweepError {
    const marks = this.firstPlace?.isMark === true ? this.source.missing : null;
    return faultError('CSV_MISSING_VALUE', {
      kind: 'missing-value',
      ...place,
      field,
      marks,
      count: this.count,
    });
  }
}
