// What an error is about, as data, by its code: for those whose words differ by the place that speaks (a sweep file, an
// option, a table given to `predict`). The words are made of it in wording/fault-words.ts.

/** A value of a table, and where it is written: `file:line:column`. */
export interface CsvPlace {
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  readonly column: string;
}

/** Nothing says what to do with a missing value. */
export interface MissingValue extends CsvPlace {
  readonly kind: 'missing-value';
  readonly field: string;
  /** What marks a missing value, when `field` is one of them; null: it is empty, or a word such as `NaN`. */
  readonly marks: readonly (number | string)[] | null;
  /** How many the file has; this one is the first. */
  readonly count: number;
}

/** Columns without a value in any row. */
export interface NoValue {
  readonly kind: 'no-value';
  readonly file: string;
  readonly columns: readonly string[];
}

export interface EveryRowMissing {
  readonly kind: 'every-row-missing';
  readonly file: string;
}

export interface NotANumber extends CsvPlace {
  readonly kind: 'not-a-number';
  readonly field: string;
  /** How to write what its writer seems to have meant; null: nothing better is known than that it is no number. */
  readonly rewrite: string | null;
  /** It stands straight below this line, which names the columns, where units may. */
  readonly below?: number;
}

/** A point that may group thousands, as in all of its column. */
export interface PointOfThousands extends CsvPlace {
  readonly kind: 'point-of-thousands';
  readonly field: string;
}

/** A number that no float32 holds once it is normalised. `place`: of the row, `file:line`. */
export interface BeyondFloat32 {
  readonly kind: 'beyond-float32';
  readonly place: string;
  readonly column: string;
  readonly value: number;
}

/** A column that was asked for. */
export interface ColumnNotThere {
  readonly kind: 'column-not-there';
  readonly file: string;
  readonly column: string;
  readonly setting: 'time' | 'columns' | 'series';
  readonly names: readonly string[];
}

/** A target that never changes while a model learns. */
export interface ConstantTarget {
  readonly kind: 'constant-target';
  readonly target: string;
  readonly value: number;
}

/** A table of texts without one. */
export interface NoReview {
  readonly kind: 'no-review';
  readonly file: string;
  /** Its first line was read as the names of the columns. */
  readonly hasHeader: boolean;
}

export interface FactsByCode {
  readonly CSV_SYNTAX: NoReview;
  readonly CSV_MISSING_VALUE: MissingValue | NoValue | EveryRowMissing;
  readonly CSV_VALUE: NotANumber | PointOfThousands | BeyondFloat32;
  readonly SPEC_INVALID: ColumnNotThere | ConstantTarget;
}

export type ErrorFacts = FactsByCode[keyof FactsByCode];
