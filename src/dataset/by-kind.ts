// The one place where this room asks which kind of data a spec is of.
import type { DatasetSpec, LabelledSpec, ReviewsSpec, SeriesSpec } from '../study/dataset-source.js';

/** What of each kind is to be done: a kind that is added must be said everywhere. */
export interface ByKind<Result> {
  series(spec: SeriesSpec): Result;
  reviews(spec: ReviewsSpec): Result;
  labelled(spec: LabelledSpec): Result;
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
