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

/** Reviews in a text table: tab-separated without quoting, or comma-separated with it. */
export interface ReviewTableSource {
  readonly type: 'table';
  readonly format: 'tsv' | 'csv';
  /** Absolute, or relative to the working directory. */
  readonly path: string;
  /** A second table of the same form, which becomes the test split; null: `testSplit` of the reviews do. */
  readonly test: string | null;
  /** Column by name, or by place from 0. */
  readonly text: string | number;
  readonly label: string | number;
  /** Whether the first line names the columns. */
  readonly header: boolean;
}

/** A numpy archive of word ranks in the form of Keras' imdb.npz. */
export interface ReviewArchiveSource {
  readonly type: 'npz';
  readonly path: string;
}

export interface NamedReviewSource {
  readonly type: 'named';
  readonly name: 'imdb' | 'reviews-synthetic';
}

export type ReviewSource = ReviewTableSource | ReviewArchiveSource | NamedReviewSource;

/** Labelled reviews. */
export interface ReviewsSpec {
  readonly kind: 'reviews';
  /** The first one that can be had is used. */
  readonly sources: readonly ReviewSource[];
  /** Share of the training reviews, after they are shuffled, that become the validation split. */
  readonly validationSplit: number;
  /** Share of all reviews that become the test split, where the source has none of its own. */
  readonly testSplit: number;
}

/** A series of numbers. */
export interface SeriesSpec {
  /** Absent: older logs do not know it. */
  readonly kind?: undefined;
  /** The first one that can be had is used. */
  readonly sources: readonly DatasetSource[];
  /** Name of the target column. */
  readonly target: string;
  readonly split: SplitSpec;
}

export type DatasetSpec = SeriesSpec | ReviewsSpec;
