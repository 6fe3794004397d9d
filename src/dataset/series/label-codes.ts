// The labels of rows while they come by: each different one has a number, in the order of their first rows. What is a label,
// and when two spellings are the same one, follows class-label.ts. Which labels are classes is known once all rows were read.
import { SweepError } from '../../errors.js';
import { plainLabel } from '../../study/trial/class-label.js';
import { MAX_CLASSES } from '../../study/trial/output-errors.js';
import { isMissingText } from '../sources/csv/csv-numbers.js';
import { RowFault } from '../sources/csv/row-fault.js';

/** The number of a row that has no label. */
export const UNLABELLED = -1;
/** Missing values in words that are often a class of their own. */
const LIKELY_CLASSES = ['none', '-'];
/** A longer text is no label. */
/** A study’s log takes no longer names. */
const LONGEST_LABEL = 200;

export interface LabelSettings {
  /** The column that they stand in. */
  readonly column: string;
  /** The labels that are learnt; null: all. */
  readonly classes: readonly (string | number)[] | null;
  /** What marks a missing value. */
  readonly missing: readonly (string | number)[];
}

/** Labels as they are listed, or first written. */
export type LabelNames = readonly string[];

export class LabelCodes {
  /** That the labels stand in. */
  readonly column: string;
  private readonly codes = new Map<string, number>();
  private readonly written: string[] = [];
  private readonly missing: ReadonlySet<string>;
  private readonly isListed: boolean;

  constructor(settings: LabelSettings) {
    this.column = settings.column;
    this.missing = new Set(settings.missing.map(plainLabel));
    this.isListed = settings.classes !== null;
    for (const label of settings.classes ?? []) this.add(String(label).trim());
  }

  /** As a sweep file has them, or as they were first written. */
  get names(): LabelNames {
    return this.written;
  }

  /** The number of the label in a field of that row. Throws a fault for more labels than a classifier tells apart. */
  codeOf(field: string, row: number): number {
    const label = plainLabel(field);
    const known = this.codes.get(label);
    if (known !== undefined) return known;
    if (this.isListed || this.isMissing(label)) return UNLABELLED;
    if (this.written.length === MAX_CLASSES || label.length > LONGEST_LABEL)
      throw new RowFault(row, ({ file, line }) => this.noLabel(`${file}:${line}`, field));
    return this.add(field.trim());
  }

  private isMissing(label: string): boolean {
    return this.missing.has(label) || (isMissingText(label) && !LIKELY_CLASSES.includes(label));
  }

  private add(label: string): number {
    const code = this.written.length;
    this.codes.set(plainLabel(label), code);
    this.written.push(label);
    return code;
  }

  private noLabel(place: string, field: string): SweepError {
    const at = `${place}:${this.column}`;
    const why =
      this.written.length === MAX_CLASSES
        ? `there are more than ${MAX_CLASSES} different ones`
        : `it has more than ${LONGEST_LABEL} characters`;
    return new SweepError(
      'CSV_VALUE',
      `${at}: ${JSON.stringify(field.slice(0, 40))} is no label, as ${why}`,
      {
        path: at,
        hint: 'is it the column of the labels? "target" names it, and "classes" those labels that are learnt',
      },
    );
  }
}

/** Rows with the number of their label behind them, used again for the next ones. */
export function openLabeller(): (
  values: Float64Array,
  features: number,
  labels: Float64Array,
  count: number,
) => Float64Array {
  let wide = new Float64Array(0);
  return (values, features, labels, count) => {
    const width = features + 1;
    if (wide.length < count * width) wide = new Float64Array(count * width);
    for (let row = 0; row < count; row++) {
      wide.set(values.subarray(row * features, (row + 1) * features), row * width);
      wide[row * width + features] = labels[row]!;
    }
    return wide;
  };
}
