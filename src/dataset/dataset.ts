// What a prepared dataset is: its metadata and the mapped values. See prepare.ts (writes it) and mapped-file.ts (maps it).
import type { SeriesColumn } from '../study/dataset-source.js';
import type { RowSplit, SplitName } from '../study/trial/trial.js';

export interface ColumnMetadata {
  readonly name: string;
  /** From the name's brackets: `T (degC)` has `degC`; null without. */
  readonly unit: string | null;
  /** Over the training rows only; values are stored as (value − mean) / std. */
  readonly mean: number;
  /** Population standard deviation (as numpy's std), over the training rows only. */
  readonly std: number;
  /**
   * Constant, or all but constant, over the training rows: nothing can be learnt for it, so its stored values are 0
   * everywhere, whatever it does later; `std` is 1. Absent: it is not.
   */
  readonly held?: true;
  /** Over all rows, as read. Absent: prepared before these were kept. */
  readonly min?: number;
  readonly max?: number;
}

/** What a source says of itself. Not part of the digest: equal values of another file are the same dataset. */
export interface SourceFacts {
  readonly source: {
    /** `jena`, `jena-synthetic`, or the CSV's file name. */
    readonly name: string;
    readonly synthetic: boolean;
    /** SHA-256 of the source's bytes (CSV) or of its generator's name, version and seed. */
    readonly digest: string;
  };
  readonly time: {
    readonly first: string;
    readonly last: string;
    /** Most frequent step between rows, in seconds. */
    readonly stepSeconds: number;
    /** How many steps differ from it, and the first few: line, time, step found. */
    readonly irregularSteps: number;
    readonly irregular: readonly {
      readonly line: number;
      readonly time: string;
      readonly stepSeconds: number;
    }[];
  } | null;
  readonly missing: { readonly policy: string; readonly values: number };
  /** How its table was found to be written, in the words that would set it: `"delimiter": ";"`. Absent: not known. */
  readonly found?: readonly string[];
}

/**
 * The facts on disk are those of the source that was prepared first; prepare-index.ts knows those of every source, and a
 * study's log those it was started on.
 */
export interface DatasetMetadata extends SourceFacts {
  /** Version of this format. */
  readonly version: 1;
  /** SHA-256 of the `.f32` file, hex. */
  readonly digest: string;
  readonly rows: number;
  readonly columns: readonly ColumnMetadata[];
  readonly split: RowSplit;
  /** What of the time of a row the last columns are, and by which clock (calendar.ts). Absent: nothing. */
  readonly calendar?: { readonly of: readonly string[]; readonly timeZone: string | null };
  /** Of a rolling origin only: `split` and `columns` are those of the latest block. */
  readonly rolling?: RollingFacts;
  /** Of several series only: then rows are ordered by split, within a split by series, within a series by time. */
  readonly series?: SeriesFacts;
  /** Of labelled rows only: each row has a value more, the number of its class or −1, after those of the columns. */
  readonly labels?: LabelFacts;
  /** The facts of labelled reviews only: then a row is a review, and there are no columns (see review-layout.ts). */
  readonly reviews?: ReviewFacts;
}

/**
 * The blocks of a rolling origin. The rows of the series (of several those of the latest block's parts), normalised by the training part of the latest block, are followed by
 * a copy of the training and validation rows of each earlier one, normalised by its own training part.
 */
export interface RollingFacts {
  /** Rows of the series: the first ones of the file. */
  readonly rows: number;
  /** From the latest to the earliest. */
  readonly blocks: readonly RollingBlock[];
}

export interface RollingBlock {
  /** Rows of the file; the test part is that of the latest block. */
  readonly split: RowSplit;
  /** Rows of the series, as a person counts them; of several steps of time. */
  readonly origin: Pick<RowSplit, 'train' | 'validation'>;
  /** Of several series: the times at which the parts begin and before which they end. */
  readonly times?: Readonly<Record<'train' | 'validation', readonly [from: string, until: string]>>;
  readonly columns: readonly Pick<ColumnMetadata, 'mean' | 'std' | 'held'>[];
  /** Of several series: the rows of each, in order, and with `normalise: "series"` its columns. */
  readonly series?: readonly Pick<OneSeries, 'stretches' | 'columns'>[];
  /** Of labelled rows: those of each class in the training part. */
  readonly classRows?: readonly number[];
}

/** The labels of rows. */
export interface LabelFacts {
  /** That they were read from. */
  readonly column: string;
  /** In the order of their numbers, with their rows in each split. */
  readonly classes: readonly ({ readonly name: string } & Readonly<Record<SplitName, number>>)[];
  /** Rows of each split whose label is missing, or none of the classes. */
  readonly unlabelled: Readonly<Record<SplitName, number>>;
}

/** Values of a row as it is stored. */
export function rowWidth({ columns, labels }: Pick<DatasetMetadata, 'columns' | 'labels'>): number {
  return columns.length + (labels === undefined ? 0 : 1);
}

/** What the rows of several series in one table are. */
export interface SeriesFacts {
  /** The column that names them, or several that do together; null: each file is one, called like it. */
  readonly column: SeriesColumn;
  /**
   * `together`: each column has one mean and deviation, over the training rows of all series. `series`: each series has
   * its own; the mean and deviation of `columns` are 0 and 1 then.
   */
  readonly normalise: 'together' | 'series';
  /** In the order in which they lie in each split. */
  readonly list: readonly OneSeries[];
  /** Series that were left out, as they have too few rows. */
  readonly left: readonly { readonly name: string; readonly rows: number }[];
}

export interface OneSeries {
  readonly name: string;
  /** As read, those that belong to no split included. */
  readonly rows: number;
  /** `[slot, rows]`: time of the first row, in steps after the first row of all, and how many there are. */
  readonly stretches: Readonly<Record<SplitName, readonly [slot: number, rows: number]>>;
  /** With `normalise: "series"` only: of each column. */
  readonly columns?: readonly Pick<ColumnMetadata, 'mean' | 'std' | 'held'>[];
}

export interface ReviewFacts {
  /** Word ids of all reviews, start marks included. */
  readonly words: number;
  /** Different words that have an id of their own. */
  readonly vocabulary: number;
  /** Word ids of a review. */
  readonly medianLength: number;
  readonly longest: number;
  /** Share of reviews with label 1 in each split. */
  readonly positive: Readonly<Record<SplitName, number>>;
  /** Of more than two labels: in the order of their numbers, with their reviews in each split. */
  readonly classes?: readonly ({ readonly name: string } & Readonly<Record<SplitName, number>>)[];
  /**
   * Of texts that may have several labels: these, with the texts that have them in each split, and the sets of labels that
   * there are, as places among them. The label of a text is the number of its set then.
   */
  readonly tags?: {
    readonly names: readonly ({ readonly name: string } & Readonly<Record<SplitName, number>>)[];
    readonly sets: readonly (readonly number[])[];
  };
}

/** How the values reach memory: one map of the file for all processes, or one copy for all threads of a process. */
export type Mapping = 'mmap' | 'shared-array-buffer';

export interface MappedDataset {
  readonly metadata: DatasetMetadata;
  readonly mapping: Mapping;
  /**
   * `[rows, features]`, row-major, normalised (reviews: see review-layout.ts); read-only memory shared by all
   * threads and processes.
   * Throws INTERNAL after close, DATASET_CORRUPT when the file was cut short: do not keep it, the pages behind it are gone.
   */
  readonly values: Float32Array;
  close(): void;
}
