// The one place where this room asks which kind of data a spec is of.
import {
  type DatasetSpec,
  type LabelledSpec,
  type ReviewsSpec,
  type RowsSpec,
  type SeriesSpec,
  targetNames,
} from '../study/dataset-source.js';

/** What of each kind is to be done: a kind that is added must be said everywhere. */
export interface ByKind<Result> {
  series(spec: SeriesSpec): Result;
  reviews(spec: ReviewsSpec): Result;
  labelled(spec: LabelledSpec): Result;
}

/** The column of labels and those that are learnt (null: all); null: rows have none. */
export function labelsOf(
  spec: RowsSpec,
): { readonly column: string; readonly classes: readonly (string | number)[] | null } | null {
  return spec.kind === undefined ? null : { column: spec.target, classes: spec.classes ?? null };
}

/** The columns that are forecast; of labelled rows none. */
export function forecastNames(spec: RowsSpec): readonly string[] {
  return spec.kind === undefined ? targetNames(spec) : [];
}

export function byKind<Result>(spec: DatasetSpec, by: ByKind<Result>): Result {
  switch (spec.kind) {
    case undefined:
      return by.series(spec);
    case 'reviews':
      return by.reviews(spec);
    case 'labelled':
      return by.labelled(spec);
  }
}
