// Where a dataset comes from and how its rows are split, as data. The spec room parses to it, the dataset room acts on it.
import type { RowRange } from './trial.js';

export type MissingPolicy = 'error' | 'forward-fill' | 'drop';

export interface CsvSource {
  readonly type: 'csv';
  /** Absolute, or relative to the working directory: the spec room resolves it against the sweep file. */
  readonly path: string;
  /** Column of time stamps; null: the first column if it holds dates, else none. */
  readonly time: string | null;
  /** Numbers that mark a missing value, besides the empty field. */
  readonly missing: readonly number[];
  readonly onMissing: MissingPolicy;
  /** Feature columns in order; null: all numeric columns but the time. */
  readonly columns: readonly string[] | null;
}

export interface NamedSource {
  readonly type: 'named';
  readonly name: 'jena' | 'jena-synthetic';
}

export type DatasetSource = CsvSource | NamedSource;

export type SplitSpec =
  | {
      readonly type: 'rows';
      /** `end: null`: to the last row. */
      readonly train: RowRange;
      readonly validation: RowRange;
      readonly test: { readonly start: number; readonly end: number | null };
    }
  | {
      readonly type: 'fractions';
      readonly train: number;
      readonly validation: number;
      readonly test: number;
    };

export interface DatasetSpec {
  /** The first one that can be had is used. */
  readonly sources: readonly DatasetSource[];
  /** Name of the target column. */
  readonly target: string;
  readonly split: SplitSpec;
}
